//! What becomes of an answer that breaks off after its first word: the rule a person chose, and who is left.

use chimera_core::{AfterCut, ErrorClass};

use super::limits::MAX_ATTEMPTS;

/// With so many characters said, going on is worth more than beginning anew.
const MUCH: u32 = 200;
/// How often a model that nobody is left to stand in for is asked again.
const SAME_AGAIN: u32 = 2;

/// What is known of the break.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    pub rule: AfterCut,
    pub class: ErrorClass,
    /// Characters of the message that were said so far.
    pub said: u32,
    /// How often the model that broke off has been asked in this turn.
    pub tries: u32,
    /// How often any model has been asked in this turn.
    pub attempts: u32,
    /// How many models are left on the route after this one.
    pub left: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// What was said stands, and the next words follow it.
    Continue,
    /// The next first word strikes what was said.
    Replace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The next model on the route.
    Next,
    /// The one that broke off, after a wait: there is no other.
    Same,
}

/// Who goes on and how; nobody, when what was said is to stand as it is.
pub fn after_cut(cut: Cut) -> Option<(How, Who)> {
    let how = match cut.rule {
        AfterCut::Stop => return None,
        AfterCut::Continue => How::Continue,
        AfterCut::Replace => How::Replace,
        AfterCut::Auto if cut.said >= MUCH => How::Continue,
        AfterCut::Auto => How::Replace,
    };
    let breaks = breaks(cut.class);
    if breaks == Breaks::ForGood || cut.attempts >= MAX_ATTEMPTS {
        return None;
    }
    match cut.left {
        0 if breaks == Breaks::Passing && cut.tries <= SAME_AGAIN => Some((how, Who::Same)),
        0 => None,
        _ => Some((how, Who::Next)),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breaks {
    /// It may work the next time.
    Passing,
    /// Not with this model.
    WithThisModel,
    /// Whoever went on would meet the same, or has no time left.
    ForGood,
}

const fn breaks(class: ErrorClass) -> Breaks {
    use ErrorClass::*;
    match class {
        Unreachable | ServerError | Overloaded | IdleTimeout | Truncated | Malformed => Breaks::Passing,
        RateLimited | QuotaExhausted | Unauthorized | KeyUnavailable | Forbidden | ModelNotFound => {
            Breaks::WithThisModel
        }
        BadCertificate | ContextOverflow | RequestTooLarge | BadRequest | EmptyAnswer | OutputLimit
        | FirstTokenTimeout | NotAnApi | RedirectRefused | NotConfigured | ImagesUnsupported | Unpriced
        | OverBudget => Breaks::WithThisModel,
        ContentPolicy | TotalTimeout => Breaks::ForGood,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: Cut =
        Cut { rule: AfterCut::Auto, class: ErrorClass::Truncated, said: 200, tries: 1, attempts: 1, left: 1 };

    #[test]
    fn the_rule_and_how_much_was_said_decide_how_it_goes_on() {
        let table = [
            (AfterCut::Auto, 0, Some(How::Replace)),
            (AfterCut::Auto, 199, Some(How::Replace)),
            (AfterCut::Auto, 200, Some(How::Continue)),
            (AfterCut::Continue, 1, Some(How::Continue)),
            (AfterCut::Replace, 9_999, Some(How::Replace)),
            (AfterCut::Stop, 9_999, None),
        ];
        for (rule, said, how) in table {
            assert_eq!(after_cut(Cut { rule, said, ..CUT }), how.map(|how| (how, Who::Next)), "{rule:?}, {said}");
        }
    }

    #[test]
    fn the_next_goes_on_and_the_same_only_when_there_is_no_other() {
        let who = |class, tries, left| after_cut(Cut { class, tries, left, ..CUT }).map(|(_, who)| who);

        assert_eq!(who(ErrorClass::Truncated, 1, 1), Some(Who::Next));
        assert_eq!(who(ErrorClass::Truncated, 1, 0), Some(Who::Same));
        assert_eq!(who(ErrorClass::IdleTimeout, 2, 0), Some(Who::Same));
        assert_eq!(who(ErrorClass::IdleTimeout, 3, 0), None, "asked again twice");
        assert_eq!(who(ErrorClass::QuotaExhausted, 1, 1), Some(Who::Next));
        assert_eq!(who(ErrorClass::QuotaExhausted, 1, 0), None, "it would fail again");
    }

    #[test]
    fn what_a_filter_held_back_is_asked_of_nobody_else() {
        assert_eq!(after_cut(Cut { class: ErrorClass::ContentPolicy, ..CUT }), None);
        assert_eq!(after_cut(Cut { class: ErrorClass::TotalTimeout, ..CUT }), None);
    }

    #[test]
    fn a_turn_makes_no_more_than_six_calls() {
        assert!(after_cut(Cut { attempts: 5, ..CUT }).is_some());
        assert_eq!(after_cut(Cut { attempts: 6, ..CUT }), None);
    }
}
