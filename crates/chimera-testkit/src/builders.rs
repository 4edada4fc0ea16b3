//! The nouns of a conversation, with everything filled in that a test does not care about.

use chimera_core::{
    Connection, ConnectionId, ConnectionLimits, ImageBytes, KeyPlace, ModelRef, NewConversation, NewParticipant,
    PromptMessage, ProviderKind, ReplyRequest, Role, Sampling, Scene,
};

/// A model at a connection, from `connection/model`.
pub fn model(written: &str) -> ModelRef {
    let (connection, model) = written.split_once('/').expect("written as connection/model");
    ModelRef { connection: connection.parse().expect("a connection's name is a slug"), model: model.to_owned() }
}

/// The built-in voices.
pub fn demo_connection() -> Connection {
    Connection {
        id: "demo".parse().expect("a slug"),
        kind: ProviderKind::Demo,
        name: "Demo".to_owned(),
        base_url: None,
        local: false,
        key: KeyPlace::None,
        limits: ConnectionLimits::default(),
    }
}

/// A compatible server on this machine.
pub fn local_connection(id: ConnectionId, base_url: &str) -> Connection {
    Connection {
        name: id.to_string(),
        id,
        kind: ProviderKind::Compatible,
        base_url: Some(base_url.to_owned()),
        local: true,
        key: KeyPlace::None,
        limits: ConnectionLimits::default(),
    }
}

/// A seat for somebody of this name, who is spoken for by these models in this order.
pub fn seat(name: &str, route: &[&str]) -> NewParticipant {
    NewParticipant {
        name: Some(name.to_owned()),
        instructions: Some(format!("You are {name}.")),
        route: route.iter().map(|written| model(written)).collect(),
        ..NewParticipant::default()
    }
}

/// A conversation about this topic, with a fixed seed.
pub fn conversation(topic: &str, participants: Vec<NewParticipant>) -> NewConversation {
    NewConversation { topic: topic.to_owned(), participants, seed: Some(7), ..NewConversation::default() }
}

/// A question to a model, as a conversation of Ada's with Bo would put it.
pub fn question(model: &str) -> ReplyRequest {
    ReplyRequest {
        model: model.to_owned(),
        system: "You are Ada. Write only your next turn.".to_owned(),
        messages: vec![PromptMessage::new(Role::User, "Bo: A ship is a promise made of wood.")],
        sampling: Sampling::default(),
        stop: Vec::new(),
        seed: Some(7),
        images: ImageBytes::default(),
        scene: Scene {
            topic: "Is it still the same ship?".to_owned(),
            speaker: "Ada".to_owned(),
            others: vec!["Bo".to_owned()],
            turns_taken: 1,
            ..Scene::default()
        },
    }
}
