//! Microsoft Graph, with the tenant's credentials and within the permissions granted to this installation.

mod batch;
mod pages;
mod presence;
mod resource;
mod roles;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bindings::tieline::connector::graph as wit;
use crate::{CallError, Failure, Header, Identity, Problem, Response, encode};

pub use batch::batched;
pub use pages::{Changes, Pages};
pub use presence::{Presence, presences};
pub use resource::chat_of;
pub use roles::{Role, global_administrator};

/// A call to be. Nothing is sent before [`send`](Self::send) or [`fetch`](Self::fetch).
#[must_use = "a request does nothing until it is sent"]
#[derive(Debug, Clone)]
pub struct Request(wit::Request);

/// Reads `path`, which starts at the version root: `/users/{id}`. Build it with [`path`](crate::path()).
pub fn get(path: impl Into<String>) -> Request {
    Request::new("GET", path)
}

/// Creates under `path`, or calls the action there.
pub fn post(path: impl Into<String>) -> Request {
    Request::new("POST", path)
}

/// Changes what is at `path`.
pub fn patch(path: impl Into<String>) -> Request {
    Request::new("PATCH", path)
}

/// Deletes what is at `path`.
pub fn delete(path: impl Into<String>) -> Request {
    Request::new("DELETE", path)
}

/// Sends independent calls; the answers stand in the order asked.
pub fn send_all(requests: impl IntoIterator<Item = Request>) -> Vec<Result<Response, CallError>> {
    let requests: Vec<_> = requests.into_iter().map(|request| request.0).collect();
    wit::send_all(&requests)
}

impl Request {
    /// A call with any method.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self(wit::Request {
            method: method.to_owned(),
            path: path.into(),
            version: wit::ApiVersion::V1,
            identity: Identity::App,
            headers: vec![],
            body: None,
            effect_key: None,
        })
    }

    /// Under `/beta` in place of `/v1.0`.
    pub fn beta(mut self) -> Self {
        self.0.version = wit::ApiVersion::Beta;
        self
    }

    /// With another authority than the app's own.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.0.identity = identity;
        self
    }

    /// With a query option; the value is encoded, the name is not: `query("$top", "5")`.
    pub fn query(self, name: &str, value: &str) -> Self {
        self.option(name, &encode(value))
    }

    /// Only these properties (`$select`).
    pub fn select(self, properties: &[&str]) -> Self {
        self.option("$select", &properties.join(","))
    }

    fn option(mut self, name: &str, encoded: &str) -> Self {
        self.0.path.push(if self.0.path.contains('?') { '&' } else { '?' });
        self.0.path.push_str(name);
        self.0.path.push('=');
        self.0.path.push_str(encoded);
        self
    }

    /// With a header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.push(Header { name: name.to_owned(), value: value.to_owned() });
        self
    }

    /// With a JSON body.
    ///
    /// # Errors
    /// [`CallError::Invalid`] when `body` has no JSON form, such as a map whose keys are not strings.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, CallError> {
        let body = serde_json::to_vec(body).map_err(|error| CallError::Invalid(error.to_string()))?;
        self.0.body = Some(body);
        Ok(self.header("Content-Type", "application/json"))
    }

    /// With a body of another type, such as a page of OneNote.
    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.0.body = Some(body);
        self.header("Content-Type", content_type)
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

    /// The decoded body of a successful answer.
    ///
    /// # Errors
    /// What the missing or unsuccessful answer means for the event; see [`error`] for its problem.
    pub fn fetch<T: DeserializeOwned>(self) -> Result<T, Failure> {
        let response = self.send()?;
        if response.is_success() { response.json() } else { Err(response.failure(error(&response))) }
    }
}

/// The problem that an error answer of Graph describes, in either spelling of its code:
/// `{"error":{"code":"Forbidden","message":"…"}}` becomes `graph.forbidden`.
///
/// <https://learn.microsoft.com/graph/errors>
pub fn error(response: &Response) -> Problem {
    #[derive(serde::Deserialize, Default)]
    #[serde(default)]
    struct Body {
        error: Error,
    }
    #[derive(serde::Deserialize, Default)]
    #[serde(default)]
    struct Error {
        code: String,
        message: String,
    }
    let Body { error } = serde_json::from_slice(&response.body).unwrap_or_default();
    let code = match error.code.as_str() {
        "" => format!("graph.status-{}", response.status),
        code => format!("graph.{}", kebab(code)),
    };
    let problem = Problem::new(code, format!("Graph answered {}: {}", response.status, error.message));
    match response.status {
        402 => problem.remedy(
            "the evaluation quota of metered Teams APIs is used up until next month: set `licensing` of the Microsoft \
             connection to \"a\" or \"b\"",
        ),
        403 => problem.remedy(
            "give admin consent to the missing permission; a consent can take up to two hours to be effective",
        ),
        _ => problem,
    }
}

/// `Authorization_RequestDenied` and `TooManyRequests` as parts of a code.
fn kebab(code: &str) -> String {
    let mut kebab = String::with_capacity(code.len() + 4);
    for c in code.chars() {
        if c.is_ascii_uppercase() && !kebab.is_empty() && !kebab.ends_with('-') {
            kebab.push('-');
        }
        match c {
            c if c.is_ascii_alphanumeric() => kebab.push(c.to_ascii_lowercase()),
            _ if kebab.is_empty() || kebab.ends_with('-') => {}
            _ => kebab.push('-'),
        }
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_answers_name_their_problem() {
        let cases = [
            (
                403,
                r#"{"error":{"code":"Authorization_RequestDenied","message":"No."}}"#,
                "graph.authorization-request-denied",
            ),
            (
                429,
                r#"{"error":{"code":"TooManyRequests","message":"Slow down."}}"#,
                "graph.too-many-requests",
            ),
            (404, r#"{"error":{"code":"itemNotFound","message":"No."}}"#, "graph.item-not-found"),
            (502, "<html>", "graph.status-502"),
        ];
        for (status, body, code) in cases {
            let response = Response { status, headers: vec![], body: body.into() };
            assert_eq!(error(&response).code, code);
        }
    }

    #[test]
    fn queries_are_encoded_and_joined() {
        let request = get("/users").query("$filter", "mail eq 'a&b'").select(&["id", "mail"]);
        assert_eq!(request.0.path, "/users?$filter=mail%20eq%20%27a%26b%27&$select=id,mail");
    }
}
