//! A cast sits down: it becomes a conversation.

use chimera_core::{
    Cast, CastId, CastView, ConversationView, ModelRef, NewConversation, NewModerator, NewParticipant, Policy, Seating,
    SummaryRules,
};

use crate::demo::demo_model;
use crate::models::Connections;
use crate::{Chimera, Error, Result};

impl Chimera {
    /// A conversation of this cast. Who brings no models is asked by the route that is given; where there is none, an
    /// authored demo voice speaks for the seats of a cast that ships with Chimera, and one's own cast is refused: nobody
    /// gets a demo voice among models unasked.
    pub async fn seat_cast(&self, id: &CastId, seating: Seating) -> Result<ConversationView> {
        let CastView { cast, shipped, .. } = self.cast(id).await?;
        let Seating { topic, route, end, fallback, stall_after_s, seed, answer_tokens } = seating;
        let list = self.connection_list();
        let mut participants = cast.participants;
        for (place, seat) in participants.iter_mut().enumerate() {
            seat.route = match (route.is_empty(), known(&seat.route, list)) {
                (false, _) => route.clone(),
                (true, own) if !own.is_empty() => own,
                (true, _) if shipped => vec![demo_voice(place)],
                (true, _) => return Err(nobody_to_ask(place, seat)),
            };
            seat.sampling.max_output_tokens = answer_tokens.or(seat.sampling.max_output_tokens);
        }
        self.create_conversation(NewConversation {
            topic: topic.unwrap_or(cast.topic),
            title: None,
            participants,
            policy: cast.policy,
            end: end.unwrap_or(cast.end),
            fallback: fallback.unwrap_or(cast.fallback),
            seed,
            stall_after_s: stall_after_s.or(cast.stall_after_s),
            moderator: cast.moderator,
            // Where none of its models is known here, the next speaker's own are asked.
            summary: SummaryRules { route: known(&cast.summary.route, list), ..cast.summary },
        })
        .await
    }
}

/// What has to be chosen before this cast can sit down by itself.
pub(super) fn open(cast: &Cast, connections: &Connections) -> Vec<String> {
    let seats = cast.participants.iter().enumerate();
    let silent = seats.filter(|(_, seat)| known(&seat.route, connections).is_empty());
    let mut open: Vec<_> = silent.map(|(place, _)| format!("participants[{place}].route")).collect();
    let is_moderated = match &cast.moderator {
        Some(NewModerator::Seat { .. }) => true,
        Some(NewModerator::Model { model }) => connections.get(&model.connection).is_some(),
        None => false,
    };
    if cast.policy == Policy::Moderator && !is_moderated {
        open.push("moderator".into());
    }
    open
}

/// A connection that has been removed since leads nowhere; the others of the route stand by.
fn known(route: &[ModelRef], connections: &Connections) -> Vec<ModelRef> {
    route.iter().filter(|model| connections.get(&model.connection).is_some()).cloned().collect()
}

fn demo_voice(place: usize) -> ModelRef {
    let voices = chimera_providers::demo_voices();
    demo_model(&voices[place % voices.len()].id)
}

fn nobody_to_ask(place: usize, seat: &NewParticipant) -> Error {
    let name = seat.name.clone().or_else(|| seat.persona.as_ref().map(ToString::to_string));
    let name = name.unwrap_or_else(|| format!("seat {place}"));
    Error::invalid("route", format!("there is no model to ask for {name}: give a route, or choose its models first"))
}
