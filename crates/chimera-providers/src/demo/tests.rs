use std::collections::HashSet;
use std::time::Duration;

use chimera_core::{AttemptPurpose, ImageBytes, PromptMessage, Role, Scene};
use tokio::time::Instant;

use super::*;

const SHIP: &str = "If every plank of a ship is replaced over ten years, is it still the same ship?";
const TABLE: [(&str, &str); 6] = [
    ("Vera", "sceptic"),
    ("Orla", "poet"),
    ("Kit", "engineer"),
    ("Ann", "host"),
    ("Leo", "historian"),
    ("Joy", "optimist"),
];

/// A table of voices, as the engine would seat them.
struct Table {
    topic: &'static str,
    seed: u32,
    seats: Vec<(&'static str, &'static str)>,
    said: Vec<(&'static str, String)>,
}

impl Table {
    fn about(topic: &'static str, seed: u32, seats: &[(&'static str, &'static str)]) -> Self {
        Self { topic, seed, seats: seats.to_vec(), said: Vec::new() }
    }

    fn request(&self, speaker: &'static str) -> ReplyRequest {
        let voice = self.seats.iter().find(|(name, _)| *name == speaker).unwrap().1;
        let message = |(name, text): &(&str, String)| match *name == speaker {
            true => PromptMessage::new(Role::Assistant, text.clone()),
            false => PromptMessage::new(Role::User, format!("{name}: {text}")),
        };
        ReplyRequest {
            model: voice.into(),
            system: String::new(),
            messages: self.said.iter().map(message).collect(),
            sampling: Default::default(),
            stop: Vec::new(),
            seed: Some(self.seed),
            images: ImageBytes::default(),
            scene: Scene {
                topic: self.topic.into(),
                speaker: speaker.into(),
                others: self.seats.iter().map(|(name, _)| (*name).to_owned()).filter(|name| name != speaker).collect(),
                turns_taken: u32::try_from(self.said.iter().filter(|(name, _)| *name == speaker).count()).unwrap(),
                ..Scene::default()
            },
        }
    }

    fn talk(mut self, turns: usize) -> Vec<(&'static str, String)> {
        for turn in 0..turns {
            let speaker = self.seats[turn % self.seats.len()].0;
            let request = self.request(speaker);
            let text = compose(request.model.parse::<Cue>().unwrap().voice_for(speaker), &request);
            self.said.push((speaker, text));
        }
        self.said
    }

    fn says(&mut self, who: &'static str, text: &str) -> &mut Self {
        self.said.push((who, text.to_owned()));
        self
    }

    fn next(&self, speaker: &'static str) -> String {
        let request = self.request(speaker);
        compose(request.model.parse::<Cue>().unwrap().voice_for(speaker), &request)
    }
}

async fn listen(request: ReplyRequest, pace: Pace) -> (String, Result<Finish, ProviderError>) {
    let mut stream = Demo::new(pace).reply(request);
    let mut said = String::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(ReplyEvent::Text(text)) => said.push_str(&text),
            Ok(ReplyEvent::Finished(finish)) => return (said, Ok(finish)),
            Err(error) => return (said, Err(error)),
            Ok(_) => {}
        }
    }
    panic!("the voice ended without an end")
}

#[tokio::test]
async fn a_voice_can_be_staged_to_think_aloud_before_its_words_and_its_fault() {
    for (model, words_before) in [("poet", true), ("poet!think", true), ("poet!think!rate-limit", false)] {
        let request = ReplyRequest { model: model.to_owned(), ..Table::about(SHIP, 1, &TABLE).request("Orla") };
        let heard: Vec<_> = Demo::new(Pace::Instant).reply(request).collect().await;
        let thought = |event: &Result<ReplyEvent, _>| matches!(event, Ok(ReplyEvent::Reasoning(_)));
        let said = |event: &Result<ReplyEvent, _>| matches!(event, Ok(ReplyEvent::Text(_)));
        assert_eq!(heard.iter().any(thought), model == "poet!think", "{model}");
        assert_eq!(heard.iter().any(said), words_before, "{model}");
        let first_word = heard.iter().position(said).unwrap_or(heard.len());
        assert!(!heard[first_word..].iter().any(thought), "{model}");
    }
}

