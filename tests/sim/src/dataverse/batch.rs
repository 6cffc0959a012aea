//! `$batch` ("Execute batch operations using the Web API"): parts one after another, change sets all or nothing.

mod multipart;

use http::{HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Full};

use super::errors::ApiError;
use super::options::Options;
use super::{ROOT, Request, route};
use crate::call::{self, Reply};
use crate::{ids, percent};

use multipart::{Inner, Part};

/// More operations are refused.
const MOST: usize = 1000;

pub(super) fn batch(request: &Request<'_>, content_type: &str) -> Result<Reply, ApiError> {
    let boundary = multipart::boundary(content_type).ok_or_else(malformed)?;
    let text = std::str::from_utf8(request.body).map_err(|_| malformed())?;
    let parts = multipart::parts(text, boundary).ok_or_else(malformed)?;
    let count = |part: &Part| match part {
        Part::One(_) => 1,
        Part::Set(all) => all.len(),
    };
    if parts.iter().map(count).sum::<usize>() > MOST {
        return Err(ApiError::request("The maximum number of operations in a batch is 1000."));
    }
    let go_on = request.options.prefer.continues;
    let mut answers = Vec::new();
    for part in parts {
        let (answer, failed) = match part {
            Part::One(inner) => {
                let reply = one(request, &inner);
                let failed = !reply.status().is_success();
                (multipart::answer(reply, inner.content_id.as_deref()), failed)
            }
            Part::Set(all) => set(request, &all),
        };
        answers.push(answer);
        if failed && !go_on {
            break;
        }
    }
    let boundary = format!("batchresponse_{}", ids::fresh_guid());
    let body = multipart::joined(&answers, &boundary);
    let kind = HeaderValue::try_from(format!("multipart/mixed; boundary={boundary}"));
    Ok(call::raw(StatusCode::OK, kind.map_err(|_| malformed())?, body.into()))
}

fn malformed() -> ApiError {
    ApiError::request("The message content is not a well-formed batch.")
}

fn one(request: &Request<'_>, inner: &Inner) -> Reply {
    let path = inner
        .url
        .split_once(ROOT)
        .map_or(inner.url.as_str(), |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let (path, query) =
        path.trim_start_matches('/').split_once('?').unwrap_or((path.trim_start_matches('/'), ""));
    let header = |name: &str| {
        let found = inner.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    };
    let Ok(method) = inner.method.parse::<Method>() else { return malformed().reply() };
    let alone = Request {
        environment: request.environment,
        root: request.root.clone(),
        caller: request.caller.clone(),
        method,
        // Spaces come as they are in a part.
        options: Options::of(&query.replace(' ', "%20"), &header),
        body: inner.body.as_bytes(),
    };
    route(&alone, path).unwrap_or_else(|error| error.reply())
}

/// A change set: everything, or nothing and the first error.
fn set(request: &Request<'_>, all: &[Inner]) -> (String, bool) {
    let before = request.environment.data.read().clone();
    let waiting = request.environment.outbox.lock().len();
    let mut made: Vec<(String, String)> = Vec::new();
    let mut answers = Vec::new();
    for inner in all {
        let inner = inner.with(&made);
        let reply = one(request, &inner);
        if !reply.status().is_success() || inner.method == "GET" {
            *request.environment.data.write() = before;
            request.environment.outbox.lock().truncate(waiting);
            let reply = if inner.method == "GET" { malformed().reply() } else { reply };
            return (multipart::answer(reply, inner.content_id.as_deref()), true);
        }
        let address = reply.headers().get("odata-entityid").and_then(|value| value.to_str().ok());
        if let (Some(id), Some(address)) = (&inner.content_id, address) {
            made.push((format!("${id}"), address.to_owned()));
        }
        answers.push(multipart::answer(reply, inner.content_id.as_deref()));
    }
    let boundary = format!("changesetresponse_{}", ids::fresh_guid());
    let inside = multipart::joined(&answers, &boundary);
    (format!("Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n{inside}"), false)
}

/// The body of an answer that is already whole.
fn whole(body: Full<bytes::Bytes>) -> String {
    let mut body = std::pin::pin!(body.collect());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match body.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Ok(body)) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        _ => String::new(),
    }
}

impl Inner {
    /// The part with what earlier parts made in place of the references to them.
    fn with(&self, made: &[(String, String)]) -> Self {
        let replaced = |text: &str| {
            made.iter().fold(text.to_owned(), |text, (reference, address)| {
                let quoted = format!("\"{reference}\"");
                text.replace(&quoted, &format!("\"{address}\""))
            })
        };
        let url = made.iter().find(|(reference, _)| percent::decode(&self.url) == *reference);
        Self {
            url: url.map_or_else(|| self.url.clone(), |(_, address)| address.clone()),
            body: replaced(&self.body),
            ..self.clone()
        }
    }
}
