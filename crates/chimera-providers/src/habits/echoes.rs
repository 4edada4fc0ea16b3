//! Servers that refuse a question like to repeat it, and then every parameter is named in what they say.

use serde_json::Value;

/// What was said, without the question that was asked.
pub(super) fn without_echoes(said: &Value) -> Value {
    match said {
        Value::Object(fields) => {
            let told = fields.iter().filter(|(name, value)| !is_echo(name, value));
            told.map(|(name, value)| (name.clone(), without_echoes(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_echoes).collect(),
        Value::String(text) => Value::String(without_quoted(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => said.clone(),
    }
}

/// Pydantic repeats what it did not like as the `input`, and those who use it all of it as the `body`. A proxy tells with
/// the latter name in what words it was refused itself.
fn is_echo(name: &str, value: &Value) -> bool {
    name == "input" || (name == "body" && !value.is_string())
}

/// vLLM and LiteLLM write the same into a sentence, as Python or as JSON.
fn without_quoted(text: &str) -> String {
    let (mut told, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) =
        ["'input':", "\"input\":", "'body':", "\"body\":"].iter().filter_map(|name| rest.find(name)).min()
    {
        let value = at + rest[at..].find(':').map_or(0, |colon| colon + 1);
        told.push_str(&rest[..at]);
        rest = &rest[value..];
        rest = &rest[bracketed(rest)..];
    }
    told + rest
}

/// How long the list or object is that this begins with; all of it, if it has no end.
fn bracketed(text: &str) -> usize {
    if !text.trim_start().starts_with(['{', '[']) {
        return 0;
    }
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return at + 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_was_asked_is_left_out() {
        let echo = json!({"seed": 7, "messages": [{"content": "}"}]});
        let sentence = "[{'loc': ('body', 'n'), 'msg': 'no', 'input': {'seed': 7, 'stop': ['a']}, 'n': 1}]";

        assert_eq!(
            without_echoes(&json!({"msg": "no", "loc": ["body", "n"], "input": echo})),
            json!({"msg": "no", "loc": ["body", "n"]})
        );
        assert_eq!(
            without_echoes(&json!({"detail": [{"msg": "no"}], "body": echo})),
            json!({"detail": [{"msg": "no"}]})
        );
        assert_eq!(without_echoes(&json!({"body": "seed: no"})), json!({"body": "seed: no"}));
        assert_eq!(without_echoes(&json!(sentence)), json!("[{'loc': ('body', 'n'), 'msg': 'no', , 'n': 1}]"));
        assert_eq!(without_echoes(&json!("'input': [{'cut")), json!(""));
        assert_eq!(without_echoes(&json!("'input': 船, seed: no")), json!(" 船, seed: no"));
    }
}
