use chimera_core::KeyPlace;

use super::*;

fn at(kind: ProviderKind, base_url: &str, local: bool) -> Connection {
    let id = "x".parse().unwrap();
    Connection {
        id,
        kind,
        name: "X".into(),
        base_url: Some(base_url.into()),
        local,
        key: KeyPlace::None,
        limits: Default::default(),
    }
}

fn openai() -> Connection {
    at(ProviderKind::Openai, "https://api.openai.com/v1", false)
}

#[test]
fn a_model_is_found_by_its_name_and_by_a_dated_one() {
    let facts = known_facts(&openai(), "gpt-4o-mini");

    let price = facts.price.clone().unwrap();
    assert_eq!((price.input, price.output, price.cached_input), (150_000, 600_000, Some(75_000)));
    assert_eq!((facts.context_tokens, facts.max_output_tokens), (Some(128_000), Some(16_384)));
    assert_eq!(facts.sees_images, Some(true));
    assert_eq!(known_facts(&openai(), "gpt-4o-mini-2024-07-18"), facts);
}

#[test]
fn a_longer_name_is_another_model_and_an_unknown_one_has_no_price() {
    let input = |model| known_facts(&openai(), model).price.map(|price| price.input);

    assert_eq!(input("gpt-5.4"), Some(2_500_000));
    assert_eq!(input("gpt-5.4-mini"), Some(750_000));
    assert_eq!(known_facts(&openai(), "gpt-5.4-ultra"), ModelFacts::default());
    assert_eq!(known_facts(&openai(), "gpt-4o-mini-audio"), ModelFacts::default());
}

#[test]
fn whoever_passes_a_model_on_has_prices_of_its_own() {
    let elsewhere = at(ProviderKind::Compatible, "https://models.example.com/v1", false);

    assert_eq!(known_facts(&elsewhere, "gpt-4o"), ModelFacts::default());
}

#[test]
fn what_answers_at_home_is_free_and_a_public_server_is_not() {
    let price = |url: &str, local| known_facts(&at(ProviderKind::Compatible, url, local), "m").price;

    for home in ["http://127.0.0.1:11434/v1", "http://[::1]:1234/v1", "http://192.168.1.7:8000/v1", "http://box.lan/v1"]
    {
        assert_eq!(price(home, true), Some(free()), "{home}");
        assert_eq!(price(home, false), None, "{home}");
    }
    assert_eq!(price("https://openrouter.ai/api/v1", true), None, "marked local or not, it sends bills");
    let demo = Connection { base_url: None, ..at(ProviderKind::Demo, "", true) };
    assert_eq!(known_facts(&demo, "poet").price, Some(free()));
}

#[test]
fn the_collection_before_a_models_name_does_not_hide_it() {
    let gemini = at(ProviderKind::Gemini, "https://generativelanguage.googleapis.com", false);

    let facts = known_facts(&gemini, "models/gemini-2.5-flash");

    assert_eq!(facts.price.map(|price| price.output), Some(2_500_000));
}

#[test]
fn every_row_of_the_table_is_sensible() {
    assert_eq!(TABLE.as_of.len(), "2026-11-22".len());
    for row in TABLE.vendors.iter().flat_map(|vendor| &vendor.models) {
        let name = &row.r#match[0];
        assert!(row.input > 0.0 && row.output >= row.input && row.output < 1_000.0, "{name}");
        assert!(row.cached_input.is_none_or(|cached| cached > 0.0 && cached <= row.input), "{name}");
        assert!(row.context.is_some_and(|context| context > row.max_output.unwrap_or(0)), "{name}");
    }
}

#[test]
fn no_name_in_the_table_means_two_models() {
    for vendor in &TABLE.vendors {
        let names: Vec<_> = vendor.models.iter().flat_map(|row| &row.r#match).collect();
        let unique: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(names.len(), unique.len(), "{}", vendor.host);
    }
}

#[test]
fn a_pattern_fits_as_it_says() {
    let fits = |pattern: &str, name: &str| super::fits(pattern.as_bytes(), name.as_bytes());

    assert!(fits("a-20??-*", "a-2026-x") && fits("a*", "a") && fits("*b", "aab"));
    assert!(!fits("a", "ab") && !fits("a?", "a") && !fits("a*c", "ab"));
}
