//! HTTP to granted origins; through a connection, the host adds that connection's credential.

use serde::Serialize;

use crate::bindings::tieline::connector::http as wit;
use crate::{CallError, Header, Identity, Response};

/// A call to be. Nothing is sent before [`send`](Self::send).
#[must_use = "a request does nothing until it is sent"]
#[derive(Debug, Clone)]
pub struct Request(wit::Request);

/// Reads `url`.
pub fn get(url: impl Into<String>) -> Request {
    Request::new("GET", url)
}

/// Posts to `url`.
pub fn post(url: impl Into<String>) -> Request {
    Request::new("POST", url)
}

/// Changes what is at `url`.
pub fn patch(url: impl Into<String>) -> Request {
    Request::new("PATCH", url)
}

/// Deletes what is at `url`.
pub fn delete(url: impl Into<String>) -> Request {
    Request::new("DELETE", url)
}

impl Request {
    /// A call with any method.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self(wit::Request {
            connection: None,
            method: method.to_owned(),
            url: url.into(),
            identity: Identity::App,
            headers: vec![],
            body: None,
            effect_key: None,
        })
    }

    /// Through a granted connection: a relative URL is then relative to its base.
    pub fn connection(mut self, name: &str) -> Self {
        self.0.connection = Some(name.to_owned());
        self
    }

    /// With another authority than the connection's own.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.0.identity = identity;
        self
    }

    /// With a header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.push(Header { name: name.to_owned(), value: value.to_owned() });
        self
    }

    /// With these bytes as body.
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.0.body = Some(body);
        self
    }

    /// With a JSON body.
    ///
    /// # Errors
    /// [`CallError::Invalid`] when `body` has no JSON form, such as a map whose keys are not strings.
    pub fn json(self, body: &impl Serialize) -> Result<Self, CallError> {
        let body = serde_json::to_vec(body).map_err(|error| CallError::Invalid(error.to_string()))?;
        Ok(self.header("Content-Type", "application/json").body(body))
    }

    /// Names the effect of a mutating call, so that a later attempt of this event gets the remembered answer even
    /// if the body differs. Two effects of one event need two names.
    pub fn effect_key(mut self, key: impl Into<String>) -> Self {
        self.0.effect_key = Some(key.into());
        self
    }

    /// The answer, whatever its status.
    ///
    /// # Errors
    /// [`CallError`] when there is none.
    pub fn send(self) -> Result<Response, CallError> {
        wit::send(&self.0)
    }
}
