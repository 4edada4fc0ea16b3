//! Who has the floor, and who may not.

use chimera_core::{ChoiceReason, EventKind, TurnOutcome};

use crate::support::Table;

pub fn nobody_speaks_twice_in_a_row(table: &Table) {
    let mut before = None;
    for kind in table.kinds() {
        match kind {
            EventKind::TurnStarted { participant, choice, .. } => {
                let allowed = match choice.reason {
                    ChoiceReason::Alone
                    | ChoiceReason::Nudged
                    | ChoiceReason::Mentioned
                    | ChoiceReason::Retried
                    | ChoiceReason::Regenerated
                    | ChoiceReason::Closing
                    | ChoiceReason::Together => true,
                    ChoiceReason::Order
                    | ChoiceReason::Score
                    | ChoiceReason::Drawn
                    | ChoiceReason::Moderated
                    | ChoiceReason::ModeratorFailed => false,
                };
                assert!(allowed || before != Some(*participant), "{} again", table.name(*participant));
                before = Some(*participant);
            }
            // They had the floor together: who began last is not who spoke last.
            EventKind::RoundEnded { .. } => before = None,
            // Its seat kept its chance.
            EventKind::TurnEnded { outcome: TurnOutcome::Cancelled, .. } => before = None,
            // Before whoever speaks now stands another.
            EventKind::MessageDeleted { .. } | EventKind::MessageRestored { .. } => before = None,
            EventKind::BranchCreated { .. } | EventKind::BranchSwitched { .. } => before = None,
            EventKind::BranchRemoved { .. } => before = None,
            _ => {}
        }
    }
}

pub fn only_the_user_calls_whom_it_muted(table: &Table) {
    let mut muted = Vec::new();
    for kind in table.kinds() {
        match kind {
            EventKind::ParticipantMuted { participant } => muted.push(*participant),
            EventKind::ParticipantUnmuted { participant } => muted.retain(|silent| silent != participant),
            EventKind::ParticipantJoined { participant, .. } => muted.retain(|silent| *silent != participant.id),
            EventKind::TurnStarted { participant, choice, .. } if muted.contains(participant) => {
                let called = !matches!(
                    choice.reason,
                    ChoiceReason::Order
                        | ChoiceReason::Score
                        | ChoiceReason::Drawn
                        | ChoiceReason::Together
                        | ChoiceReason::Alone
                );
                assert!(called, "{} is muted and was chosen: {:?}", table.name(*participant), choice.reason);
            }
            _ => {}
        }
    }
}
