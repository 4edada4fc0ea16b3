//! Authored voices: prepared words on a timer, so that the table talks before a key or a network is there.
//!
//! They are no AI and say so. A voice takes up the topic and what was just said, never repeats itself while it has
//! something left to say, and says the same again for the same seed, scene and transcript.

mod asides;
mod composer;
mod cue;
mod delivery;
mod dice;
mod heard;
mod topic;
mod voice;
mod voices;

use chimera_core::{ErrorClass, Finish, Provider, ProviderError, ReplyEvent, ReplyRequest, ReplyStream, Usage};
use futures::StreamExt;

use crate::ModelInfo;
use composer::compose;
use cue::{ANY_VOICE, Cue, Fault};
pub use delivery::Pace;
use delivery::{Delivery, words};

/// The voices, as models.
pub fn demo_voices() -> Vec<ModelInfo> {
    let info =
        |id: &str, label: &str| ModelInfo::new(id, format!("{label} (authored voice, not AI)"), Default::default());
    let any = info(ANY_VOICE, "Whichever fits the speaker");
    voices::ALL.iter().map(|voice| info(voice.id, voice.label)).chain([any]).collect()
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Demo {
    pace: Pace,
}

impl Demo {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace }
    }
}

/// What a voice thinks aloud, where it is staged to.
const THOUGHTS: &str =
    "What has been said so far, and what has nobody asked yet? I take up the last thought, and turn it a little.";

impl Provider for Demo {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        let pace = self.pace;
        let stream = async_stream::try_stream! {
            let cue: Cue = request.model.parse()?;
            let fault = cue.fault_on(request.scene.turns_taken);
            let mut delivery = Delivery::new(pace, &request);
            match fault {
                Some(Fault::Hang) if !cue.thinks => std::future::pending().await,
                Some(Fault::Hang | Fault::Cut | Fault::Pause) | None => {}
                Some(fault @ (Fault::RateLimit | Fault::Overloaded | Fault::Unauthorized)) => {
                    delivery.think().await;
                    Err(fault.error())?;
                }
            }

            yield ReplyEvent::Opened { request_id: None, status: None };
            let voice = cue.voice_for(&request.scene.speaker);
            yield ReplyEvent::Model(voice.id.to_owned());
            let text = asides::answer(&request).unwrap_or_else(|| compose(voice, &request));
            delivery.think().await;
            for word in words(THOUGHTS).into_iter().filter(|_| cue.thinks) {
                yield ReplyEvent::Reasoning(word.to_owned());
                delivery.after(word).await;
            }
            if fault == Some(Fault::Hang) {
                std::future::pending::<()>().await;
            }
            let said = words(&text);
            let before_fault = match fault {
                Some(Fault::Cut) => said.len().div_ceil(2).min(9),
                Some(Fault::Pause) => said.len().saturating_sub(1),
                Some(_) | None => said.len(),
            };
            for word in &said[..before_fault] {
                yield ReplyEvent::Text((*word).to_owned());
                delivery.after(word).await;
            }
            match fault {
                Some(Fault::Pause) => std::future::pending().await,
                Some(fault) => Err(fault.error())?,
                None => {}
            }
            yield ReplyEvent::Usage(estimate(&request, &text));
            yield ReplyEvent::Finished(Finish::Stop);
        };
        stream.boxed()
    }
}

/// By the rule of thumb of four letters to a token: what an AI would have used for as much.
fn estimate(request: &ReplyRequest, text: &str) -> Usage {
    let tokens = |letters: usize| u32::try_from(letters.div_ceil(4)).unwrap_or(u32::MAX);
    let asked = request.system.len() + request.messages.iter().map(|message| message.text.len()).sum::<usize>();
    Usage {
        input_tokens: Some(tokens(asked)),
        output_tokens: Some(tokens(text.len())),
        estimated: true,
        ..Usage::default()
    }
}

fn unknown_voice(asked: &str) -> ProviderError {
    let known: Vec<&str> = voices::ALL.iter().map(|voice| voice.id).chain([ANY_VOICE]).collect();
    let asked: String = asked.chars().take(60).collect();
    ProviderError {
        status: Some(404),
        ..ProviderError::new(
            ErrorClass::ModelNotFound,
            format!("there is no voice `{asked}`; known are {}", known.join(", ")),
        )
    }
}

#[cfg(test)]
mod tests;
