//! What stands in a URL: ids in its path, parameters behind the question mark.

use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use chimera_core::{AttemptId, ConversationId, IdError};
use http::request::Parts;

use crate::problem::{Answer, Problem};

/// `{id}` of a route.
pub(crate) struct Id(pub(crate) ConversationId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Place::from_request_parts(parts, state).await?.id("id").map(Id)
    }
}

/// Everything in a path that the route has a name for.
pub(crate) struct Place(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(named) = RawPathParams::from_request_parts(parts, state).await else {
            return Err(Problem::invalid("id", "the id in the path is not UTF-8"));
        };
        Ok(Self(named.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()))
    }
}

impl Place {
    pub(crate) fn id<T: FromStr<Err = IdError>>(&self, name: &str) -> Answer<T> {
        let text = self.0.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.as_str());
        text.parse().map_err(|error: IdError| Problem::invalid(name, error.to_string()))
    }
}

/// `{id}` and `{attempt}` of a route.
pub(crate) struct OfAttempt(pub(crate) ConversationId, pub(crate) AttemptId);

impl<S: Send + Sync> FromRequestParts<S> for OfAttempt {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let place = Place::from_request_parts(parts, state).await?;
        Ok(Self(place.id("id")?, place.id("attempt")?))
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
