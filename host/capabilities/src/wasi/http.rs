//! `wasi:http/outgoing-handler`: the `http` capability in WASI's words.
//!
//! A connection is named by its authority: `https://<connection>.connection.tieline/<path>` is `<path>` under that
//! connection's base, with its credential. Two header fields say what WASI has no words for, and are not sent:
//! `tieline-identity` (`app`, `service`, `actor`) and `tieline-effect-key`.
//!
//! A request is made when its guest waits for the answer and its body is whole; a request whose answer nobody waits
//! for is not made.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use ::http::{HeaderName, HeaderValue, Request, Response, StatusCode, request::Parts};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tieline_types::Limits;
use tokio::{
    sync::oneshot::{self, Sender},
    task::JoinHandle,
};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use super::View;
use crate::bindings::{
    http as contract,
    types::{CallError, Header, Identity, Response as Answer},
};

/// The authority of a connection behind its name.
const CONNECTION: &str = ".connection.tieline";
const IDENTITY: &str = "tieline-identity";
const EFFECT_KEY: &str = "tieline-effect-key";
/// Requests posted and not made yet.
const POSTED: usize = 8;
/// Bytes of a body that are taken with one call.
const AT_ONCE: usize = 64 << 10;

type Told = Result<Response<WasiBody>, Error>;
type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// Requests that a guest has posted, and the answers that it has not read yet.
pub(super) struct Outbox {
    posted: VecDeque<Posted>,
    request_bytes: usize,
    answer_bytes: usize,
    unread: Arc<AtomicUsize>,
}

/// A request on its way: its body is collected while the guest writes it.
pub(super) struct Posted {
    head: Parts,
    body: JoinHandle<Result<Bytes, Error>>,
    whole: Option<Result<Bytes, Error>>,
    reply: Option<Sender<Told>>,
}

