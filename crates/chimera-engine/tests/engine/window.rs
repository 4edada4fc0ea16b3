//! How much of the past a model is shown.

use chimera_core::{ErrorClass, EventKind, ModelFacts, PromptStamp};
use chimera_engine::prompt;

use crate::support::{Seating, Table};

fn knowing(context_tokens: u32) -> ModelFacts {
    ModelFacts { context_tokens: Some(context_tokens), ..ModelFacts::default() }
}

fn stamp(table: &Table) -> PromptStamp {
    let newest = table.kinds().rev().find_map(|kind| match kind {
        EventKind::AttemptStarted { prompt, .. } => prompt.clone(),
        _ => None,
    });
    newest.unwrap()
}

fn long_talk() -> Table {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    for page in 0..200 {
        table.user_says(&format!("Page {page}. {}", "words ".repeat(500)));
    }
    table
}

#[test]
fn a_small_model_is_shown_what_it_can_hold_beside_its_answer() {
    let mut table = long_talk();
    table.is_known(&knowing(8_192));
    table.start();

    let stamp = stamp(&table);
    assert!((4_500..5_120).contains(&stamp.window_tokens), "{stamp:?}");
    assert!(stamp.size_tokens <= 8_192 - 2_048, "{stamp:?}");
    assert!(table.prompt().messages[0].text.contains("Page 199."));
}

#[test]
fn a_large_model_is_shown_more_than_one_of_which_nothing_is_known() {
    let mut table = long_talk();
    table.start();
    assert_eq!(stamp(&table).window_tokens, 24_000);
    table.answers("Well.");

    table.is_known(&knowing(200_000));
    table.answers("Hm.");

    let prompt = &table.prompt().messages[0].text;
    assert!(prompt.contains("Page 0."), "all of it fits");
    assert!(stamp(&table).window_tokens > 160_000);
}

#[test]
fn who_finds_it_too_much_is_shown_a_third_of_what_it_was_sent() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one"]).table();
    table.user_says(&"words ".repeat(2_000));
    table.start();
    let sent = stamp(&table).size_tokens;

    table.fails(ErrorClass::ContextOverflow);

    assert_eq!(stamp(&table).window_tokens, sent / 3);
    assert!(table.prompt().messages[0].text.contains("(…)"));
    table.answers("Short then.");
    assert_eq!(stamp(&table).window_tokens, sent / 3, "it is remembered");
}

#[test]
fn the_stamp_is_that_of_the_words_that_were_sent() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("Hello.");
    table.start();
    let (sent, kept) = (table.prompt().clone(), stamp(&table));
    table.answers("Hi.");

    assert_eq!(prompt::stamp(&sent, prompt::WINDOW), kept);
    assert_eq!(kept.digest.len(), 64);
    assert_ne!(stamp(&table).digest, kept.digest);
}
