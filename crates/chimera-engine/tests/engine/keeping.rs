//! Pinned messages stay in every prompt.

use chimera_core::{MAX_PINS, MessageId, PromptPart, PromptSource, Timestamp};
use chimera_engine::{Command, prompt};

use crate::support::Table;

fn pages(table: &mut Table, count: usize) {
    for page in 0..count {
        table.user_says(&format!("Page {page}. {}", "words ".repeat(500)));
    }
}

#[test]
fn what_is_pinned_stands_before_the_window_when_it_would_have_fallen_out_of_it() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("I promise a bridge.");
    table.user_pins_that();
    table.user_says("Noted.");
    pages(&mut table, 60);
    table.answers("Well.");

    assert_eq!(table.speaker(), Some("Ada"));
    let messages = &table.prompt().messages;
    assert_eq!(messages[0].text, "(Said earlier, and pinned so that nobody forgets it:)");
    assert_eq!(messages[1].text, "I promise a bridge.");
    assert!(messages[2].text.starts_with("(What else was said before this is left out.)\n\nUser: Page "));
    assert!(!messages[2].text.contains("Noted."));

    let message = table.conversation().lines.iter().next().unwrap().message;
    table.does(Command::Unpin { message });
    table.answers("Hm.");
    table.answers("So.");
    assert!(table.prompt().messages[0].text.starts_with("(What was said before this is left out.)"));
}

#[test]
fn what_is_pinned_and_in_the_window_stands_there_once() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("Remember the nails.");
    table.user_pins_that();
    table.start();

    assert_eq!(table.prompt().messages[0].text, "User: Remember the nails.");
}

#[test]
fn pins_take_half_of_the_window_at_most_and_every_one_stays() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("A short one.");
    table.user_pins_that();
    for page in 0..20 {
        table.user_says(&format!("Chapter {page} begins. {} Chapter {page} ends.", "words ".repeat(2_000)));
        table.user_pins_that();
    }
    pages(&mut table, 60);
    table.start();

    let conversation = table.conversation();
    let (ada, model) = (&conversation.participants[0], &conversation.participants[0].route[0]);
    let view =
        prompt::view(conversation, ada, model, prompt::Extent::whole(prompt::WINDOW, prompt::Sight::Seeing), None);
    let pinned: Vec<_> =
        view.messages.iter().filter(|piece| matches!(piece.source, PromptSource::Pinned { .. })).collect();
    assert_eq!(pinned.len(), 21);
    assert_eq!(pinned[0].text, "User: A short one.");
    for (page, piece) in pinned[1..].iter().enumerate() {
        assert!(piece.text.contains(&format!("Chapter {page} begins.")), "{}", piece.text);
        assert!(piece.text.ends_with(&format!("Chapter {page} ends.")), "{}", piece.text);
    }
    let share = view.shares.iter().find(|share| share.part == PromptPart::Pinned).unwrap();
    assert!((10_000..=12_500).contains(&share.tokens), "{share:?}");
    assert!(view.size_tokens <= 24_500, "{}", view.size_tokens);
    assert!(view.messages.iter().any(|piece| piece.text.contains("Page 59.")));
}

#[test]
fn a_pinned_whisper_stays_among_those_who_heard_it() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_whispers("The code is 1234.", &["Ben"]);
    table.user_pins_that();
    pages(&mut table, 60);
    table.start();
    assert!(!format!("{:?}", table.prompt()).contains("1234") && !format!("{:?}", table.prompt()).contains("pinned"));

    table.answers("Well.");

    assert!(table.prompt().messages[0].text.contains("User (whispering to you alone): The code is 1234."));
}

#[test]
fn a_message_is_pinned_once_and_only_so_many_are() {
    let mut table = Table::with(&["Ada"]);
    table.user_says("One.");
    table.user_pins_that();
    let mark = table.mark();
    table.user_pins_that();
    assert_eq!(table.mark(), mark, "nothing has happened");

    for _ in 1..MAX_PINS {
        table.user_says("More.");
        table.user_pins_that();
    }
    table.user_says("Too much.");
    let message = table.conversation().lines.head().unwrap();
    let refused = table.tries(Command::Pin { message }).unwrap_err();
    assert!(refused.message.contains("unpin one"), "{refused}");

    let message = MessageId::new(Timestamp::from_millis(0), [0; 10]);
    for command in [Command::Pin { message }, Command::Unpin { message }] {
        assert_eq!(table.tries(command).unwrap_err().field, Some("message"));
    }
}
