//! What the user shows, and who sees it.

use chimera_core::{
    AttemptOutcome, EndRules, ErrorClass, EventKind, ImageDigest, ImageRef, ImageType, ModelFacts, Policy, PromptBit,
    PromptPart, PromptStamp,
};
use chimera_engine::{Command, Dialogue, EditAs, Input, SayWhen};

use crate::support::{Seating, Table, model};

const LABEL: &str = "[image: a lighthouse, 640×480]";

fn lighthouse() -> ImageRef {
    let digest = ImageDigest::of_hash([7; 32]);
    let alt = Some("a lighthouse".to_owned());
    ImageRef { digest, media_type: ImageType::Png, bytes: 9_000, width: 640, height: 480, alt }
}

fn user_shows(table: &mut Table, text: &str, to: &[&str]) {
    let to = to.iter().map(|name| table.id(name)).collect();
    table.does(Command::Say { text: text.into(), when: SayWhen::After, to, images: vec![lighthouse()] });
}

fn sees(table: &mut Table, name: &str, sees_images: Option<bool>) {
    let facts = ModelFacts { sees_images, ..ModelFacts::default() };
    table.handle(Input::Facts { model: model(name), facts }).unwrap();
}

fn images_before(table: &Table) -> usize {
    table.prompt().messages.iter().map(|message| message.images.len()).sum()
}

fn words_before(table: &Table) -> &str {
    &table.prompt().messages.last().unwrap().text
}

fn stamp(table: &Table) -> PromptStamp {
    let newest = table.kinds().rev().find_map(|kind| match kind {
        EventKind::AttemptStarted { prompt, .. } => prompt.clone(),
        _ => None,
    });
    newest.unwrap()
}

#[test]
fn an_image_stands_behind_the_words_that_it_was_shown_with() {
    let mut table = Table::with(&["Ada", "Ben"]);
    user_shows(&mut table, "Look.", &[]);
    table.user_says("Well?");
    table.start();

    let message = &table.prompt().messages[0];
    let image = lighthouse();
    let led = format!("User: Look. {LABEL}");
    let expected = [PromptBit::Text(&led), PromptBit::Image(&image), PromptBit::Text("\n\nUser: Well?")];
    assert_eq!(message.bits().collect::<Vec<_>>(), expected);
    assert!(stamp(&table).sees_images);
}

#[test]
fn an_image_that_was_shown_in_the_middle_of_a_round_is_seen_in_the_next() {
    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel).table();
    table.start();
    user_shows(&mut table, "Look.", &[]);

    table.everybody_answers("So it is.");

    for asked in &table.asked {
        let images: usize = asked.request.messages.iter().map(|message| message.images.len()).sum();
        assert_eq!(images, 1, "{:?}", asked.request.messages);
    }
    assert_eq!(table.asked.len(), 2);
}

#[test]
fn an_image_needs_no_words() {
    let mut table = Table::with(&["Ada", "Ben"]);
    user_shows(&mut table, "", &[]);
    table.start();

    assert_eq!(words_before(&table), format!("User: {LABEL}"));
    assert_eq!(images_before(&table), 1);
}

#[test]
fn who_is_known_not_to_see_reads_what_is_to_be_seen() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.is_known(&ModelFacts { sees_images: Some(false), ..ModelFacts::default() });
    user_shows(&mut table, "Look.", &[]);
    table.start();

    assert_eq!(words_before(&table), format!("User: Look. {LABEL}"));
    assert_eq!(images_before(&table), 0);
    assert!(!stamp(&table).sees_images);
}

#[test]
fn a_plain_question_has_a_label_only_where_the_image_is_not_seen() {
    let asked_by = |sees_images| {
        let mut table = Seating::of(&["Ada"]).table().plain();
        table.is_known(&ModelFacts { sees_images, ..ModelFacts::default() });
        user_shows(&mut table, "What is it?", &[]);
        table.step();
        (words_before(&table).to_owned(), images_before(&table))
    };

    assert_eq!(asked_by(None), ("What is it?".to_owned(), 1));
    assert_eq!(asked_by(Some(false)), (format!("What is it? {LABEL}"), 0));
}

