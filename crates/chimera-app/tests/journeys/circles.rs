//! Two hundred whole conversations of the demo voices, none of which goes round in circles.

use std::time::Duration;

use chimera_core::{
    ConversationId, ConversationState, EndRules, Event, EventKind, ParticipantId, Policy, Provider, ReplyEvent, Seq,
    StateReason, Timestamp, Topic,
};
use chimera_engine::{Command, Dialogue, Effect, Input, Moment};
use chimera_providers::{Pace, Providers};
use chimera_testkit::builders;
use futures::StreamExt;

const TURNS: u32 = 16;
const TOPICS: [&str; 6] = [
    "Should we build a new bridge?",
    "Is a ship whose every plank was replaced still the same ship?",
    "What makes a good teacher?",
    "Tabs or spaces",
    "How should a small town spend a large inheritance?",
    "Stille",
];
const CASTS: [&[&str]; 6] = [
    &["sceptic", "poet"],
    &["engineer", "historian"],
    &["optimist", "sceptic"],
    &["host", "poet", "engineer"],
    &["sceptic", "optimist", "historian", "poet"],
    &["host", "sceptic", "poet", "engineer", "historian", "optimist"],
];

#[tokio::test]
async fn none_of_two_hundred_ordinary_conversations_is_taken_for_a_circle() {
    let providers = Providers::new().with_demo_pace(Pace::Instant);
    let provider = providers.open(&builders::demo_connection(), None).unwrap();
    let mut talks = 0;
    for topic in TOPICS {
        for cast in CASTS {
            for seed in 1..=6 {
                let reason = held(&*provider, topic, cast, seed).await;
                assert_eq!(reason, StateReason::TurnsReached { turns: TURNS }, "{topic}, {cast:?}, seed {seed}");
                talks += 1;
            }
        }
    }
    assert!(talks > 200);
}

/// Why the conversation ended, with nobody there but the machine and its voices.
async fn held(provider: &dyn Provider, topic: &str, cast: &[&str], seed: u32) -> StateReason {
    let mut dialogue = begun(topic, cast, seed);
    let moment = Moment { now: Timestamp::from_millis(1_795_376_782_101), elapsed: Duration::ZERO };
    let mut effects = dialogue.handle(moment, Input::Command(Command::Start)).unwrap();
    while dialogue.conversation().state == ConversationState::Running {
        let asked = effects.drain(..).find_map(|effect| match effect {
            Effect::Ask { attempt, request, .. } => Some((attempt, request)),
            _ => None,
        });
        let (attempt, request) = asked.expect("somebody is asked while it runs");
        let mut reply = provider.reply(request);
        while let Some(heard) = reply.next().await {
            let is_end = matches!(heard, Err(_) | Ok(ReplyEvent::Finished(_)));
            effects = dialogue.handle(moment, Input::Reply { attempt, heard }).unwrap();
            if is_end || dialogue.conversation().turns.iter().all(|turn| turn.attempt != Some(attempt)) {
                break;
            }
        }
    }
    dialogue.conversation().reason.clone().unwrap()
}

fn begun(topic: &str, cast: &[&str], seed: u32) -> Dialogue {
    let id = ConversationId::new(Timestamp::from_millis(1), [7; 10]);
    let seat = |(place, voice): (u8, &&str)| chimera_core::Participant {
        id: ParticipantId::new(Timestamp::from_millis(1), [place; 10]),
        name: voice[..1].to_uppercase() + &voice[1..],
        hue: 0,
        persona: None,
        instructions: String::new(),
        talkativeness: 0.5,
        route: vec![builders::model(&format!("demo/{voice}"))],
        sampling: Default::default(),
        muted: false,
    };
    let created = EventKind::ConversationCreated {
        title: topic.to_owned(),
        topic: topic.to_owned(),
        participants: (0..).zip(cast).map(seat).collect(),
        policy: Policy::Balanced,
        end: EndRules { turns: Some(TURNS), loops: true, ..EndRules::NONE },
        fallback: Default::default(),
        seed,
        stall_after_s: None,
        moderator: None,
        summary: Default::default(),
    };
    let event = Event { seq: Seq(1), topic: Topic::Conversation(id), ts: Timestamp::from_millis(1), kind: created };
    Dialogue::replay(id, [&event])
}
