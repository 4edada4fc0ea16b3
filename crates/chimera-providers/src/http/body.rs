use bytes::Bytes;
use chimera_core::{ErrorClass, ProviderError};
use reqwest::Response;

use super::failure::broken_off;

/// Bytes of one answer, counted after inflating: a compressed bomb is cut here like any other flood.
const MAX_ANSWER: usize = 128 * 1024 * 1024;

/// The body of an answer, read piece by piece and never beyond a bound.
pub struct Body {
    response: Response,
    is_page: bool,
    peeked: Option<Bytes>,
    read: usize,
}

/// What a body turns out to be. Its first letter says more than its content type, which servers get wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Events,
    Json,
    /// HTML: the login page of a network, the error page of a proxy.
    Page,
    Empty,
}

impl Body {
    pub(super) fn new(response: Response) -> Self {
        let content_type = response.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_page = content_type.is_some_and(|kind| kind.trim_start().starts_with("text/html"));
        Self { response, is_page, peeked: None, read: 0 }
    }

    /// Waits for the first letter.
    pub async fn kind(&mut self) -> Result<Kind, ProviderError> {
        if self.is_page {
            return Ok(Kind::Page);
        }
        let mut start = Vec::new();
        let kind = loop {
            match first_letter(&start) {
                Some(b'<') => break Kind::Page,
                Some(b'{' | b'[') => break Kind::Json,
                Some(_) => break Kind::Events,
                None => {}
            }
            // Blank lines alone may go on for ever; they are keep-alives of an event stream.
            if start.len() > 4096 {
                break Kind::Events;
            }
            match self.read().await? {
                Some(chunk) => start.extend_from_slice(&chunk),
                None => break Kind::Empty,
            }
        };
        self.peeked = (!start.is_empty()).then(|| start.into());
        Ok(kind)
    }

    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ProviderError> {
        match self.peeked.take() {
            Some(chunk) => Ok(Some(chunk)),
            None => self.read().await,
        }
    }

    /// The whole body, or an error if it is longer than `most`.
    pub async fn whole(&mut self, most: usize) -> Result<Vec<u8>, ProviderError> {
        let (start, complete) = self.start(most).await?;
        if complete { Ok(start) } else { Err(too_large(most)) }
    }

    /// At most so many bytes of the body, and whether that was all of it.
    pub async fn start(&mut self, most: usize) -> Result<(Vec<u8>, bool), ProviderError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            let room = most - bytes.len();
            if chunk.len() > room {
                bytes.extend_from_slice(&chunk[..room]);
                return Ok((bytes, false));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((bytes, true))
    }

    async fn read(&mut self) -> Result<Option<Bytes>, ProviderError> {
        let chunk = self.response.chunk().await.map_err(broken_off)?;
        self.read += chunk.as_ref().map_or(0, Bytes::len);
        if self.read > MAX_ANSWER { Err(too_large(MAX_ANSWER)) } else { Ok(chunk) }
    }
}

fn too_large(most: usize) -> ProviderError {
    ProviderError::new(ErrorClass::Malformed, format!("the answer is larger than {most} bytes"))
}

fn first_letter(bytes: &[u8]) -> Option<&u8> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    bytes.trim_ascii_start().first()
}