#[test]
fn a_whispered_image_is_seen_by_its_audience_alone() {
    let mut table = Table::with(&["Ada", "Ben"]);
    user_shows(&mut table, "For Ada.", &["Ada"]);
    table.start();

    assert_eq!(table.speaker(), Some("Ada"));
    assert_eq!(images_before(&table), 1);
    table.answers("I see.");
    assert_eq!(table.speaker(), Some("Ben"));
    let request = format!("{:?}", table.prompt());
    assert!(!request.contains("lighthouse") && !request.contains("0707"), "{request}");
}

#[test]
fn who_says_that_it_does_not_see_is_asked_without_images_then_and_later() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    user_shows(&mut table, "Look.", &[]);
    table.start();
    assert_eq!((table.asked_model().as_deref(), images_before(&table)), (Some("one"), 1));

    table.fails(ErrorClass::ImagesUnsupported);

    assert_eq!((table.asked_model().as_deref(), images_before(&table)), (Some("one"), 0));
    assert!(words_before(&table).contains(LABEL));
    table.answers("I am told that it is a lighthouse.");
    assert_eq!((table.asked_model().as_deref(), images_before(&table)), (Some("one"), 0), "it is remembered");

    sees(&mut table, "one", Some(true));
    table.answers("So am I.");
    assert_eq!(images_before(&table), 1, "a person knows better");
}

#[test]
fn too_large_a_question_is_put_once_more_without_images_and_then_to_another() {
    for class in [ErrorClass::RequestTooLarge, ErrorClass::BadRequest] {
        let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
        user_shows(&mut table, "Look.", &[]);
        table.start();

        table.fails(class);
        assert_eq!((table.asked_model().as_deref(), images_before(&table)), (Some("one"), 0), "{class}");

        table.fails(ErrorClass::RequestTooLarge);
        assert_eq!((table.asked_model().as_deref(), images_before(&table)), (Some("two"), 1), "{class}");
        table.answers("I see.");
        assert_eq!(
            (table.asked_model().as_deref(), images_before(&table)),
            (Some("one"), 1),
            "the next turn tries anew"
        );
    }
}

#[test]
fn a_bad_request_without_images_is_still_the_end() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.user_says("Hello.");
    table.start();

    table.fails(ErrorClass::BadRequest);

    assert_eq!(table.speaker(), None);
}

#[test]
fn a_stand_in_that_does_not_see_waits_for_one_that_may() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two", "three"]).table();
    sees(&mut table, "two", Some(false));
    user_shows(&mut table, "Look.", &[]);
    table.start();

    table.fails(ErrorClass::Unauthorized);
    assert_eq!((table.asked_model().as_deref(), images_before(&table)), (Some("three"), 1));
    let passed_over = table.kinds().any(|kind| {
        let EventKind::AttemptEnded { outcome: AttemptOutcome::Skipped { class, detail, .. }, .. } = kind else {
            return false;
        };
        *class == ErrorClass::ImagesUnsupported && detail.contains("another may see")
    });
    assert!(passed_over, "it is said why");

    table.fails(ErrorClass::Unauthorized);
    assert_eq!((table.asked_model().as_deref(), images_before(&table)), (Some("two"), 0), "better blind than nobody");
    table.answers("It is a lighthouse, I hear.");
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn a_stand_in_that_does_not_see_is_asked_when_nobody_else_does_or_nothing_is_to_be_seen() {
    for has_image in [true, false] {
        let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two", "three"]).table();
        sees(&mut table, "two", Some(false));
        if has_image {
            sees(&mut table, "three", Some(false));
            user_shows(&mut table, "Look.", &[]);
        }
        table.start();

        table.fails(ErrorClass::Unauthorized);

        assert_eq!(table.asked_model().as_deref(), Some("two"));
    }
}

