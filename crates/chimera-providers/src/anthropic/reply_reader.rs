use chimera_core::{ErrorClass, Finish, ProviderError};

use super::wire::{Block, Delta, Event, StopDetails, WireUsage};
use crate::reading::{Dialect, Said, Step, complaint};

/// Events of a message. They are told apart by the `type` in their data, because some proxies drop their names.
#[derive(Debug, Default, Clone)]
pub struct Messages {
    finish: Option<Finish>,
    usage: WireUsage,
}

impl Dialect for Messages {
    const NAME: &'static str = "messages";

    fn event(&mut self, name: &str, data: &str, said: &mut Said) -> Step {
        if let Some(error) = complaint(name, data) {
            return Step::Fails(error);
        }
        let Ok(event) = serde_json::from_str::<Event<'_>>(data) else { return not_json(data) };
        match &*event.kind.0 {
            "message_start" => {
                // Some proxies splice a second one into the answer: what was said stays said.
                let message = event.message.unwrap_or_default();
                said.model(&message.model.0);
                self.count(message.usage, said);
            }
            "content_block_start" => hear(event.content_block.unwrap_or_default(), said),
            "content_block_delta" => hear_more(event.delta.unwrap_or_default(), said),
            "message_delta" => {
                let delta = event.delta.unwrap_or_default();
                self.count(event.usage, said);
                return self.stop(&delta.stop_reason.0, delta.stop_details, said);
            }
            "message_stop" => return Step::Complete,
            // The whole message in one piece, though a stream was asked for.
            "message" => {
                said.model(&event.model.0);
                event.content.unwrap_or_default().into_iter().for_each(|block| hear(block, said));
                self.count(event.usage, said);
                return self.stop(&event.stop_reason.0, event.stop_details, said);
            }
            "" => return Step::NotUnderstood,
            // Pings, ends of blocks, and whatever a newer version has to tell.
            _ => {}
        }
        Step::GoesOn
    }

    fn finish(&self) -> Option<Finish> {
        self.finish
    }
}

impl Messages {
    fn count(&mut self, usage: Option<WireUsage>, said: &mut Said) {
        if let Some(usage) = usage {
            self.usage.merge(usage);
            said.usage(self.usage.counted());
        }
    }

    fn stop(&mut self, reason: &str, details: Option<StopDetails<'_>>, said: &mut Said) -> Step {
        let details = details.unwrap_or_default();
        let why = [&details.explanation.0, &details.category.0].into_iter().find(|words| !words.is_empty());
        said.because(why.map_or("", |words| words));
        self.finish = match reason {
            "" => self.finish,
            "end_turn" | "stop_sequence" => Some(Finish::Stop),
            "max_tokens" => Some(Finish::Length),
            "refusal" => Some(Finish::Refusal),
            "model_context_window_exceeded" if said.has_words() => Some(Finish::Length),
            "model_context_window_exceeded" => {
                let detail = "the conversation filled the model's context before the first word";
                return Step::Fails(ProviderError::new(ErrorClass::ContextOverflow, detail));
            }
            _ => Some(Finish::Other),
        };
        Step::GoesOn
    }
}

fn hear(block: Block<'_>, said: &mut Said) {
    match &*block.kind.0 {
        "text" => said.text(block.text.0),
        "thinking" => said.reasoning(block.thinking.0),
        // Tools of the server, compaction and what else may come: no words of the speaker.
        _ => {}
    }
}

fn hear_more(delta: Delta<'_>, said: &mut Said) {
    match &*delta.kind.0 {
        "text_delta" => said.text(delta.text.0),
        "thinking_delta" => said.reasoning(delta.thinking.0),
        _ => {}
    }
}

/// The mark of another protocol, which some proxies add, says nothing here.
fn not_json(data: &str) -> Step {
    if data == "[DONE]" { Step::GoesOn } else { Step::NotUnderstood }
}
