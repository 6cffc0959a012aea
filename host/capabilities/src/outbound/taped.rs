//! Requests and answers as they stand on a tape: bodies that are text stay readable.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    bindings::{
        graph, http,
        types::{CallError, Header, Identity, Response},
    },
    tape::Plain,
};

/// What a guest asked to be sent: nothing of the credential, which is added behind it.
#[derive(Serialize)]
pub(crate) struct Asked<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<graph::ApiVersion>,
    method: &'a str,
    target: &'a str,
    identity: Identity,
    headers: &'a [Header],
    body: Option<Plain<'a>>,
    effect_key: Option<&'a str>,
}

impl<'a> From<&'a graph::Request> for Asked<'a> {
    fn from(request: &'a graph::Request) -> Self {
        Self {
            connection: None,
            version: Some(request.version),
            method: &request.method,
            target: &request.path,
            identity: request.identity,
            headers: &request.headers,
            body: request.body.as_deref().map(Plain::from),
            effect_key: request.effect_key.as_deref(),
        }
    }
}

impl<'a> From<&'a http::Request> for Asked<'a> {
    fn from(request: &'a http::Request) -> Self {
        Self {
            connection: request.connection.as_deref(),
            version: None,
            method: &request.method,
            target: &request.url,
            identity: request.identity,
            headers: &request.headers,
            body: request.body.as_deref().map(Plain::from),
            effect_key: request.effect_key.as_deref(),
        }
    }
}

/// What it was told.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", bound(deserialize = "Plain<'a>: Deserialize<'de>"))]
pub(crate) enum Heard<'a> {
    Answer { status: u16, headers: Cow<'a, [Header]>, body: Plain<'a> },
    Error(Cow<'a, CallError>),
}

impl Heard<'static> {
    /// The answer to a call that is not on the tape.
    pub(crate) fn unreachable() -> Self {
        Self::Error(Cow::Owned(CallError::Unreachable("the recorded run made no such call".into())))
    }
}

impl<'a> From<&'a Result<Response, CallError>> for Heard<'a> {
    fn from(told: &'a Result<Response, CallError>) -> Self {
        match told {
            Ok(response) => Self::Answer {
                status: response.status,
                headers: response.headers.as_slice().into(),
                body: Plain::from(&response.body[..]),
            },
            Err(error) => Self::Error(Cow::Borrowed(error)),
        }
    }
}

impl From<Heard<'_>> for Result<Response, CallError> {
    fn from(heard: Heard<'_>) -> Self {
        match heard {
            Heard::Answer { status, headers, body } => {
                Ok(Response { status, headers: headers.into_owned(), body: body.into_vec() })
            }
            Heard::Error(error) => Err(error.into_owned()),
        }
    }
}
