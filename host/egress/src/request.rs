//! A call and its answer.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use url::Url;

use crate::EgressError;

/// A call to make.
#[derive(Clone)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: Method,
    /// Absolute, `https`, or `http` to an address that the operator opened.
    pub url: Url,
    /// Sent as they are. Fields that speak of the connection rather than of the request (`Host`,
    /// `Content-Length`, `Transfer-Encoding`, `Connection`, …) are refused: with them a caller could make
    /// two requests of one.
    pub headers: HeaderMap,
    /// Empty for none.
    pub body: Bytes,
    /// From the look-up of the name to the last byte of the answer.
    pub timeout: Duration,
    /// The most bytes of answer body to take.
    pub max_answer: usize,
}

impl Request {
    /// Refuses header fields that are the client's own.
    pub(crate) fn check(&self) -> Result<(), EgressError> {
        match self.headers.keys().find(|name| OF_THE_CONNECTION.contains(name)) {
            None => Ok(()),
            Some(name) => Err(EgressError::Invalid { reason: format!("the host sets `{name}` itself") }),
        }
    }
}

const OF_THE_CONNECTION: [HeaderName; 9] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::PROXY_AUTHORIZATION,
    header::EXPECT,
];

/// Method and origin only: headers carry credentials, and so may addresses.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let origin = self.url.origin().ascii_serialization();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("origin", &origin)
            .finish_non_exhaustive()
    }
}

/// An upstream's answer, whatever its status. A redirect is an answer too.
#[derive(Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its whole body.
    pub body: Bytes,
}

/// Status and size only: bodies carry tokens and people's words.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.body.len();
        f.debug_struct("Answer").field("status", &self.status).field("bytes", &size).finish_non_exhaustive()
    }
}
