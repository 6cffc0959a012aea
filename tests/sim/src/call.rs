//! One request as a simulator sees it, and the answer it makes.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use crate::upstream::Upstream;

/// An answer whose body is whole.
pub(crate) type Reply = Response<Full<Bytes>>;

/// Where a listener stands: what it simulates, and how a client reaches it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) upstream: Upstream,
    pub(crate) scheme: &'static str,
    pub(crate) authority: String,
}

/// A request with its body.
pub(crate) struct Call<'a> {
    pub(crate) place: &'a Place,
    pub(crate) parts: &'a Parts,
    pub(crate) body: &'a Bytes,
}

impl<'a> Call<'a> {
    pub(crate) fn method(&self) -> &'a Method {
        &self.parts.method
    }

    pub(crate) fn path(&self) -> &'a str {
        self.parts.uri.path()
    }

    pub(crate) fn query(&self) -> &'a str {
        self.parts.uri.query().unwrap_or_default()
    }

    pub(crate) fn headers(&self) -> &'a HeaderMap {
        &self.parts.headers
    }

    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// A decoded query parameter; the first one of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query().as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Scheme and authority as the client wrote them, so that the links we hand out lead back
    /// here whether it came over http or https, by address or by name.
    pub(crate) fn base(&self) -> String {
        let host = self.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        format!("{}://{}", self.place.scheme, host.unwrap_or(&self.place.authority))
    }
}

/// An answer with a JSON body.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Reply {
    let text = serde_json::to_vec(body).unwrap_or_default();
    raw(status, HeaderValue::from_static("application/json"), Bytes::from(text))
}

/// An answer with a body that is ready.
pub(crate) fn raw(status: StatusCode, content_type: HeaderValue, body: Bytes) -> Reply {
    let mut reply = Response::new(Full::new(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, content_type);
    reply
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::new()));
    *reply.status_mut() = status;
    reply
}
