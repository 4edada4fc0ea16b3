//! Who sees: models that are known not to read the labels of images, and are not preferred where there is something to
//! be seen.

use chimera_core::{AttemptOutcome, ErrorClass, ModelFacts, ModelRef, Participant, ProviderError, TurnId};

use super::booking::Call;
use super::voice::Voice;
use super::{Dialogue, Step};
use crate::prompt::{Extent, Sight};

impl Dialogue {
    /// Whether it is known, from its facts or from its own refusal, that this model does not see.
    pub(super) fn is_blind(&self, model: &ModelRef) -> bool {
        self.blind.contains(model) || self.facts(model).sees_images == Some(false)
    }

    /// A person may know better than the model's server did.
    pub(super) fn learn(&mut self, model: ModelRef, facts: ModelFacts) {
        if facts.sees_images == Some(true) {
            self.blind.remove(&model);
        }
        self.facts.insert(model, facts);
    }

    /// What is not known of a model keeps no image from it.
    pub(super) fn sight_of(&self, model: &ModelRef, voice: Option<&Voice>) -> Sight {
        match self.is_blind(model) || voice.is_some_and(|voice| voice.unseen) {
            true => Sight::Blind,
            false => Sight::Seeing,
        }
    }

    /// A stand-in that does not see waits for those that may, when there is something to be seen. The first of a route
    /// is the speaker itself: it speaks, seeing or not.
    pub(super) fn waits_for_sight(&self, turn: TurnId, speaker: &Participant, model: &ModelRef) -> bool {
        let Some(voice) = self.voices.get(&turn) else { return false };
        if voice.position == 0 || voice.set_aside.contains(&voice.position) || !self.is_blind(model) {
            return false;
        }
        let left = self.left(turn);
        let mut others = left.iter().filter_map(|place| speaker.route.get(*place));
        others.any(|other| !self.is_blind(other)) && self.is_something_to_see(speaker, model)
    }

    fn is_something_to_see(&self, speaker: &Participant, model: &ModelRef) -> bool {
        let extent = Extent::whole(self.window_of(speaker, model), Sight::Seeing);
        let request = self.shown(speaker, model, extent);
        request.messages.iter().any(|message| !message.images.is_empty())
    }

    /// It is asked after all when those that may see have failed.
    pub(super) fn set_aside(&mut self, step: &mut Step, turn: TurnId, model: ModelRef) {
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.set_aside.insert(voice.position);
        }
        self.wait_until(turn, step.at.elapsed);
        self.begin_attempt(step, &model, Call::not_made(turn, self.next_number(turn), None));
        let class = ErrorClass::ImagesUnsupported;
        let error = ProviderError::new(class, "passed over for now: there are images, and another may see them");
        let outcome = AttemptOutcome::Skipped { class, until: None, detail: error.detail.clone() };
        self.end_attempt(step, turn, outcome);
        self.switch(step, turn, &error);
    }

    /// The same model, with labels in the place of images: what it could not take it is not given again in this turn,
    /// and if it does not see at all, not in another either.
    pub(super) fn ask_without_images(&mut self, step: &mut Step, turn: TurnId, class: ErrorClass) {
        if let Some((_, model)) = self.asked_next(turn).filter(|_| class == ErrorClass::ImagesUnsupported) {
            self.blind.insert(model);
        }
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.unseen = true;
        }
        self.ask(step, turn);
    }
}
