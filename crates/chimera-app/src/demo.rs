use chimera_core::{ConversationView, EndRules, ModelRef, NewConversation, NewParticipant, PersonaId, Policy, Shelf};

use crate::models::demo_connection;
use crate::{Chimera, Result};

const TOPIC: &str = "If every plank of a ship is replaced over ten years, is it still the same ship?";

/// The first demo is the same for everybody, so that it can be known to be a good one; later ones vary.
const FIRST_SEED: u32 = 4;

impl Chimera {
    /// The first thing a new user sees: three authored voices, no key, no network, and one staged fallback, because
    /// carrying on when a provider fails is what Chimera is for.
    pub async fn start_demo(&self) -> Result<ConversationView> {
        let seats =
            [("sceptic", vec!["sceptic"]), ("poet", vec!["poet!rate-limit@1", "poet"]), ("engineer", vec!["engineer"])];
        let participants = seats.map(|(persona, models)| NewParticipant {
            persona: persona.parse().ok(),
            route: models.into_iter().map(demo_model).collect(),
            ..NewParticipant::default()
        });
        let is_first = self.conversations_on(Shelf::All, None, 1).await?.items.is_empty();
        let seed = is_first.then_some(FIRST_SEED);
        let demo = NewConversation {
            topic: TOPIC.into(),
            title: Some("The ship of Theseus".into()),
            participants: participants.into(),
            policy: Policy::Balanced,
            end: EndRules { turns: Some(9), ..EndRules::default() },
            seed,
            ..NewConversation::default()
        };
        let created = self.create_conversation(demo).await?;
        self.start(created.id).await?;
        self.conversation(created.id).await
    }
}

pub(crate) fn demo_model(voice: &str) -> ModelRef {
    ModelRef { connection: demo_connection().id, model: voice.into() }
}

/// Whichever authored voice fits the name of the seat.
pub fn any_demo_voice() -> ModelRef {
    demo_model("voice")
}

/// The authored voice that stands in for a persona: its own where there is one, else one chosen by the seat's name.
pub fn demo_voice_for(persona: &PersonaId) -> ModelRef {
    let voice = chimera_providers::demo_voices().into_iter().find(|voice| voice.id == persona.as_str());
    demo_model(voice.as_ref().map_or("voice", |voice| voice.id.as_str()))
}
