use chimera_core::{
    ActedBy, Choice, ChoiceReason, ConversationState, EventKind, InterruptCause, MessageStatus, ParticipantChip,
    Policy, Seq, StateReason, Topic, TurnOutcome,
};
use chimera_store::{Error, Unfinished};

use crate::house::{House, Talk, now};

#[tokio::test]
async fn a_message_carries_every_attempt_of_its_turn_the_failed_ones_first() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house
        .happens(
            talk.id,
            vec![
                talk.created(),
                talk.user_said(1, None, "Does it?"),
                talk.turn_started(1),
                talk.attempt_started(1, 1),
                talk.attempt_failed(1, 1),
                talk.attempt_started(2, 1),
                talk.message_started(2, 1, Some(1)),
                talk.message_completed(2, 1, Some(1), "It does."),
                talk.attempt_answered(2, 1),
                talk.turn_ended(1, TurnOutcome::Completed),
            ],
        )
        .await;

    let view = house.view(talk.id).await;

    let texts: Vec<&str> = view.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["Does it?", "It does."], "the branch is read oldest first");
    assert_eq!(view.messages[0].attempts, [], "nobody was asked for what the user said");
    let attempts: Vec<_> = view.messages[1].attempts.iter().map(|attempt| attempt.id).collect();
    assert_eq!(attempts, [talk.attempt(1), talk.attempt(2)]);
    assert_eq!(view.messages[0].choice, None, "nobody chose the user");
    assert!(view.messages[1].choice.is_some(), "why it spoke can be asked long after");
    assert_eq!(view.turn, None, "the turn has ended");
    assert_eq!(view.seq, house.store.last_seq().await.unwrap());
}

#[tokio::test]
async fn a_branch_leaves_out_what_was_said_beside_it() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house
        .happens(
            talk.id,
            vec![
                talk.created(),
                talk.user_said(1, None, "root"),
                talk.user_said(2, Some(1), "left aside"),
                talk.user_said(3, Some(1), "taken up"),
                talk.user_said(4, Some(3), "and on"),
            ],
        )
        .await;

    let view = house.view(talk.id).await;

    let texts: Vec<&str> = view.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["root", "taken up", "and on"]);
}

#[tokio::test]
async fn an_unfinished_message_shows_the_words_of_its_checkpoint_until_it_ends() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house
        .happens(
            talk.id,
            vec![talk.created(), talk.turn_started(1), talk.attempt_started(1, 1), talk.message_started(1, 1, None)],
        )
        .await;
    house.store.checkpoint(talk.id, talk.message(1), "Half").await.unwrap();
    house.store.checkpoint(talk.id, talk.message(1), "Half a ").await.unwrap();

    let during = house.view(talk.id).await;
    assert_eq!((during.messages[0].text.as_str(), during.messages[0].status), ("Half a ", MessageStatus::Streaming));
    let turn = during.turn.expect("the turn is under way");
    assert_eq!((turn.id, turn.attempts.len()), (talk.turn(1), 1));

    let interrupted = EventKind::MessageInterrupted {
        message: talk.message(1),
        turn: talk.turn(1),
        text: "Half a se".into(),
        cause: InterruptCause::User,
    };
    house.happens(talk.id, vec![interrupted, talk.turn_ended(1, TurnOutcome::Interrupted)]).await;
    house.store.checkpoint(talk.id, talk.message(1), "words that come late").await.unwrap();

    let after = house.view(talk.id).await;
    assert_eq!(after.messages[0].text, "Half a se");
    assert_eq!(after.messages[0].interrupted, Some(InterruptCause::User));
    assert_eq!(after.turn, None);
    assert_eq!(house.store.unfinished().await.unwrap(), []);
}

#[tokio::test]
async fn a_message_that_is_whole_shows_no_older_words_of_a_checkpoint() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created(), talk.turn_started(1), talk.message_started(1, 1, None)]).await;
    house.store.checkpoint(talk.id, talk.message(1), "Half a ").await.unwrap();

    house.happens(talk.id, vec![talk.message_completed(1, 1, None, "Half a century.")]).await;

    let message = &house.view(talk.id).await.messages[0];
    assert_eq!((message.text.as_str(), message.status), ("Half a century.", MessageStatus::Complete));
}