impl Outbox {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            posted: VecDeque::new(),
            request_bytes: limits.request_bytes,
            answer_bytes: limits.answer_bytes,
            unread: Arc::default(),
        }
    }

    /// The first posted request whose body is whole and whose answer is still wanted.
    pub(super) async fn next(&mut self) -> Posted {
        std::future::poll_fn(|cx| {
            self.posted.retain(|posted| posted.reply.as_ref().is_some_and(|reply| !reply.is_closed()));
            for (at, posted) in self.posted.iter_mut().enumerate() {
                if let Poll::Ready(body) = std::pin::Pin::new(&mut posted.body).poll(cx) {
                    let lost = |_| Err(Error::InternalError(None));
                    posted.whole = Some(body.unwrap_or_else(lost));
                    return Poll::Ready(self.posted.remove(at).expect("it was found there"));
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        self.body.abort();
    }
}

impl WasiHttpHooks for Outbox {
    /// The host sets it.
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        AT_ONCE
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Finished), Error>> + Send> {
        let full = self.posted.len() >= POSTED || self.unread.load(Ordering::Relaxed) >= self.answer_bytes;
        if full {
            return Box::new(async { Err(Error::ConnectionLimitReached) });
        }
        let (head, body) = request.into_parts();
        let limit = self.request_bytes;
        let body = tokio::spawn(async move {
            let unread =
                |error: Box<dyn std::error::Error + Send + Sync>| match error.is::<LengthLimitError>() {
                    true => Error::HttpRequestBodySize(Some(limit as u64)),
                    false => Error::HttpProtocolError,
                };
            Ok(Limited::new(body, limit).collect().await.map_err(unread)?.to_bytes())
        });
        let (reply, told) = oneshot::channel();
        self.posted.push_back(Posted { head, body, whole: None, reply: Some(reply) });
        Box::new(async {
            let response = told.await.unwrap_or(Err(Error::InternalError(None)))?;
            Ok((response, Box::new(async { Ok(()) }) as Finished))
        })
    }
}

impl View<'_> {
    /// Makes a posted request, as if the guest had asked `http`.
    pub(super) async fn carry_out(&mut self, mut posted: Posted) -> wasmtime::Result<()> {
        let request = match posted.whole.take() {
            Some(Ok(body)) => request(&posted.head, body),
            Some(Err(error)) => Err(error),
            None => Err(Error::InternalError(None)),
        };
        let told = match request {
            Ok(request) => self.0.send(request).await?.map_err(|failed| self.in_wasi_words(failed)),
            Err(error) => Err(error),
        };
        let unread = &self.wasi().outbox.unread;
        let told = told.and_then(|answer| response(answer, unread));
        if let Some(reply) = posted.reply.take() {
            // A guest that no longer wants the answer finds it in the memory of its effects.
            let _ = reply.send(told);
        }
        Ok(())
    }

    /// WASI's codes carry no words, so what an operator must read stands in the run's log.
    fn in_wasi_words(&mut self, failed: CallError) -> Error {
        match failed {
            CallError::Denied(denial) => {
                let allow = denial.allow_with.map(|line| ("allow_with".to_owned(), line));
                self.0.keep_line("warn", format!("refused: {}", denial.asked), allow.into_iter().collect());
                Error::HttpRequestDenied
            }
            CallError::Unreachable(_) => Error::DestinationUnavailable,
            CallError::InDoubt(_) => Error::ConnectionTerminated,
            CallError::TooLarge(limit) => Error::HttpResponseBodySize(Some(limit)),
            CallError::Throttled(after) => Error::InternalError(Some(format!("throttled for {after} ms"))),
            CallError::ConnectionUnusable(problem) => {
                Error::InternalError(Some(format!("{}: {}", problem.code, problem.message)))
            }
            CallError::Invalid(reason) => Error::InternalError(Some(reason)),
        }
    }
}

/// The same request in the contract's words.
fn request(head: &Parts, body: Bytes) -> Result<contract::Request, Error> {
    let authority = head.uri.authority().map_or("", |authority| authority.as_str());
    let connection = authority.strip_suffix(CONNECTION).map(str::to_owned);
    let url = match (&connection, head.uri.path_and_query()) {
        (Some(_), path) => path.map_or("/", |path| path.as_str()).to_owned(),
        (None, _) => head.uri.to_string(),
    };
    let mut headers = Vec::with_capacity(head.headers.len());
    let (mut identity, mut effect_key) = (Identity::App, None);
    for (name, value) in &head.headers {
        let value = std::str::from_utf8(value.as_bytes()).map_err(|_| Error::HttpProtocolError)?;
        match name.as_str() {
            IDENTITY => {
                identity = match value {
                    "app" => Identity::App,
                    "service" => Identity::Service,
                    "actor" => Identity::Actor,
                    _ => return Err(Error::InternalError(Some(format!("`{IDENTITY}` is no identity")))),
                }
            }
            EFFECT_KEY => effect_key = Some(value.to_owned()),
            // Of the body as it was written, which the host has whole.
            "content-length" => {}
            name => headers.push(Header { name: name.to_owned(), value: value.to_owned() }),
        }
    }
    let body = (!body.is_empty()).then(|| body.to_vec());
    let method = head.method.as_str().to_owned();
    Ok(contract::Request { connection, method, url, identity, headers, body, effect_key })
}

/// The same answer in WASI's words. Its body is the host's until the guest has read it, and counts until then.
fn response(answer: Answer, unread: &Arc<AtomicUsize>) -> Told {
    let held = Held::new(answer.body.len(), unread);
    let body = Full::new(Bytes::from(answer.body)).map_frame(move |frame| {
        let _ = &held;
        frame
    });
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(|_| Error::HttpProtocolError)?;
    for Header { name, value } in answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// Bytes that the host holds for a guest.
struct Held {
    bytes: usize,
    of: Arc<AtomicUsize>,
}

impl Held {
    fn new(bytes: usize, of: &Arc<AtomicUsize>) -> Self {
        of.fetch_add(bytes, Ordering::Relaxed);
        Self { bytes, of: Arc::clone(of) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.of.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, headers: &[(&str, &str)]) -> Result<contract::Request, Error> {
        let mut request = Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        super::request(&request.body(()).unwrap().into_parts().0, Bytes::from_static(b"{}"))
    }

    #[test]
    fn a_connection_is_named_by_its_authority() {
        let named = asked("https://salesforce.connection.tieline/sobjects/Task?a=b", &[]).unwrap();
        assert_eq!(named.connection.as_deref(), Some("salesforce"));
        assert_eq!(named.url, "/sobjects/Task?a=b");
        for other in [
            "https://connection.tieline/x",
            "https://salesforce.connection.tieline:8443/x",
            "https://salesforce.connection.tieline.evil.org/x",
            "https://api.example.com/x",
        ] {
            let plain = asked(other, &[]).unwrap();
            assert_eq!((plain.connection, plain.url.as_str()), (None, other));
        }
    }

    #[test]
    fn identity_and_effect_key_are_said_and_not_sent() {
        let headers =
            [(IDENTITY, "service"), (EFFECT_KEY, "task:1"), ("accept", "a/b"), ("content-length", "2")];
        let request = asked("https://crm.connection.tieline/x", &headers).unwrap();
        assert_eq!(request.identity, Identity::Service);
        assert_eq!(request.effect_key.as_deref(), Some("task:1"));
        let sent: Vec<_> = request.headers.iter().map(|header| header.name.as_str()).collect();
        assert_eq!(sent, ["accept"]);
        assert!(asked("https://crm.connection.tieline/x", &[(IDENTITY, "root")]).is_err());
    }

    #[test]
    fn an_answer_counts_until_it_is_read() {
        let unread = Arc::default();
        let answer = Answer { status: 200, headers: Vec::new(), body: vec![0; 100] };
        let response = response(answer, &unread).unwrap();
        assert_eq!(unread.load(Ordering::Relaxed), 100);
        drop(response);
        assert_eq!(unread.load(Ordering::Relaxed), 0);
    }
}
