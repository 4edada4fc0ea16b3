use std::str::FromStr;
use std::time::Duration;

use chimera_core::{ErrorClass, ProviderError};

use super::voice::Voice;
use super::{unknown_voice, voices};

/// What a demo model's name asks for: `voice`, `voice!fault` or `voice!fault@turn`; with `!think` behind the voice it
/// thinks aloud before it speaks. `voice!hang` never begins, `voice!think!hang` never comes out of its thoughts, and
/// `voice!pause` never comes to its last word.
///
/// The fault comes on every turn, or only on the one that is named, counted from 0: so a conversation can show, and a
/// test can prove, what happens when a provider fails.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cue {
    voice: Casting,
    pub(super) thinks: bool,
    fault: Option<Fault>,
    turn: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
enum Casting {
    Named(&'static Voice),
    /// The model is called just [`ANY_VOICE`]: whoever sits in the seat brings the voice.
    BySpeaker,
}

/// The name under which one model serves every seat of a table, each with a voice of its own.
pub(super) const ANY_VOICE: &str = "voice";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    RateLimit,
    Overloaded,
    Unauthorized,
    /// Some words, and then no more.
    Cut,
    /// No answer, ever.
    Hang,
    /// Every word but the last, which never comes.
    Pause,
}

impl Cue {
    pub(super) fn voice_for(&self, speaker: &str) -> &'static Voice {
        if let Casting::Named(voice) = self.voice {
            return voice;
        }
        let speaker = speaker.to_lowercase();
        let own = voices::ALL.iter().find(|voice| speaker.contains(voice.id));
        // Any rule would do that gives the same seat the same voice every time.
        let nth = speaker.bytes().map(usize::from).sum::<usize>() % voices::ALL.len();
        own.unwrap_or(&voices::ALL[nth])
    }

    pub(super) fn fault_on(&self, turn: u32) -> Option<Fault> {
        self.fault.filter(|_| self.turn.is_none_or(|only| only == turn))
    }
}

impl FromStr for Cue {
    type Err = ProviderError;

    fn from_str(model: &str) -> Result<Self, ProviderError> {
        let (voice, staged) = match model.split_once('!') {
            Some((voice, staged)) => (voice, Some(staged)),
            None => (model, None),
        };
        let (thinks, fault) = match staged.and_then(|staged| staged.strip_prefix("think")) {
            Some("") => (true, None),
            Some(fault) if fault.starts_with('!') => (true, Some(&fault[1..])),
            Some(_) | None => (false, staged),
        };
        let named = voices::ALL.iter().find(|known| known.id == voice).map(|voice| Casting::Named(voice));
        let voice = match named {
            Some(named) => named,
            None if voice == ANY_VOICE => Casting::BySpeaker,
            None => return Err(unknown_voice(voice)),
        };
        let Some(fault) = fault else {
            return Ok(Self { voice, thinks, fault: None, turn: None });
        };
        let (name, turn) = match fault.split_once('@') {
            Some((name, turn)) => (name, Some(turn.parse().map_err(|_| unknown_fault(fault))?)),
            None => (fault, None),
        };
        Ok(Self { voice, thinks, fault: Some(Fault::named(name).ok_or_else(|| unknown_fault(fault))?), turn })
    }
}

impl Fault {
    const ALL: [(&str, Fault); 6] = [
        ("rate-limit", Fault::RateLimit),
        ("overloaded", Fault::Overloaded),
        ("unauthorized", Fault::Unauthorized),
        ("cut", Fault::Cut),
        ("hang", Fault::Hang),
        ("pause", Fault::Pause),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, fault)| *fault)
    }

    pub(super) fn error(self) -> ProviderError {
        let (class, status, detail) = match self {
            Fault::RateLimit => (ErrorClass::RateLimited, Some(429), "the voice needs a rest; ask again in 20 seconds"),
            Fault::Overloaded => (ErrorClass::Overloaded, Some(503), "too many people are asking this voice at once"),
            Fault::Unauthorized => (ErrorClass::Unauthorized, Some(401), "this voice does not know you"),
            Fault::Cut => (ErrorClass::Truncated, None, "the voice broke off in the middle of a sentence"),
            Fault::Hang => (ErrorClass::FirstTokenTimeout, None, "the voice never began"),
            Fault::Pause => (ErrorClass::IdleTimeout, None, "the voice never came to its last word"),
        };
        let retry_after = (self == Fault::RateLimit).then_some(Duration::from_secs(20));
        ProviderError { status, retry_after, ..ProviderError::new(class, format!("{detail} (a staged fault)")) }
    }
}

fn unknown_fault(asked: &str) -> ProviderError {
    let asked: String = asked.chars().take(60).collect();
    let known = Fault::ALL.map(|(name, _)| name).join(", ");
    let detail = format!("there is no fault `{asked}`; known are {known}, with @turn to have one only once");
    ProviderError { status: Some(404), ..ProviderError::new(ErrorClass::ModelNotFound, detail) }
}