#[test]
fn the_same_seed_makes_the_same_talk_and_another_seed_another() {
    let talk = |seed| Table::about(SHIP, seed, &TABLE).talk(12);

    assert_eq!(talk(7), talk(7));
    assert_ne!(talk(7), talk(8));
}

#[test]
fn nothing_is_said_twice_in_a_long_evening() {
    for seed in 0..5 {
        for topic in [SHIP, "Should cities ban cars?", "城市应该禁止汽车吗？"] {
            let twins = [("Vera", "sceptic"), ("Orla", "poet"), ("Otto", "poet"), ("Ann", "host")];
            for (seats, rounds) in [(&TABLE[..], 12), (&twins, 7)] {
                let said = Table::about(topic, seed, seats).talk(rounds * seats.len());
                let mut sentences = HashSet::new();
                for (speaker, text) in &said {
                    let unquoted = text.split(['“', '”']).step_by(2).collect::<String>();
                    for sentence in
                        unquoted.split(['.', '?', '!', '\n']).map(str::trim).filter(|sentence| sentence.len() > 60)
                    {
                        assert!(sentences.insert(sentence.to_owned()), "{speaker} says again: {sentence}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_talk_is_prose_with_no_gap_left_open() {
    for topic in [
        SHIP,
        "The future of remote work",
        "Sollten Städte Autos verbieten?",
        "?",
        "   ",
        "🦁",
        "{quote} {other} of **all** things",
    ] {
        for (speaker, text) in Table::about(topic, 3, &TABLE).talk(36) {
            let words = text.split_whitespace().count();
            assert!((8..=130).contains(&words), "{speaker} says {words} words: {text}");
            if !topic.contains('{') {
                assert!(
                    !["{topic}", "{key}", "{quote}", "{name}", "{other}"].iter().any(|mark| text.contains(mark)),
                    "{text}"
                );
            }
            assert!(
                !text.contains("“”") && !text.contains("**?") && !text.contains("  .") && text == text.trim(),
                "{text}"
            );
        }
    }
}

#[test]
fn every_piece_of_every_voice_names_only_what_can_be_filled_in() {
    for voice in voices::ALL {
        let prepared = voice.prepared.iter().flat_map(|prepared| prepared.thoughts);
        let pieces = [voice.openings, voice.reactions, voice.answers, voice.thoughts, voice.handovers];
        for piece in pieces.into_iter().flatten().chain(prepared) {
            let bare = ["{topic}", "{key}", "{quote}", "{name}", "{other}"]
                .iter()
                .fold((*piece).to_owned(), |text, mark| text.replace(mark, ""));
            assert!(bare.contains("fn same_as") || !bare.contains(['{', '}']), "{}: {piece}", voice.id);
            assert!(!piece.contains("  ") || piece.contains("```"), "{}: {piece}", voice.id);
        }
        assert!(voice.handovers.iter().all(|piece| piece.contains("{other}")), "{} hands on to nobody", voice.id);
        for pool in [voice.openings, voice.reactions, voice.answers, voice.thoughts] {
            assert!(
                pool.iter().any(|piece| !piece.contains('{') || piece.contains("{name}") && !piece.contains("{quote}")),
                "{} falls silent without a quotation",
                voice.id
            );
        }
    }
}

#[test]
fn a_voice_alone_at_the_table_still_speaks() {
    let alone = Table::about("", 1, &[("Vera", "sceptic")]).talk(30);

    assert!(alone.iter().all(|(_, text)| text.len() > 20), "{alone:?}");
}

#[test]
fn a_voice_takes_up_who_spoke_last_and_what_they_said() {
    let mut table = Table::about("Should cities ban cars?", 5, &TABLE);
    table.says("Orla", "The streets remember every wheel. I mourn the lamplighters.");

    let answers: Vec<String> = (0..20)
        .map(|seed| {
            Table { seed, seats: table.seats.clone(), said: table.said.clone(), ..Table::about(table.topic, 0, &[]) }
                .next("Vera")
        })
        .collect();

    assert!(answers.iter().all(|answer| answer.contains("Orla")), "{answers:?}");
    let quoted = answers.iter().filter(|answer| {
        answer.to_lowercase().contains("“the streets remember every wheel”")
            || answer.contains("“I mourn the lamplighters”")
    });
    assert!(quoted.count() > 10, "{answers:?}");
}

#[test]
fn a_voice_answers_what_the_user_says() {
    let mut table = Table::about("Should cities ban cars?", 5, &TABLE);
    table.says("Orla", "The streets remember every wheel.").says("User", "My father cannot walk that far.");

    for (speaker, voice) in TABLE {
        let voice = voices::ALL.iter().find(|known| known.id == voice).unwrap();
        let answer = table.next(speaker);
        let starts = voice
            .answers
            .iter()
            .map(|piece| piece.split("{quote}").last().unwrap().split(['.', '{']).next().unwrap().to_owned());
        assert!(starts.into_iter().any(|start| answer.contains(&start)), "{speaker} ignores the user: {answer}");
    }
}

#[test]
fn every_voice_says_that_it_is_not_an_ai() {
    for voice in demo_voices() {
        assert!(voice.label.ends_with("(authored voice, not AI)"), "{voice:?}");
    }
}

#[tokio::test]
async fn an_unknown_voice_or_fault_is_told_which_are_known() {
    let ask = async |model: &str| {
        listen(ReplyRequest { model: model.into(), ..Table::about(SHIP, 1, &TABLE).request("Vera") }, Pace::Instant)
            .await
            .1
            .unwrap_err()
    };

    let (voice, fault, turn) = (ask("plumber").await, ask("poet!flood").await, ask("poet!cut@soon").await);

    assert!([&voice, &fault, &turn].iter().all(|error| error.class == ErrorClass::ModelNotFound));
    assert!(voice.detail.contains("sceptic, poet, engineer"), "{voice}");
    assert!(fault.detail.contains("rate-limit, overloaded"), "{fault}");
}

#[tokio::test]
async fn a_fault_comes_on_its_cue_and_only_then() {
    let on_turn = async |model: &str, turn: u32| {
        let mut request = Table::about(SHIP, 1, &TABLE).request("Vera");
        request.model = model.into();
        request.scene.turns_taken = turn;
        listen(request, Pace::Instant).await
    };

    let (said, limited) = on_turn("poet!rate-limit@1", 1).await;
    let limited = limited.unwrap_err();
    assert_eq!(
        (limited.class, limited.status, limited.retry_after),
        (ErrorClass::RateLimited, Some(429), Some(Duration::from_secs(20)))
    );
    assert_eq!(said, "");
    assert_eq!(on_turn("poet!rate-limit@1", 0).await.1, Ok(Finish::Stop));
    assert_eq!(on_turn("poet!overloaded", 5).await.1.unwrap_err().class, ErrorClass::Overloaded);
    assert_eq!(on_turn("poet!unauthorized", 0).await.1.unwrap_err().class, ErrorClass::Unauthorized);
    let (said, cut) = on_turn("poet!cut", 0).await;
    assert_eq!(cut.unwrap_err().class, ErrorClass::Truncated);
    assert!(said.split_whitespace().count() > 3, "a cut leaves some words: {said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hanging_voice_gives_no_sign_at_all() {
    let request = ReplyRequest { model: "poet!hang".into(), ..Table::about(SHIP, 1, &TABLE).request("Vera") };
    let mut stream = Demo::new(Pace::Human).reply(request);

    let silence = tokio::time::timeout(Duration::from_secs(3600), stream.next()).await;

    assert!(silence.is_err(), "{silence:?}");
}

#[tokio::test(start_paused = true)]
async fn a_voice_that_pauses_keeps_its_last_word_to_itself_and_one_that_hangs_in_thought_keeps_them_all() {
    let until_silent = async |model: &str| {
        let request = ReplyRequest { model: model.into(), ..Table::about(SHIP, 1, &TABLE).request("Orla") };
        let mut stream = Demo::new(Pace::Human).reply(request);
        let (mut thoughts, mut said) = (String::new(), String::new());
        while let Ok(event) = tokio::time::timeout(Duration::from_secs(3600), stream.next()).await {
            match event.expect("it never ends").unwrap() {
                ReplyEvent::Reasoning(text) => thoughts.push_str(&text),
                ReplyEvent::Text(text) => said.push_str(&text),
                _ => {}
            }
        }
        (thoughts, said)
    };
    let whole = Table::about(SHIP, 1, &TABLE).next("Orla");
    let all_but_the_last = whole.rsplit_once(char::is_whitespace).unwrap().0;

    let (thoughts, said) = until_silent("poet!pause").await;
    assert_eq!((thoughts.as_str(), said.trim_end()), ("", all_but_the_last));
    assert_eq!(until_silent("poet!think!hang").await, (THOUGHTS.to_owned(), String::new()));
}

#[tokio::test(start_paused = true)]
async fn a_human_pace_can_be_read_along_and_a_brisk_one_is_ten_times_as_fast() {
    let request = || Table::about(SHIP, 1, &TABLE).request("Vera");
    let timed = async |pace| {
        let start = Instant::now();
        let (said, _) = listen(request(), pace).await;
        (said, start.elapsed())
    };

    let (said, human) = timed(Pace::Human).await;
    let (_, brisk) = timed(Pace::Brisk).await;
    let (_, instant) = timed(Pace::Instant).await;

    let tokens_a_second = said.len() as f64 / 4.0 / human.as_secs_f64();
    assert!((15.0..45.0).contains(&tokens_a_second), "{tokens_a_second} tokens a second");
    assert!((8.0..12.0).contains(&(human.as_secs_f64() / brisk.as_secs_f64())), "{human:?} against {brisk:?}");
    assert_eq!(instant, Duration::ZERO);
}

#[tokio::test]
async fn what_is_streamed_word_by_word_is_what_was_composed() {
    let table = Table::about(SHIP, 1, &TABLE);

    assert_eq!(listen(table.request("Kit"), Pace::Instant).await.0, table.next("Kit"));
}

#[test]
fn one_model_serves_every_seat_each_with_a_voice_of_its_own() {
    let voice_of = |speaker: &str| "voice".parse::<Cue>().unwrap().voice_for(speaker).id;

    assert_eq!(["Sceptic", "The Poet", "engineer"].map(voice_of), ["sceptic", "poet", "engineer"]);
    assert_eq!(voice_of("Ada"), voice_of("Ada"), "a seat keeps its voice");
}

fn asked_beside(purpose: AttemptPurpose, said: &[(Role, &str)], others: &[&str]) -> ReplyRequest {
    let messages = said.iter().map(|(role, text)| PromptMessage::new(*role, *text)).collect();
    let others = others.iter().map(|name| (*name).to_owned()).collect();
    let scene = Scene { others, purpose, ..Scene::default() };
    ReplyRequest { messages, scene, ..Table::about(SHIP, 1, &TABLE).request("Vera") }
}

async fn whole(request: ReplyRequest) -> String {
    let events: Vec<_> = Demo::new(Pace::Instant).reply(request).collect().await;
    let texts = events.into_iter().filter_map(|event| match event.unwrap() {
        ReplyEvent::Text(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

#[tokio::test]
async fn a_voice_that_moderates_names_whoever_was_silent_for_the_longest_time() {
    let said = [(Role::User, "Vera: One.\n\nKit: Two.\n\nVera: Three.\n\n(Who speaks next?)")];
    let next = async |others: &[&str]| whole(asked_beside(AttemptPurpose::Choose, &said, others)).await;

    assert!(next(&["Vera", "Kit"]).await.contains(r#""next":"Kit""#));
    assert!(
        next(&["Vera", "Kit", "Orla \"O\""]).await.contains(r#""next":"Orla \"O\"""#),
        "who never spoke goes first"
    );
}

#[tokio::test]
async fn a_voice_that_sums_up_collects_what_everybody_said_last_and_says_that_it_only_collects() {
    let said = [
        (Role::User, "Vera: Same for whom? I ask.\n\nKit: Think of a rolling deploy.\n\nUser: “And the nails?” Well."),
        (Role::User, "Vera: For the law, then! For nobody else.\n\n(Sum this up in at most 100 words.)"),
    ];

    let summary = whole(asked_beside(AttemptPurpose::Summarise, &said, &["Kit", "Vera"])).await;

    let expected = "Collected by an authored voice, which understands nothing. Vera said last: “For the law, then!” Kit said \
                    last: “Think of a rolling deploy.” User said last: “And the nails?”";
    assert_eq!(summary, expected);
}
