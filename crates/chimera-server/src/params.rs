//! What stands in a URL: ids in its path, parameters behind the question mark.

use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use chimera_core::{AttemptId, ConversationId};
use http::request::Parts;

use crate::problem::{Answer, Problem};

/// `{id}` of a route.
pub(crate) struct Id(pub(crate) ConversationId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Path(text)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(Problem::invalid("id", "the id in the path is not UTF-8"));
        };
        text.parse().map(Id).map_err(|error: chimera_core::IdError| Problem::invalid("id", error.to_string()))
    }
}

/// `{id}` and `{attempt}` of a route.
pub(crate) struct OfAttempt(pub(crate) ConversationId, pub(crate) AttemptId);

impl<S: Send + Sync> FromRequestParts<S> for OfAttempt {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Path((id, attempt))) = Path::<(String, String)>::from_request_parts(parts, state).await else {
            return Err(Problem::invalid("id", "an id in the path is not UTF-8"));
        };
        let invalid =
            |field: &'static str| move |error: chimera_core::IdError| Problem::invalid(field, error.to_string());
        Ok(Self(id.parse().map_err(invalid("id"))?, attempt.parse().map_err(invalid("attempt"))?))
    }
}

/// Parameters of a query. Unknown ones are ignored: a later version may know them.
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Query::try_from_uri(&parts.uri).map(|Query(pairs)| pairs).unwrap_or_default()))
    }
}

impl Params {
    pub(crate) fn text(&self, name: &str) -> Answer<Option<&str>> {
        let mut given = self.0.iter().filter(|(key, _)| key == name);
        match (given.next(), given.next()) {
            (given, None) => Ok(given.map(|(_, value)| value.as_str())),
            (_, Some(_)) => Err(Problem::invalid(name, format!("{name} is given more than once"))),
        }
    }

    pub(crate) fn number<N>(&self, name: &str, range: RangeInclusive<N>) -> Answer<Option<N>>
    where
        N: FromStr + PartialOrd + std::fmt::Display,
    {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            Ok(_) | Err(_) => {
                let (least, most) = range.into_inner();
                Err(Problem::invalid(name, format!("{name} is a number from {least} to {most}")))
            }
        }
    }

    pub(crate) fn parsed<T: FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Answer<Option<T>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|error| Problem::invalid(name, format!("{error}")))
    }
}