#[test]
fn only_so_many_images_are_shown_and_the_newest_are() {
    let mut table = Table::with(&["Ada", "Ben"]);
    for _ in 0..30 {
        user_shows(&mut table, "Look.", &[]);
    }
    table.start();
    assert_eq!(images_before(&table), 20);
    let (first, last) = words_before(&table).split_at(200);
    assert!(first.contains(LABEL) && last.ends_with(LABEL), "all of them are named");
    table.answers("I see.");

    // Room for some two thousand tokens of the past, of which half is for words.
    table.is_known(&ModelFacts { context_tokens: Some(4_000), ..ModelFacts::default() });
    table.answers("I see less.");
    assert!((1..4).contains(&images_before(&table)), "{}", images_before(&table));
}

#[test]
fn the_inspector_shows_where_an_image_stood_and_what_it_took() {
    let mut table = Table::with(&["Ada", "Ben"]);
    user_shows(&mut table, "Look.", &[]);
    table.start();
    let attempt = table.asked.last().unwrap().attempt;

    let view = Dialogue::prompt_of(table.dialogue.id(), &table.log, attempt).unwrap();

    assert!(view.exact);
    let shown = &view.messages[0].images[0];
    assert_eq!((&shown.image, shown.shown, shown.tokens), (&lighthouse(), true, 409));
    let share = view.shares.iter().find(|share| share.part == PromptPart::Images).unwrap();
    assert_eq!(share.tokens, 409);
    assert!(view.size_tokens > 409);
}

#[test]
fn the_inspector_knows_the_prompt_in_which_an_image_left_its_words_no_room() {
    let mut table = Table::with(&["Ada", "Ben"]);
    user_shows(&mut table, "Look.", &[]);
    table.is_known(&ModelFacts { context_tokens: Some(1_500), ..ModelFacts::default() });
    table.start();
    let mut pushed_out = 0;

    for _ in 0..20 {
        table.answers(&"And so on. ".repeat(12));
        let newest = table.kinds().rev().find_map(|kind| match kind {
            EventKind::AttemptStarted { attempt, .. } => Some(*attempt),
            _ => None,
        });
        let prompt = Dialogue::prompt_of(table.dialogue.id(), &table.log, newest.unwrap()).unwrap();
        assert!(prompt.exact, "{prompt:?}");
        pushed_out += usize::from(images_before(&table) == 0);
    }

    assert!((1..20).contains(&pushed_out), "{pushed_out}");
}

#[test]
fn other_words_and_another_branch_keep_what_was_shown() {
    let mut table = Table::with(&["Ada", "Ben"]);
    user_shows(&mut table, "Look.", &[]);
    let message = table.conversation().lines.head().unwrap();

    table.does(Command::Edit { message, text: "See.".into(), edit: EditAs::Version });
    table.step();
    assert_eq!((words_before(&table).starts_with("User: See."), images_before(&table)), (true, 1));
    table.answers("I do.");

    table.does(Command::Edit { message, text: "Behold.".into(), edit: EditAs::Branch });
    table.step();
    assert_eq!((words_before(&table).starts_with("User: Behold."), images_before(&table)), (true, 1));
    table.answers("I do.");
    table.does(Command::Undo);
    table.step();
    assert_eq!(images_before(&table), 1);
}

#[test]
fn an_image_is_reserved_at_its_dearest() {
    let reserved = |image_tokens| {
        let mut table = Table::with(&["Ada", "Ben"]);
        table.sets(EndRules { tokens: Some(200_000), ..EndRules::NONE });
        table.is_known(&ModelFacts { image_tokens, ..ModelFacts::default() });
        user_shows(&mut table, "Look.", &[]);
        table.start();
        let newest = table.kinds().rev().find_map(|kind| match kind {
            EventKind::AttemptStarted { reserved, .. } => *reserved,
            _ => None,
        });
        newest.unwrap().input_tokens
    };

    let usual = reserved(None);
    assert!((6_404..7_000).contains(&usual), "{usual}");
    assert_eq!(reserved(Some(48_169)), usual + 48_169 - 6_404);
}