#[tokio::test]
async fn the_attempts_of_a_failed_turn_can_be_seen_while_it_waits_for_attention() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let needs_attention = EventKind::ConversationStateChanged {
        state: ConversationState::NeedsAttention,
        reason: StateReason::NobodyToSpeak,
    };
    house
        .happens(
            talk.id,
            vec![
                talk.created(),
                talk.turn_started(1),
                talk.attempt_started(1, 1),
                talk.attempt_failed(1, 1),
                talk.turn_ended(1, TurnOutcome::Failed),
                needs_attention,
            ],
        )
        .await;

    let waiting = house.view(talk.id).await;
    assert_eq!(waiting.turn.expect("the turn waits").attempts.len(), 1);
    assert_eq!(waiting.messages, [], "an error is never a message");

    house.happens(talk.id, vec![state(ConversationState::Completed)]).await;
    assert_eq!(house.view(talk.id).await.turn, None, "nobody waits for a turn of a conversation that has ended");
}

#[tokio::test]
async fn a_turn_that_was_passed_over_stands_where_the_talk_went_on_without_it() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let failed = |n| vec![talk.turn_started(n), talk.turn_ended(n, TurnOutcome::Failed)];
    house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "Well?")]).await;
    house.happens(talk.id, [failed(1), vec![talk.user_said(2, Some(1), "Nobody?")]].concat()).await;
    house.happens(talk.id, vec![talk.turn_started(2), talk.turn_ended(2, TurnOutcome::Stalled)]).await;
    let places = async |house: &House| {
        let passed_over = house.view(talk.id).await.passed_over;
        passed_over.into_iter().map(|turn| (turn.id, turn.after)).collect::<Vec<_>>()
    };
    let first = (talk.turn(1), Some(talk.message(1)));
    let second = (talk.turn(2), Some(talk.message(2)));
    assert_eq!(places(&house).await, [first, second]);

    house.happens(talk.id, vec![talk.branched(1, Some(1))]).await;
    assert_eq!(places(&house).await, [first], "the other one was not in this branch");

    house.happens(talk.id, vec![talk.switched(0, ActedBy::Command)]).await;
    let again = match talk.turn_started(3) {
        EventKind::TurnStarted { turn, participant, number, route, round, .. } => {
            let choice = Choice::because(Policy::Balanced, ChoiceReason::Retried);
            EventKind::TurnStarted { turn, participant, number, choice, route, round }
        }
        other => other,
    };
    house.happens(talk.id, vec![again]).await;
    assert_eq!(places(&house).await, [first], "who is asked again was not passed over");
}

#[tokio::test]
async fn a_view_is_of_one_moment_while_others_write() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    let store = house.store.clone();
    let writing = tokio::spawn(async move {
        for n in 1..=200 {
            let said = talk.user_said(n, (n > 1).then(|| n - 1), "word");
            store.append(Topic::Conversation(talk.id), now(), vec![said]).await.unwrap();
        }
    });

    let mut moments = 0;
    loop {
        let view = house.view(talk.id).await;
        // Event 1 made the conversation; each later one said one thing.
        assert_eq!(view.messages.len() as u64, view.seq.0 - 1, "the number and the content are of one moment");
        moments += 1;
        if view.seq == Seq(201) {
            break;
        }
    }
    writing.await.unwrap();
    assert!(moments > 1, "the reader was not kept waiting by the writer");
}

