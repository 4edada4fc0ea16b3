//! Many conversations and few places: who waits, who is next, and that nobody waits for ever.

use chimera_app::{CallLimits, ConnectionChanges, StopWhen};
use chimera_core::{
    AttemptOutcome, ConnectionLimits, ConversationId, ConversationState, EndRules, ErrorClass, EventKind, ModelRef,
    Money, NewConversation, NewModerator, Policy, ProviderKind,
};
use chimera_testkit::{FakeLlm, Gate, Reply};
use futures::future::join_all;

use crate::house::{House, seat};

const AT_ONCE: usize = 3;
const TALKS: usize = 12;

async fn at(house: &House, server: &FakeLlm) -> Vec<ModelRef> {
    let spec = format!("compatible@{}/v1#m", server.url()).parse().unwrap();
    house.chimera.route(&spec, None).await.unwrap()
}

fn talk(topic: &str, route: &[ModelRef], turns: u32) -> NewConversation {
    NewConversation {
        topic: topic.into(),
        participants: vec![seat("Ada", route.to_vec()), seat("Ben", route.to_vec())],
        policy: Policy::RoundRobin,
        end: EndRules { turns: Some(turns), ..EndRules::NONE },
        seed: Some(1),
        ..NewConversation::default()
    }
}

async fn is_in_line(house: &House, id: ConversationId) {
    let queued = |kind: &EventKind| matches!(kind, EventKind::AttemptQueued { .. });
    house.wait_for(&mut house.feed(), |event| event.conversation() == Some(id) && queued(&event.kind)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_calls_are_open_than_allowed_and_whoever_waits_longest_is_next() {
    let house = House::within(CallLimits { elsewhere: 1, nearby: AT_ONCE }).await;
    let server = FakeLlm::start().await;
    let gates: Vec<Gate> = (0..TALKS).map(|_| Gate::closed()).collect();
    for gate in &gates {
        server.next().replies(Reply::stream().waits_for(gate).text("So it is.").ends());
    }
    let route = at(&house, &server).await;
    let mut ids = Vec::new();
    for n in 0..TALKS {
        let id = house.start(talk(&format!("matter-{n:02}"), &route, 1)).await;
        match n {
            0..AT_ONCE => drop(server.request(n).await),
            AT_ONCE.. => is_in_line(&house, id).await,
        }
        ids.push(id);
    }

    let waiting = house.chimera.conversation(ids[TALKS - 1]).await.unwrap();
    assert!(waiting.turn.unwrap().attempts[0].queued, "whoever looks sees that it waits");
    house.chimera.stop(ids[5], StopWhen::Now).await.unwrap();
    let stopped = house.chimera.usage(ids[5]).await.unwrap();
    assert_eq!(stopped.total.cost.known, Money::ZERO);

    let asked: Vec<usize> = (0..TALKS).filter(|n| *n != 5).collect();
    for (n, gate) in gates.iter().enumerate().take(asked.len() - AT_ONCE) {
        assert_eq!(server.requests().len(), AT_ONCE + n);
        gate.open();
        server.request(AT_ONCE + n).await;
    }
    gates.iter().for_each(Gate::open);
    let ended = asked.iter().map(|n| house.until(ids[*n], ConversationState::Completed));
    for view in join_all(ended).await {
        assert_eq!(view.messages[0].text, "So it is.");
        assert!(view.messages[0].attempts[0].timings.queued_ms.is_some());
        assert!(!view.messages[0].attempts[0].queued);
    }

    let order: Vec<String> = server.requests().iter().map(|request| request.body().to_string()).collect();
    assert_eq!(order.len(), asked.len(), "nobody else was asked");
    for (body, n) in order.iter().zip(&asked).skip(AT_ONCE) {
        assert!(body.contains(&format!("matter-{n:02}")), "{n} is next, and not {body}");
    }
    assert!(!order.iter().any(|body| body.contains("matter-05")), "who was stopped in line was never asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_single_place_moderators_and_speakers_of_many_talks_all_have_their_turns() {
    let house = House::within(CallLimits { elsewhere: 1, nearby: 1 }).await;
    let server = FakeLlm::start().await;
    server.always().says("Ben");
    let route = at(&house, &server).await;
    let moderated = |n: usize| NewConversation {
        policy: Policy::Moderator,
        moderator: Some(NewModerator::Seat { seat: 0 }),
        ..talk(&format!("matter-{n:02}"), &route, 3)
    };

    let ids = join_all((0..8).map(|n| house.start(moderated(n)))).await;

    for view in join_all(ids.iter().map(|id| house.until(*id, ConversationState::Completed))).await {
        assert_eq!(view.messages.len(), 3);
        let outcomes = view.messages.iter().flat_map(|message| &message.attempts).map(|attempt| &attempt.outcome);
        assert!(outcomes.clone().all(|outcome| matches!(outcome, Some(AttemptOutcome::Answered { .. }))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_the_wait_of_everybody_in_line() {
    let house = House::within(CallLimits { elsewhere: 1, nearby: 1 }).await;
    let server = FakeLlm::start().await;
    server.always().replies(Reply::stream().text("Half a ").hangs());
    let route = at(&house, &server).await;
    let first = house.start(talk("one", &route, 1)).await;
    server.request(0).await;
    let second = house.start(talk("two", &route, 1)).await;
    is_in_line(&house, second).await;

    let house = house.reopened().await;

    for id in [first, second] {
        assert_eq!(house.chimera.conversation(id).await.unwrap().state, ConversationState::Paused);
    }
    assert_eq!(server.requests().len(), 1, "nobody was asked on the way out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_takes_as_many_calls_as_was_said_of_it_from_the_next_question_on() {
    let house = House::within(CallLimits { elsewhere: 1, nearby: 1 }).await;
    let server = FakeLlm::start().await;
    let gates = [Gate::closed(), Gate::closed(), Gate::closed()];
    for gate in &gates {
        server.next().replies(Reply::stream().waits_for(gate).text("So it is.").ends());
    }
    let route = at(&house, &server).await;
    let limits = |calls| ConnectionChanges {
        limits: Some(ConnectionLimits { calls_at_once: calls, ..ConnectionLimits::default() }),
        ..ConnectionChanges::default()
    };
    let changed = house.chimera.update_connection(&route[0].connection, limits(Some(2))).await.unwrap();
    assert_eq!(changed.connection.limits.calls_at_once, Some(2));

    let mut ids = Vec::new();
    for n in 0..2 {
        ids.push(house.start(talk(&format!("matter-{n}"), &route, 1)).await);
        server.request(n).await;
    }
    house.chimera.update_connection(&route[0].connection, limits(None)).await.unwrap();
    ids.push(house.start(talk("matter-2", &route, 1)).await);
    is_in_line(&house, ids[2]).await;
    gates[0].open();
    house.until(ids[0], ConversationState::Completed).await;
    assert_eq!(server.requests().len(), 2, "one is still under way, and one is all there may be");
    gates[1].open();
    server.request(2).await;
    gates[2].open();
    house.until(ids[2], ConversationState::Completed).await;

    let refused = house.chimera.update_connection(&route[0].connection, limits(Some(0))).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("limits.calls_at_once"));
    house.chimera.update_connection(&route[0].connection, limits(Some(7))).await.unwrap();
    let house = house.reopened().await;
    let kept = house.chimera.connections().await;
    assert_eq!(kept[1].connection.limits.calls_at_once, Some(7));
    assert_eq!(house.chimera.rebuild().await.unwrap(), None);
}

#[tokio::test]
async fn a_connection_is_waited_for_as_long_as_was_said_of_it() {
    let house = House::within(CallLimits { elsewhere: 5, nearby: 3 }).await;
    let server = FakeLlm::start().await;
    server.always().replies(Reply::stream().hangs());
    let route = at(&house, &server).await;
    let limits = ConnectionLimits { first_token_s: Some(1), ..ConnectionLimits::default() };
    let changes = ConnectionChanges { limits: Some(limits), ..ConnectionChanges::default() };
    house.chimera.update_connection(&route[0].connection, changes).await.unwrap();

    let id = house.start(talk("matter", &route, 1)).await;
    let view = house.until(id, ConversationState::NeedsAttention).await;

    let attempts = view.turn.map(|turn| turn.attempts).unwrap_or_default();
    let outcome = attempts.last().and_then(|attempt| attempt.outcome.clone());
    assert!(
        matches!(&outcome, Some(AttemptOutcome::Failed { class: ErrorClass::FirstTokenTimeout, .. })),
        "{outcome:?}"
    );
    let usual = house.chimera.usual_limits(ProviderKind::Compatible, Some(server.url().into()), false);
    assert_eq!((usual.calls_at_once, usual.first_token_s, usual.shares_calls), (3, 300, false));
    let usual = house.chimera.usual_limits(ProviderKind::Anthropic, None, false);
    assert_eq!((usual.calls_at_once, usual.first_token_s, usual.shares_calls), (5, 30, true));
}
