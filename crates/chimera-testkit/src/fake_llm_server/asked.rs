use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked(Arc<Request>);

#[derive(Debug)]
struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Value,
    gone: watch::Sender<bool>,
}

impl Asked {
    pub(super) fn new(method: String, path: String, headers: Vec<(String, String)>, body: Value) -> Self {
        Self(Arc::new(Request { method, path, headers, body, gone: watch::Sender::new(false) }))
    }

    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// With the query.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    pub(super) fn is_for_models(&self) -> bool {
        self.0.path.split('?').next().is_some_and(|path| path.ends_with("/models"))
    }

    /// By its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The JSON of the body, or null.
    pub fn body(&self) -> &Value {
        &self.0.body
    }

    /// From the body, or from the path, where Gemini has it.
    pub fn model(&self) -> &str {
        let in_path = || self.0.path.split_once("/models/")?.1.split(':').next();
        self.0.body["model"].as_str().or_else(in_path).unwrap_or_default()
    }

    /// Waits until the connection is over: the client closed it, or the reply was played to its end.
    pub async fn is_over(&self) {
        let _ = self.0.gone.subscribe().wait_for(|gone| *gone).await;
    }

    pub(super) fn leave(&self) {
        self.0.gone.send_replace(true);
    }
}
