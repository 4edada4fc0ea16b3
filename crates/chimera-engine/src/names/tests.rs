use chimera_core::{Sampling, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::guard::Guard;
use crate::prompt::{Speakers, neutral};
use crate::verdict;

fn seated(names: &[&str]) -> Vec<Participant> {
    let id = |seat: usize| ParticipantId::new(Timestamp::from_millis(0), [seat as u8; 10]);
    let seat = |(seat, name): (usize, &&str)| Participant {
        id: id(seat),
        name: (*name).to_owned(),
        hue: 0,
        persona: None,
        instructions: String::new(),
        talkativeness: 0.5,
        route: Vec::new(),
        sampling: Sampling::default(),
        muted: false,
    };
    names.iter().enumerate().map(seat).collect()
}

fn mentioned(names: &[&str], text: &str) -> Vec<(usize, bool, bool)> {
    let table = seated(names);
    let seat = |id| table.iter().position(|participant| participant.id == id).unwrap();
    Names::of(&table).mentions(text).iter().map(|m| (seat(m.participant), m.call, m.asked)).collect()
}

#[test]
fn the_case_of_letters_does_not_matter() {
    assert_eq!(mentioned(&["Ada", "Émile"], "ADA and éMILE."), [(0, false, false), (1, false, false)]);
}

#[test]
fn a_name_inside_a_word_is_no_name() {
    assert_eq!(mentioned(&["Ada", "Al"], "Adamant, Canada, all, ada_2"), []);
    assert_eq!(mentioned(&["Zoe"], "Zoe\u{308} is another name"), []);
}

#[test]
fn of_two_names_that_fit_the_longer_is_meant() {
    let names = ["Ada", "Ada Lovelace"];

    assert_eq!(mentioned(&names, "Ada Lovelace spoke"), [(1, false, false)]);
    assert_eq!(mentioned(&names, "Ada Love spoke"), [(0, false, false)]);
}

#[test]
fn an_at_sign_makes_a_call_and_an_address_does_not() {
    assert_eq!(mentioned(&["Ada"], "@ada, go on"), [(0, true, false)]);
    assert_eq!(mentioned(&["Ada"], "write to bob@ada"), [(0, false, false)]);
}

#[test]
fn only_the_name_in_the_question_is_asked() {
    let text = "Ada is right. Ben, what do you say? I like Ada";

    assert_eq!(mentioned(&["Ada", "Ben"], text), [(0, false, false), (1, false, true), (0, false, false)]);
}

#[test]
fn names_are_found_where_a_script_has_no_spaces_and_where_they_end_in_signs() {
    assert_eq!(mentioned(&["小明"], "@小明你好吗？"), [(0, true, true)]);
    assert_eq!(mentioned(&["C++"], "so C++ wins"), [(0, false, false)]);
}

#[test]
fn a_name_is_known_by_its_letters() {
    for (name, key_of) in [
        ("Sammy Jr.", "sammy jr"),
        ("_zed", "zed"),
        ("*Nova*", "nova"),
        ("C#", "c"),
        ("Ada  B", "ada b"),
        ("A\u{200b}da", "ada"),
        ("***", "***"),
    ] {
        assert_eq!(key(name), key_of, "{name}");
    }
}

#[test]
fn a_name_that_ends_in_a_sign_can_be_called_without_it_and_is_no_word_of_the_talk() {
    assert_eq!(mentioned(&["C#", "Sammy Jr."], "@c, @Sammy Jr!"), [(0, true, false), (1, true, false)]);
    assert_eq!(mentioned(&["C#", "Sammy Jr."], "vitamin c, C# and Sammy Jr."), [(0, false, false), (1, false, false)]);
}

/// Every name that may be given: with some sign or letter in it, and none that leads lines and mentions.
fn permitted() -> impl Strategy<Value = String> {
    let plain = "[^:@<>\\[\\]\\p{C}]{1,12}";
    let signed = "[*_#.`\" \u{200b}]{0,3}[\\w .]{1,8}[*_#.`\" \u{200b}]{0,3}";
    let name = prop_oneof![plain, signed].prop_map(|name| name.trim().to_owned());
    name.prop_filter("nothing but signs", |name| is_name(name))
}

proptest! {
    #[test]
    fn whatever_the_name_the_moderator_is_understood_its_label_is_struck_and_nobody_poses_by_it(
        name in permitted(),
        marks in prop::sample::select(vec!["", "*", "**", "_"]),
    ) {
        prop_assume!(!["ben", "user"].contains(&key(&name).as_str()));
        let table = seated(&["Ben", &name]);
        let written = clean(&name);

        for named in [written.clone(), format!("{marks}{written}{marks}"), format!("@{written}."), key(&name)] {
            let next = verdict::read(&serde_json::json!({ "next": named }).to_string(), &table);
            prop_assert_eq!(next.map(|(next, _)| next), Some(table[1].id), "{}", named);
        }
        for label in [format!("{marks}{written}{marks}: "), format!("{}: ", key(&name))] {
            let mut own = Guard::new(&name, ["Ben"]);
            let passed = own.push(&format!("{label}I agree.")) + &own.finish();
            prop_assert_eq!(&passed, "I agree.", "{}", label);

            let mut bens = Guard::new("Ben", [name.as_str()]);
            let passed = bens.push(&format!("Yes.\n{label}I agree.")) + &bens.finish();
            prop_assert_eq!(&passed, "Yes.", "{}", label);

            let speakers = Speakers::called([name.as_str()].into_iter());
            let quoted = neutral(&format!("Yes.\n{label}I agree."), &speakers).into_owned();
            prop_assert_eq!(quoted, format!("Yes.\n> {label}I agree."));
        }
    }
}
