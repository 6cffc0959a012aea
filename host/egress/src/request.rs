//! A call and its answer.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use tieline_types::TenantId;
use url::Url;

use crate::{
    Denial, EgressError, Taken,
    redirect::{self, Hop},
};

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
    /// From the wait for a turn to the last byte of the answer, redirects included.
    pub timeout: Duration,
    /// The most bytes of answer body to take. Nothing is decompressed, so these are also the bytes held.
    pub max_answer: usize,
    /// The tenant whose guest calls: its calls wait for each other beyond a bound, and for nobody else's.
    /// None: the host calls for itself, and guests cannot hold that up.
    pub guest_of: Option<TenantId>,
}

impl Request {
    /// Refuses header fields that are the client's own, and heads that no upstream takes.
    pub(crate) fn check(&self) -> Result<(), EgressError> {
        let refuse = |reason| Err(EgressError::Invalid { reason });
        if let Some(name) = self.headers.keys().find(|name| OF_THE_CONNECTION.contains(name)) {
            return refuse(format!("the host sets `{name}` itself"));
        }
        let url = self.url.as_str().len();
        if url > LONGEST_URL {
            return refuse(format!("its address has {url} bytes, more than {LONGEST_URL}"));
        }
        let bytes: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if self.headers.len() > MOST_HEADERS || bytes > HEADER_BYTES {
            return refuse(format!(
                "its head has {} fields of {bytes} bytes, more than {MOST_HEADERS} or {HEADER_BYTES}",
                self.headers.len(),
            ));
        }
        Ok(())
    }
}

impl Request {
    /// The request of a redirect's hop: a body goes with the method that it belongs to, and into another origin
    /// goes no credential.
    pub(crate) fn redirected(self, hop: Hop) -> Self {
        let same_origin = self.url.origin() == hop.url.origin();
        let with_body = self.method == hop.method;
        let headers = redirect::headers(self.headers, same_origin, with_body);
        let body = if with_body { self.body } else { Bytes::new() };
        Self { method: hop.method, url: hop.url, headers, body, ..self }
    }
}

/// What common servers take of a request's head, and more than any API needs.
const LONGEST_URL: usize = 16 << 10;
const MOST_HEADERS: usize = 100;
const HEADER_BYTES: usize = 32 << 10;

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

/// An upstream's answer, whatever its status. A redirect that is not followed is an answer too.
#[derive(Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its whole body, as it was sent: encoded, if its header says so.
    pub body: Bytes,
    /// The redirects that led here.
    pub redirects: Redirects,
}

/// What became of a call's redirects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redirects {
    /// Where the call was led, hop by hop: origin and path.
    pub followed: Vec<String>,
    /// Why the one that stands as the answer was not followed, with the line that would allow it.
    pub refused: Option<Denial>,
    /// The call itself, which may change something, was answered by a redirect to something to read. If that
    /// could not be read with success, the redirect stands as the answer.
    pub taken: Option<Taken>,
}

/// Status and size only: bodies carry tokens and people's words.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.body.len();
        f.debug_struct("Answer").field("status", &self.status).field("bytes", &size).finish_non_exhaustive()
    }
}
