//! What a preview calls exact is what is asked.

use chimera_core::{AttemptPurpose, ConversationState, PromptMessage, PromptView, ReplyRequest};
use chimera_engine::Command;

use super::moves::Move;
use crate::inspect::{asked, sent};
use crate::support::Table;

/// What is foreseen of everybody's next question, where it can be.
pub struct Foreseen {
    alone: Option<PromptView>,
    seats: Vec<(String, PromptView)>,
}

impl Foreseen {
    /// Before a move that may let them talk.
    pub fn before(table: &Table, a_move: &Move) -> Option<Self> {
        let lets_talk = matches!(a_move, Move::GoesOn | Move::Does(Command::Start | Command::Resume | Command::Step));
        let conversation = table.conversation();
        let stands = matches!(
            conversation.state,
            ConversationState::Draft | ConversationState::Paused | ConversationState::Completed
        );
        // Where it goes on by a nudge, another is up than would be.
        let is_led = conversation.policy == chimera_core::Policy::Manual;
        if !lets_talk || !stands || is_led || table.dialogue.is_under_way() {
            return None;
        }
        let exact = |view: &PromptView| view.exact;
        let seats = conversation.participants.iter().filter_map(|seat| {
            let view = table.dialogue.preview(Some(seat.id)).ok().filter(exact)?;
            Some((seat.name.clone(), view))
        });
        Some(Self { seats: seats.collect(), alone: table.dialogue.preview(None).ok().filter(exact) })
    }

    /// What has been asked since; says what kind of question was foreseen.
    pub fn hold_to(self, table: &Table, requests: &[ReplyRequest]) -> Vec<&'static str> {
        let speaks = |request: &&ReplyRequest| request.scene.purpose == AttemptPurpose::Speak;
        let mut kinds = Vec::new();
        if let (Some(view), Some(first)) = (&self.alone, requests.first()) {
            assert_eq!(sent(view), in_words(first), "another question than was foreseen");
            assert_eq!(view.model.model, first.model);
            kinds.push("foreseen alone");
        }
        for request in requests.iter().filter(speaks) {
            let Some((_, view)) = self.seats.iter().find(|(name, _)| *name == request.scene.speaker) else { continue };
            assert_eq!(
                sent(view),
                in_words(request),
                "another question than was foreseen of {}",
                request.scene.speaker
            );
            assert_eq!(view.model.model, request.model);
            kinds.extend(table.conversation().round.is_some().then_some("foreseen in a round"));
            kinds.extend(table.conversation().closing.is_some().then_some("foreseen last word"));
            let first =
                table.conversation().turns.first().and_then(|turn| turn.speaker.as_ref()?.route.first().cloned());
            kinds.extend((first.as_ref() != Some(&view.model)).then_some("foreseen stand-in"));
        }
        kinds
    }
}

/// A view has its images beside the words.
fn in_words(request: &ReplyRequest) -> (String, Vec<PromptMessage>) {
    let (system, messages) = asked(request);
    (system, messages.into_iter().map(|message| PromptMessage::new(message.role, message.text)).collect())
}
