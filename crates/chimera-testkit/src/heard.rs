use chimera_core::{ErrorClass, Finish, ProviderError, Repair, ReplyEvent, ReplyStream, Usage};
use futures::StreamExt;

/// What a test makes of a reply, whether it came out of a reader or over a socket. Anything after the end is a failure.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Heard {
    pub text: String,
    pub reasoning: String,
    pub model: Option<String>,
    pub usage: Option<Usage>,
    pub repairs: Vec<Repair>,
    pub end: Option<Result<Finish, ProviderError>>,
}

impl Heard {
    /// All of a reply, which must have an end.
    pub async fn all_of(mut reply: ReplyStream) -> Self {
        let mut heard = Self::default();
        while let Some(event) = reply.next().await {
            heard.hear(event);
        }
        assert!(heard.end.is_some(), "the stream ended without an end");
        heard
    }

    pub fn hear(&mut self, event: Result<ReplyEvent, ProviderError>) {
        assert!(self.end.is_none(), "{event:?} came after the end");
        match event {
            Ok(ReplyEvent::Opened { .. } | ReplyEvent::Alive) => {}
            Ok(ReplyEvent::Repaired(repair)) => self.repairs.push(repair),
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