#[tokio::test]
async fn the_list_shows_the_newest_change_first_with_its_last_words() {
    let house = House::new().await;
    let (one, two) = (Talk::new(1), Talk::new(2));
    house.happens(one.id, vec![one.created()]).await;
    house.happens(two.id, vec![two.created(), two.turn_started(1), two.message_started(1, 1, None)]).await;
    house.happens(two.id, vec![two.message_completed(1, 1, None, "Salt\nremembers.")]).await;
    house
        .happens(
            one.id,
            vec![EventKind::ConversationRenamed { title: "The sea".into() }, state(ConversationState::Running)],
        )
        .await;

    let page = house.store.conversations(None, 10).await.unwrap();

    assert_eq!(page.next_cursor, None);
    let titles: Vec<&str> = page.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["The sea", "Talk 2"]);
    assert_eq!((page.items[0].state, page.items[0].messages), (ConversationState::Running, 0));
    assert_eq!(page.items[0].preview, None);
    assert_eq!((page.items[1].preview.as_deref(), page.items[1].messages), (Some("Ada: Salt remembers."), 1));
    let chips = [chip("Ada", 210), chip("Bob", 30)];
    assert_eq!(page.items[1].participants, chips);
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_when_a_conversation_changes_between_them() {
    let house = House::new().await;
    for n in 1..=23 {
        house.happens(Talk::new(n).id, vec![Talk::new(n).created()]).await;
    }

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = house.store.conversations(cursor.as_deref(), 5).await.unwrap();
        seen.extend(page.items.iter().map(|item| item.id));
        // One that was shown already moves to the top while the pages are turned.
        house.happens(seen[0], vec![EventKind::ConversationRenamed { title: "again".into() }]).await;
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }

    let all: Vec<_> = (1..=23).rev().map(|n| Talk::new(n).id).collect();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_page_that_is_just_full_has_no_next() {
    let house = House::new().await;
    for n in 1..=2 {
        house.happens(Talk::new(n).id, vec![Talk::new(n).created()]).await;
    }

    assert!(house.store.conversations(None, 1).await.unwrap().next_cursor.is_some());
    assert_eq!(house.store.conversations(None, 2).await.unwrap().next_cursor, None);
}

#[tokio::test]
async fn a_made_up_cursor_is_refused() {
    let house = House::new().await;
    for cursor in ["", "c", "12", "c-1", "c+1", "cxyz", "c11112222333344445555"] {
        let refused = house.store.conversations(Some(cursor), 5).await;
        assert!(matches!(refused, Err(Error::BadCursor { .. })), "{cursor:?} gave {refused:?}");
    }
}

#[tokio::test]
async fn what_was_under_way_is_found_with_its_words_and_nothing_else_is() {
    let house = House::new().await;
    let (running, open, done) = (Talk::new(1), Talk::new(2), Talk::new(3));
    house.happens(done.id, vec![done.created(), done.turn_started(1), done.turn_ended(1, TurnOutcome::Failed)]).await;
    house.happens(running.id, vec![running.created(), state(ConversationState::Running)]).await;
    house
        .happens(
            open.id,
            vec![
                open.created(),
                state(ConversationState::Paused),
                open.turn_started(1),
                open.message_started(1, 1, None),
            ],
        )
        .await;
    house.store.checkpoint(open.id, open.message(1), "Half a ").await.unwrap();

    let unfinished = house.reopened().await.store.unfinished().await.unwrap();

    assert_eq!(
        unfinished,
        [
            Unfinished {
                conversation: open.id,
                state: ConversationState::Paused,
                checkpoints: vec![(open.message(1), "Half a ".into())],
                withheld: vec![],
            },
            Unfinished {
                conversation: running.id,
                state: ConversationState::Running,
                checkpoints: vec![],
                withheld: vec![],
            },
        ]
    );
}

#[tokio::test]
async fn an_unknown_conversation_is_none_and_not_an_error() {
    let house = House::new().await;
    assert_eq!(house.store.conversation(Talk::new(9).id).await.unwrap(), None);
}

fn state(state: ConversationState) -> EventKind {
    EventKind::ConversationStateChanged { state, reason: StateReason::User }
}

fn chip(name: &str, hue: u16) -> ParticipantChip {
    ParticipantChip { name: name.into(), hue }
}
