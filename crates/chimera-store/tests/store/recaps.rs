use chimera_core::{ActedBy, ConversationChange, EventKind, ModelRef, SummaryRules};

use crate::house::{House, Talk, id};

/// One through this message.
fn written(talk: &Talk, n: u128, through: u128) -> EventKind {
    EventKind::SummaryWritten {
        summary: id((talk.n() << 64) + (9 << 32) + n),
        attempt: talk.attempt(n),
        model: ModelRef { connection: "demo".parse().unwrap(), model: "scribe".into() },
        through: talk.message(through),
        extends: None,
        text: format!("In short, {n}."),
    }
}

/// One that is put better, or every second time does not last, and one that fails.
pub fn summed_up(talk: &Talk, n: &mut u128, through: u128) -> Vec<EventKind> {
    *n += 1;
    let n = *n;
    let made = written(talk, n, through);
    let summary = summary_of(&made);
    let after = match n % 2 {
        0 => EventKind::SummaryEdited { summary, text: format!("better {n}") },
        _ => EventKind::SummaryOutdated { summary },
    };
    vec![made, after, EventKind::SummaryFailed { note: format!("not {n}") }]
}

fn summary_of(event: &EventKind) -> chimera_core::SummaryId {
    let EventKind::SummaryWritten { summary, .. } = event else { unreachable!() };
    *summary
}

#[tokio::test]
async fn a_summary_stands_with_the_branches_that_hold_its_last_message_until_it_is_outdated() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let first = written(&talk, 1, 2);
    let summary = summary_of(&first);
    house.happens(talk.id, vec![talk.created()]).await;
    house.happens(talk.id, vec![talk.user_said(1, None, "one"), talk.user_said(2, Some(1), "two"), first]).await;

    let shown = house.view(talk.id).await.summaries;
    assert_eq!((shown.len(), shown[0].text.as_str(), shown[0].edited), (1, "In short, 1.", false));

    let edited = EventKind::SummaryEdited { summary, text: "Two of them.".into() };
    house.happens(talk.id, vec![edited, talk.branched(1, Some(1))]).await;
    assert!(house.view(talk.id).await.summaries.is_empty(), "the branch goes on before it");
    house.happens(talk.id, vec![talk.switched(0, ActedBy::Command)]).await;
    let shown = house.view(talk.id).await.summaries;
    assert_eq!((shown[0].text.as_str(), shown[0].edited), ("Two of them.", true));

    house.happens(talk.id, vec![EventKind::SummaryOutdated { summary }]).await;
    assert!(house.view(talk.id).await.summaries.is_empty());
    assert_eq!(house.store.rebuild().await.unwrap(), None);
}

#[tokio::test]
async fn why_there_is_none_is_told_until_there_is_one_or_the_rules_are_others() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let failed = || EventKind::SummaryFailed { note: "nobody could".into() };
    house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "one"), failed()]).await;
    assert_eq!(house.view(talk.id).await.summary_failure.as_deref(), Some("nobody could"));

    house.happens(talk.id, vec![written(&talk, 1, 1)]).await;
    assert_eq!(house.view(talk.id).await.summary_failure, None);

    let summary = Some(SummaryRules { on: true, route: Vec::new() });
    let changed = EventKind::ConversationChanged(ConversationChange { summary, ..ConversationChange::default() });
    house.happens(talk.id, vec![failed(), changed]).await;
    let view = house.view(talk.id).await;
    assert_eq!((view.summary_failure, view.summary.on), (None, true));
    assert_eq!(house.store.rebuild().await.unwrap(), None);
}
