//! JSON as servers really send it: one odd field must not spoil the event it came in.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text that may be null, or a list of parts of which some are text; whatever else it is counts as none.
#[derive(Debug, Default)]
pub struct Text<'a>(pub Cow<'a, str>);

/// The same where some of the parts may be thoughts.
#[derive(Debug, Default)]
pub struct Parts<'a> {
    pub text: Cow<'a, str>,
    pub thought: Cow<'a, str>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Parts::deserialize(deserializer).map(|parts| Self(parts.text))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Parts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartsVisitor)
    }
}

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Parts<'de>, E> {
        Ok(Parts { text: Cow::Borrowed(text), ..Parts::default() })
    }

    fn visit_str<E>(self, text: &str) -> Result<Parts<'de>, E> {
        Ok(Parts { text: Cow::Owned(text.to_owned()), ..Parts::default() })
    }

    fn visit_unit<E>(self) -> Result<Parts<'de>, E> {
        Ok(Parts::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Parts<'de>, E> {
        Ok(Parts::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Parts<'de>, E> {
        Ok(Parts::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Parts<'de>, E> {
        Ok(Parts::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Parts<'de>, E> {
        Ok(Parts::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
        let mut parts = Parts::default();
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "text" => parts.text = map.next_value::<Text<'_>>()?.0,
                "thinking" => parts.thought = map.next_value::<Text<'_>>()?.0,
                _ => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(parts)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Parts<'de>, A::Error> {
        let mut joined = Parts::default();
        while let Some(Parts { text, thought }) = parts.next_element()? {
            joined.text.to_mut().push_str(&text);
            joined.thought.to_mut().push_str(&thought);
        }
        Ok(joined)
    }
}

/// A number of tokens. Negative, absurd or worded ones count as unknown instead of spoiling the event they came in.
#[derive(Debug, Default, Clone, Copy)]
pub struct Count(pub Option<u32>);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer).map_err(de::Error::custom)?;
        let whole =
            value.as_u64().or_else(|| value.as_f64().filter(|n| *n >= 0.0 && n.fract() == 0.0).map(|n| n as u64));
        Ok(Self(whole.and_then(|n| u32::try_from(n).ok())))
    }
}
