//! What a test makes of a reply, whether it came out of a reader or over a socket.

use chimera_core::{ErrorClass, Finish, ProviderError, ReplyEvent, ReplyStream, Usage};
use chimera_providers::reading::{Dialect, Reading};
use futures::StreamExt;

#[derive(Debug, Default, Clone, PartialEq)]
pub struct Heard {
    pub text: String,
    pub reasoning: String,
    pub model: Option<String>,
    pub usage: Option<Usage>,
    pub end: Option<Result<Finish, ProviderError>>,
}

impl Heard {
    fn hear(&mut self, event: Result<ReplyEvent, ProviderError>) {
        assert!(self.end.is_none(), "{event:?} came after the end");
        match event {
            Ok(ReplyEvent::Opened { .. } | ReplyEvent::Alive) => {}
            Ok(ReplyEvent::Model(model)) => self.model = Some(model),
            Ok(ReplyEvent::Text(text)) => self.text.push_str(&text),
            Ok(ReplyEvent::Reasoning(text)) => self.reasoning.push_str(&text),
            Ok(ReplyEvent::Usage(usage)) => self.usage = Some(usage),
            Ok(ReplyEvent::Finished(finish)) => self.end = Some(Ok(finish)),
            Err(error) => self.end = Some(Err(error)),
        }
    }

    pub fn finish(&self) -> Result<Finish, ErrorClass> {
        self.end.clone().expect("every reply has an end").map_err(|error| error.class)
    }

    pub fn error(&self) -> &ProviderError {
        self.end.as_ref().and_then(|end| end.as_ref().err()).expect("the reply failed")
    }
}

/// All of a reply that comes over a socket.
pub async fn listen(mut reply: ReplyStream) -> Heard {
    let mut heard = Heard::default();
    while let Some(event) = reply.next().await {
        heard.hear(event);
    }
    assert!(heard.end.is_some(), "the stream ended without an end");
    heard
}

/// All of a reply that comes in these pieces, after which the stream closes.
pub fn read<D: Dialect>(chunks: &[&[u8]]) -> Heard {
    let mut reader = Reading::<D>::default();
    let mut heard = Heard::default();
    let mut drain = |reader: &mut Reading<D>| {
        while let Some(event) = reader.take() {
            heard.hear(event);
        }
    };
    for chunk in chunks {
        reader.push(chunk);
        drain(&mut reader);
    }
    reader.finish();
    drain(&mut reader);
    heard
}

/// What would be heard if the stream closed after none, one, two, … of these bytes.
pub fn cut<D: Dialect + Clone>(bytes: &[u8]) -> Vec<Heard> {
    let mut reader = Reading::<D>::default();
    let mut heard = Heard::default();
    let mut cuts = Vec::with_capacity(bytes.len() + 1);
    for next in 0..=bytes.len() {
        let (mut closing, mut all) = (reader.clone(), heard.clone());
        closing.finish();
        std::iter::from_fn(|| closing.take()).for_each(|event| all.hear(event));
        cuts.push(all);
        if let Some(byte) = bytes.get(next..next + 1) {
            reader.push(byte);
            std::iter::from_fn(|| reader.take()).for_each(|event| heard.hear(event));
        }
    }
    cuts
}
