//! What to do when a model fails before its first word: ask it again, ask the next on the route, or give up.
//!
//! After the first word [`after_cut`] decides who goes on; nothing is asked a second time behind anyone's back.

mod after_cut;
pub mod limits;

use std::time::Duration;

use chimera_core::{ErrorClass, FallbackRules, Refusals, RetryAdvice};

pub use after_cut::{Cut, How, Who, after_cut};
use limits::MAX_ATTEMPTS;

/// What is known of a failure.
#[derive(Debug, Clone, Copy)]
pub struct Failure {
    pub class: ErrorClass,
    /// How long the provider asked us to stay away.
    pub retry_after: Option<Duration>,
    /// What the provider says of asking the same once more.
    pub advice: Option<RetryAdvice>,
    /// How often this model has been asked in this turn, the failed one included.
    pub tries: u32,
    /// How often any model has been asked in this turn.
    pub attempts: u32,
    /// How many models are left on the route after this one.
    pub left: u32,
    /// How long the turn has lasted.
    pub lasted: Duration,
    /// The model was already thinking: asking it again would pay for the same thoughts twice.
    pub thought: bool,
    /// It was asked in another protocol than somebody before it in this turn: then the request is not the same.
    pub remapped: bool,
    /// There were images in the question.
    pub saw: bool,
    pub rules: FallbackRules,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The same model, after a wait.
    Again {
        after: Duration,
    },
    /// The same model with a third of the window.
    Shorter,
    /// The same model with labels in the place of images.
    WithoutImages,
    /// The next model on the route.
    Next,
    GiveUp,
}

/// One row of the policy.
struct Rule {
    /// How often the same model is asked again.
    retries: u32,
    wait: Wait,
    then: Then,
}

enum Wait {
    /// Half a second, doubled each time, with full jitter.
    Backoff,
    /// As long as the provider asks for, if that is short; else like `Backoff`.
    AsTold,
    /// As long as the provider asks for, and only when nobody else could be asked instead.
    AsToldIfLast,
    /// No wait: the prompt is what has to change.
    ShortenInstead,
}

enum Then {
    Next,
    /// The others would get the same request.
    Stop,
    /// A person has to decide, or has decided for all such cases.
    AsRuled,
}

const fn rule(class: ErrorClass) -> Rule {
    use ErrorClass::*;
    use Then::*;
    use Wait::*;
    let (retries, wait, then) = match class {
        Unreachable => (2, Backoff, Next),
        BadCertificate => (0, Backoff, AsRuled),
        ServerError | Truncated | Malformed => (2, Backoff, Next),
        Overloaded => (1, AsTold, Next),
        RateLimited => (2, AsToldIfLast, Next),
        QuotaExhausted | Unauthorized | KeyUnavailable | Forbidden => (0, Backoff, Next),
        ModelNotFound | NotAnApi | RedirectRefused | NotConfigured => (0, Backoff, Next),
        // Twice leads from the whole window down to what a small local model can hold.
        ContextOverflow => (2, ShortenInstead, Next),
        RequestTooLarge => (1, ShortenInstead, Next),
        ImagesUnsupported => (0, Backoff, Next),
        ContentPolicy => (0, Backoff, AsRuled),
        BadRequest => (0, Backoff, Stop),
        Unpriced | OverBudget => (0, Backoff, Next),
        EmptyAnswer => (1, Backoff, Next),
        // Within the same limit it would only think the same once more.
        OutputLimit => (0, Backoff, Next),
        FirstTokenTimeout | IdleTimeout | TotalTimeout => (0, Backoff, Next),
    };
    Rule { retries, wait, then }
}

/// How often a model is asked again that says so itself where its class would not be.
const ADVISED: u32 = 2;

impl Rule {
    /// The rule for this one failure: the provider knows better than its status whether the same question may be
    /// answered the next time. A shorter question is another one, of which it says nothing.
    const fn advised(self, advice: Option<RetryAdvice>) -> Self {
        match (advice, &self.wait) {
            (None, _) | (Some(_), Wait::ShortenInstead) => self,
            (Some(RetryAdvice::NotAgain), _) => Self { retries: 0, ..self },
            (Some(RetryAdvice::Again), _) if self.retries == 0 => Self { retries: ADVISED, wait: Wait::AsTold, ..self },
            (Some(RetryAdvice::Again), _) => self,
        }
    }
}

