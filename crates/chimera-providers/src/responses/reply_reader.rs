use chimera_core::{ErrorClass, Finish, ProviderError};
use serde_json::Value;

use super::wire::{Event, Item, Response};
use crate::classify::{self, Complaint};
use crate::reading::{Aloud, Dialect, Said, Step, complaint};

/// Events of a response. Only the last one says how it went and what it cost; being accepted, queued and begun is no
/// answer yet, since quota and rate errors come after that.
#[derive(Debug, Default, Clone)]
pub struct ResponseEvents {
    finish: Option<Finish>,
    /// The part that is being spoken came in pieces, so the whole of it is not said again.
    in_pieces: bool,
    /// Thoughts came in pieces, so the last event repeats them.
    thought: bool,
    aloud: Aloud,
}

impl Dialect for ResponseEvents {
    const NAME: &'static str = "responses";

    fn event(&mut self, name: &str, data: &str, said: &mut Said) -> Step {
        // The mark of another protocol, which some servers add, says nothing here.
        if data == "[DONE]" {
            return Step::GoesOn;
        }
        if let Some(error) = complaint(name, data) {
            return Step::Fails(error);
        }
        let Ok(event) = serde_json::from_str::<Event<'_>>(data) else { return Step::NotUnderstood };
        match &*event.kind.0 {
            "response.output_text.delta" => {
                self.in_pieces = true;
                self.aloud.hear(event.delta.0, said);
            }
            "response.refusal.delta" => {
                self.in_pieces = true;
                said.refusal(event.delta.0);
            }
            "response.output_text.done" if !std::mem::take(&mut self.in_pieces) => self.aloud.hear(event.text.0, said),
            "response.refusal.done" if !std::mem::take(&mut self.in_pieces) => said.refusal(event.refusal.0),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.thought = true;
                said.reasoning(event.delta.0);
            }
            "response.output_item.added" if is_message(event.item.as_ref()) => between_messages(said),
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                return self.end(event.response.unwrap_or_default(), data, said);
            }
            "" => return self.whole(data, said),
            // Created, queued, in progress, beginnings and ends of parts, and whatever a newer version has to tell.
            _ => said.model(&event.response.unwrap_or_default().model.0),
        }
        Step::GoesOn
    }

    fn finish(&self) -> Option<Finish> {
        self.finish
    }

    fn rest(&mut self, said: &mut Said) {
        self.aloud.rest(said);
    }
}

impl ResponseEvents {
    /// The whole response in one piece, though a stream was asked for.
    fn whole(&mut self, data: &str, said: &mut Said) -> Step {
        match serde_json::from_str::<Response<'_>>(data) {
            Ok(response) if response.object.0 == "response" => self.end(response, data, said),
            Ok(_) | Err(_) => Step::NotUnderstood,
        }
    }

    fn end(&mut self, response: Response<'_>, data: &str, said: &mut Said) -> Step {
        said.model(&response.model.0);
        if let Some(usage) = response.usage {
            said.usage(usage.counted());
        }
        let reason = response.incomplete_details.unwrap_or_default().reason.0;
        match &*response.status.0 {
            "failed" => return Step::Fails(failure(data)),
            "cancelled" => {
                return Step::Fails(ProviderError::new(ErrorClass::ServerError, "the server cancelled the answer"));
            }
            _ => {}
        }
        // Whoever streams no pieces still says everything at the end.
        if !(said.has_words() || self.aloud.has_begun()) {
            let is_new = |item: &Item<'_>| !(self.thought && item.kind.0 == "reasoning");
            let items = response.output.unwrap_or_default().into_iter().filter(is_new);
            items.for_each(|item| hear(item, &mut self.aloud, said));
        }
        said.because(&reason);
        self.finish = Some(match &*reason {
            "" => Finish::Stop,
            "max_output_tokens" => Finish::Length,
            "content_filter" => Finish::ContentFilter,
            _ => Finish::Other,
        });
        Step::Complete
    }
}

fn is_message(item: Option<&Item<'_>>) -> bool {
    item.is_some_and(|item| item.kind.0 == "message")
}

fn between_messages(said: &mut Said) {
    if said.has_words() {
        said.text("\n\n");
    }
}

fn hear(item: Item<'_>, aloud: &mut Aloud, said: &mut Said) {
    for part in item.summary.unwrap_or_default() {
        said.reasoning(part.text.0);
    }
    match &*item.kind.0 {
        "message" => between_messages(said),
        "reasoning" => {
            item.content.unwrap_or_default().into_iter().for_each(|part| said.reasoning(part.text.0));
            return;
        }
        _ => return,
    }
    for part in item.content.unwrap_or_default() {
        aloud.hear(part.text.0, said);
        said.refusal(part.refusal.0);
    }
}

/// Why it failed, out of the response in the event, or out of the response that is the document.
fn failure(data: &str) -> ProviderError {
    let json: Value = serde_json::from_str(data).unwrap_or_default();
    let response = json.get("response").unwrap_or(&json);
    match Complaint::from_event(response, "") {
        Some(complaint) => classify::error(&complaint),
        None => ProviderError::new(ErrorClass::ServerError, "the server gave up on the answer without saying why"),
    }
}
