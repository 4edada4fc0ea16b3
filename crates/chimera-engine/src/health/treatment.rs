use chimera_core::{ErrorClass, RetryAdvice};

/// What a failure says about the model, whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It says nothing: the question was at fault, or it never left this machine.
    Nothing,
    Count(Weight),
    /// It works, and asked us to come back later.
    Park,
    SwitchModelOff,
    SwitchConnectionOff,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Half,
    Whole,
    /// Whole, and the second is enough: it said itself that it cannot take more.
    Overload,
}

pub const fn of(class: ErrorClass) -> Treatment {
    use ErrorClass::*;
    use Treatment::*;
    match class {
        Unreachable | ServerError | Truncated | Malformed => Count(Weight::Whole),
        FirstTokenTimeout | IdleTimeout | TotalTimeout => Count(Weight::Whole),
        Overloaded => Count(Weight::Overload),
        EmptyAnswer => Count(Weight::Half),
        RateLimited => Park,
        QuotaExhausted | Unauthorized => SwitchConnectionOff,
        ModelNotFound => SwitchModelOff,
        BadCertificate | KeyUnavailable | NotConfigured | NotAnApi | RedirectRefused => Nothing,
        Forbidden | ContextOverflow | RequestTooLarge | BadRequest | ContentPolicy => Nothing,
        ImagesUnsupported | OutputLimit | Unpriced | OverBudget => Nothing,
    }
}

impl Treatment {
    /// What a provider wants to be asked again after will pass: nobody has to mend it.
    pub const fn advised(self, advice: Option<RetryAdvice>) -> Self {
        match (self, advice) {
            (Self::SwitchModelOff | Self::SwitchConnectionOff, Some(RetryAdvice::Again)) => Self::Count(Weight::Whole),
            (treatment, _) => treatment,
        }
    }
}
