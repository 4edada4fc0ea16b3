use super::*;

#[test]
fn a_route_is_read_as_it_is_written() {
    let route: RouteSpec = "compatible@http://127.0.0.1:8080/v1#org/model:7b, demo#poet!cut@1".parse().unwrap();

    let models: Vec<_> = route.0.iter().map(|stop| stop.model.as_str()).collect();
    assert_eq!(models, ["org/model:7b", "poet!cut@1"]);
    assert_eq!(route.0[0].base_url.as_deref(), Some("http://127.0.0.1:8080/v1"));
}

#[test]
fn a_vendor_needs_no_address_and_may_have_one() {
    let route: RouteSpec = "anthropic#claude-m,openai-responses@http://127.0.0.1:1/v1#m,gemini#g".parse().unwrap();

    let addresses: Vec<_> = route.0.iter().map(|stop| stop.address().unwrap()).collect();
    assert_eq!(
        addresses,
        ["https://api.anthropic.com", "http://127.0.0.1:1/v1", "https://generativelanguage.googleapis.com"]
    );
}

/// What each stop is given, or why nobody is given anything.
fn dealt(route: &str, keys: &[&str]) -> Result<Vec<Option<String>>> {
    let route: RouteSpec = route.parse().unwrap();
    let keys: Vec<_> = keys.iter().map(|key| Secret::new(*key)).collect();
    Ok(route.deal(&keys)?.iter().map(|key| key.as_ref().map(|key| key.expose().to_owned())).collect())
}

fn some(key: &str) -> Option<String> {
    Some(key.to_owned())
}

#[test]
fn a_key_goes_to_the_vendor_of_the_route_and_to_nobody_else() {
    let k = || some("k");
    let one = |route: &str| dealt(route, &["k"]).ok();

    assert_eq!(one("compatible@http://127.0.0.1:1/v1#a,compatible@http://127.0.0.1:2/v1#b"), Some(vec![k(), k()]));
    assert_eq!(one("anthropic#a,compatible@http://127.0.0.1:1/v1#b,anthropic#c"), Some(vec![k(), None, k()]));
    assert_eq!(one("anthropic#a,compatible@https://openrouter.ai/api/v1#b"), Some(vec![k(), None]));
    assert_eq!(one("anthropic@http://127.0.0.1:1#a,compatible@https://openrouter.ai/api/v1#b"), Some(vec![k(), None]));
    assert_eq!(one("openai#a,openai-responses#b"), Some(vec![k(), k()]));
    assert_eq!(one("anthropic#a,gemini#b"), None, "one key is not for two vendors");
}

#[test]
fn a_key_goes_to_one_server_only() {
    let k = || some("k");
    let one = |route: &str| dealt(route, &["k"]).map_err(|error| (error.field.unwrap_or_default(), error.message));

    for (one_server, other) in [
        ("https://api.groq.com/openai/v1", "https://openrouter.ai/api/v1"),
        ("http://192.168.1.5/v1", "http://192.168.1.6/v1"),
        ("http://192.168.1.5:8000/v1", "http://192.168.1.5:8001/v1"),
        ("http://box.lan/v1", "https://box.lan/v1"),
        ("http://0.0.0.0:1/v1", "http://0.0.0.0:2/v1"),
    ] {
        let (field, message) = one(&format!("compatible@{one_server}#a,compatible@{other}#b")).unwrap_err();
        assert_eq!(field, "key-env", "{one_server} {other}");
        assert!(message.contains("give --key-env once for each server of the route, in its order"), "{message}");
    }
    // Two paths of one server are one server; what runs on this machine needs no key of somebody else.
    let paths = "compatible@https://box.example/a/v1#a,compatible@https://BOX.example:443/b/v1#b";
    assert_eq!(one(paths), Ok(vec![k(), k()]));
    let mixed = "compatible@http://localhost:1/v1#a,compatible@https://openrouter.ai/api/v1#b,demo#poet";
    assert_eq!(one(mixed), Ok(vec![None, k(), None]));
}

#[test]
fn several_keys_are_for_the_servers_in_their_order_and_one_for_all_on_this_machine() {
    let here = "openai@http://127.0.0.1:1/v1#a,demo#poet,anthropic@http://127.0.0.1:2#b";

    assert_eq!(dealt(here, &["k"]).ok(), Some(vec![some("k"), None, some("k")]));
    assert_eq!(dealt(here, &["k", "l"]).ok(), Some(vec![some("k"), None, some("l")]));
    assert_eq!(dealt(here, &["k", "l", "m"]).ok(), None);
    assert_eq!(dealt("anthropic#a,gemini#b", &["k", "l"]).ok(), Some(vec![some("k"), some("l")]));
    let twice = "anthropic#a,compatible@https://openrouter.ai/api/v1#b,anthropic#c";
    assert_eq!(dealt(twice, &["k", "l"]).ok(), Some(vec![some("k"), some("l"), some("k")]));
    assert_eq!(dealt(twice, &["k", "l", "m"]).ok(), Some(vec![some("k"), some("l"), some("m")]));
}

#[test]
fn a_connection_that_is_kept_has_one_key() {
    let one_each = |route: &str, keys: &[&str]| {
        let route: RouteSpec = route.parse().unwrap();
        let keys: Vec<_> = keys.iter().map(|key| Secret::new(*key)).collect();
        route.gives_each_connection_one_key(&route.deal(&keys).unwrap()).map_err(|error| error.message)
    };

    assert_eq!(one_each("anthropic#a,gemini#b,anthropic#c,demo#poet", &["k", "l"]), Ok(()));
    let refused = one_each("anthropic#a,anthropic#b", &["k", "l"]).unwrap_err();
    assert!(refused.starts_with("https://api.anthropic.com is given two keys"), "{refused}");
}

#[test]
fn only_an_address_of_ones_own_network_is_local_by_being_written() {
    let is_local = |route: &str| {
        let route: RouteSpec = route.parse().unwrap();
        route.reach(&[Secret::new("k")]).unwrap()[0].connection.local
    };

    for own in ["http://127.0.0.1:1/v1", "http://192.168.1.5/v1", "http://box.lan/v1", "https://gpu.internal/v1"] {
        assert!(is_local(&format!("compatible@{own}#m")), "{own}");
    }
    for elsewhere in ["compatible@https://api.example.com/v1#m", "openai@https://1.1.1.1/v1#m", "anthropic#m"] {
        assert!(!is_local(elsewhere), "{elsewhere}");
    }
}

#[test]
fn plain_http_to_a_server_elsewhere_is_refused_with_what_helps() {
    for route in ["compatible@http://api.example.com/v1#m", "demo#poet,openai@http://8.8.8.8/v1#m"] {
        let error = route.parse::<RouteSpec>().unwrap_err();

        assert_eq!(error.field.as_deref(), Some("route"), "{route}");
        assert!(error.message.contains("Use https") && error.message.contains("--local"), "{error}");
    }
}

#[test]
fn a_route_that_cannot_be_read_is_refused_with_its_form() {
    for bad in
        ["", "demo", "demo#", "compatible#m", "demo@http://x#m", "openai2@http://x#m", "anthropic#", "demo#a,,demo#b"]
    {
        let error = bad.parse::<RouteSpec>().unwrap_err();
        assert_eq!(error.field.as_deref(), Some("route"), "{bad}");
        assert!(error.message.contains("KIND@BASE_URL#MODEL"), "{bad}: {error}");
    }
}
