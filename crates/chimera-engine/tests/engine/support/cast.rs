use chimera_core::{ConnectionId, ModelRef, Participant, ParticipantId, Sampling, Timestamp};

/// Participants of these names, each with one model that is called like it.
pub fn cast(names: &[&str]) -> Vec<Participant> {
    names.iter().enumerate().map(|(seat, name)| participant(seat, name)).collect()
}

pub fn model(name: &str) -> ModelRef {
    let (connection, model) = name.split_once('/').unwrap_or(("test", name));
    ModelRef { connection: connection.parse::<ConnectionId>().unwrap(), model: model.to_owned() }
}

fn participant(seat: usize, name: &str) -> Participant {
    Participant {
        id: ParticipantId::new(Timestamp::from_millis(0), [u8::try_from(seat).unwrap() + 1; 10]),
        name: name.to_owned(),
        hue: 0,
        persona: None,
        instructions: format!("Speak like {name}."),
        talkativeness: 0.5,
        route: vec![model(&name.to_lowercase().replace(' ', "-"))],
        sampling: Sampling::default(),
        muted: false,
    }
}