/// No wait ends later than this after the turn began.
const MAX_TURN: Duration = limits::FIRST_TOKEN;
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const MAX_BACKOFF: Duration = Duration::from_secs(8);
/// What a provider may ask us to wait while others could be asked.
const MAX_TOLD: Duration = Duration::from_secs(10);
/// What it may ask when it is the last.
const MAX_TOLD_LAST: Duration = Duration::from_secs(60);
const MAX_TOLD_JITTER: Duration = Duration::from_millis(250);

/// `jitter` is a throw from 0 to 1: it keeps many clients from coming back at the same moment.
pub fn decide(failure: Failure, jitter: f32) -> Decision {
    let rule = rule(failure.class).advised(failure.advice);
    let goes_on = match rule.then {
        Then::Next => true,
        Then::Stop => failure.remapped,
        Then::AsRuled => asks_another(failure.class, failure.rules),
    };
    let onward = if goes_on && failure.left > 0 { Decision::Next } else { Decision::GiveUp };
    // An empty answer was whole: asking for it again is not paying for the same broken one.
    let paid = failure.thought && failure.class != ErrorClass::EmptyAnswer;
    if failure.saw && may_be_the_images(failure.class) && failure.attempts + failure.left < MAX_ATTEMPTS {
        return Decision::WithoutImages;
    }
    if failure.tries > rule.retries || failure.attempts + failure.left >= MAX_ATTEMPTS || paid {
        return onward;
    }
    let told = failure.retry_after.map(|wait| wait + MAX_TOLD_JITTER.mul_f32(jitter));
    let wait = match rule.wait {
        Wait::ShortenInstead => return Decision::Shorter,
        Wait::Backoff => backoff(failure.tries, jitter),
        Wait::AsTold if failure.left > 0 => match told {
            Some(wait) if wait > MAX_TOLD + MAX_TOLD_JITTER => return onward,
            Some(wait) => wait,
            None => backoff(failure.tries, jitter),
        },
        Wait::AsToldIfLast if failure.left > 0 => return onward,
        Wait::AsTold | Wait::AsToldIfLast => match told {
            Some(wait) if wait > MAX_TOLD_LAST + MAX_TOLD_JITTER => return onward,
            Some(wait) => wait,
            None => backoff(failure.tries, jitter),
        },
    };
    if failure.lasted + wait > MAX_TURN { onward } else { Decision::Again { after: wait } }
}

/// Whether a failure says nothing of what another model would have met.
pub const fn is_anothers(class: ErrorClass) -> bool {
    matches!(rule(class).then, Then::Next)
}

/// Whether a server that answers so has done nothing that anybody would be billed for.
pub const fn is_refusal(class: ErrorClass) -> bool {
    use ErrorClass::*;
    match class {
        Unreachable | BadCertificate | Overloaded | RateLimited | QuotaExhausted | Unauthorized | KeyUnavailable => {
            true
        }
        Forbidden | ModelNotFound | ContextOverflow | RequestTooLarge | BadRequest | NotAnApi | RedirectRefused => true,
        NotConfigured | ImagesUnsupported | Unpriced | OverBudget => true,
        ServerError | ContentPolicy | EmptyAnswer | OutputLimit | Truncated | Malformed => false,
        FirstTokenTimeout | IdleTimeout | TotalTimeout => false,
    }
}

/// What a server says that cannot take the images of a question, in words that we know or do not.
const fn may_be_the_images(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::ImagesUnsupported | ErrorClass::RequestTooLarge | ErrorClass::BadRequest)
}

fn asks_another(class: ErrorClass, rules: FallbackRules) -> bool {
    match class {
        ErrorClass::BadCertificate => rules.bad_certificate == chimera_core::BadCertificate::AskAnother,
        ErrorClass::ContentPolicy => rules.refusals == Refusals::AskAnother,
        _ => false,
    }
}

pub fn backoff(tries: u32, jitter: f32) -> Duration {
    FIRST_BACKOFF.saturating_mul(1 << tries.saturating_sub(1).min(10)).min(MAX_BACKOFF).mul_f32(jitter)
}

#[cfg(test)]
mod tests;
