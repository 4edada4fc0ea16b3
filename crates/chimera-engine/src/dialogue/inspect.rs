use chimera_core::{AttemptId, ConversationId, Event, EventKind, ParticipantId, PromptView};

use super::{Dialogue, Refusal};
use crate::prompt::{self, Sight, Tokens};
use crate::turn_taking::{self, Next};

impl Dialogue {
    /// The words that stood before the model in an attempt of the past: a prompt is a function of what had happened
    /// before it, so the log is folded up to there. None when the log knows no such attempt.
    pub fn prompt_of<'a>(
        id: ConversationId,
        events: impl IntoIterator<Item = &'a Event>,
        attempt: AttemptId,
    ) -> Option<PromptView> {
        let mut dialogue = Dialogue::replay(id, []);
        for event in events {
            match &event.kind {
                EventKind::AttemptStarted { attempt: this, turn, model, prompt: sent, .. } if *this == attempt => {
                    let conversation = &dialogue.conversation;
                    let speaker = conversation.turn(*turn)?.speaker.as_ref()?;
                    let window = sent.as_ref().map_or(prompt::WINDOW, |sent| Tokens(sent.window_tokens as usize));
                    let sees = sent.as_ref().is_some_and(|sent| sent.sees_images);
                    let extent = (window, if sees { Sight::Seeing } else { Sight::Blind });
                    return Some(prompt::view(conversation, speaker, model, extent, sent.as_ref()));
                }
                kind => dialogue.apply(kind, event.ts),
            }
        }
        None
    }

    /// What would stand before the first model of this participant if it spoke next, or of whoever does.
    pub fn preview(&self, participant: Option<ParticipantId>) -> Result<PromptView, Refusal> {
        let refuse = |words: &str| Err(Refusal::on("participant", words));
        let speaker = match participant {
            Some(participant) => participant,
            None if !self.conversation.turns.is_empty() => {
                return refuse("somebody is speaking, and who is next depends on it; name a participant");
            }
            None => match turn_taking::choose(&self.conversation, &[]) {
                Next::Speaks(speaker, _) => speaker,
                Next::Together(..) => return refuse("several speak next, at once; name a participant"),
                Next::AskModerator(_) => {
                    return refuse("nobody is next until the moderator says who; name a participant");
                }
                Next::AwaitNudge => return refuse("nobody is next until you say who; name a participant"),
                Next::Nobody(_) => return refuse("nobody is free to speak; name a participant"),
            },
        };
        let Some(speaker) = self.conversation.participant(speaker) else { return Err(Refusal::nobody_of_that_id()) };
        let Some(model) = speaker.route.first() else { return refuse("nobody can be asked for this participant") };
        let window = self.window_of(speaker, model);
        let extent = (window, self.sight_of(model, None));
        let view = prompt::view(&self.conversation, speaker, model, extent, None);
        Ok(PromptView { exact: true, ..view })
    }
}
