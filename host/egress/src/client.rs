//! Sends what was permitted to where it may go.

use std::{net::IpAddr, sync::Arc};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, header::CONTENT_LENGTH};
use tieline_types::Origin;
use tokio::time::{Instant, timeout_at};
use url::Host;

use crate::{
    Answer, EgressError, InvalidPolicy, Permit, Policy, Redirects, Request, redirect,
    resolver::{self, Lookup},
    rooms::{Room, Rooms},
    turns::{Bounds, Turns},
};

/// The door out. Cheap to clone; clones share policy and connections.
#[derive(Clone)]
pub struct Egress {
    rooms: Arc<Rooms>,
    turns: Arc<Turns>,
}

impl Egress {
    /// A door with this policy. Reads the machine's certificate authorities.
    ///
    /// # Errors
    /// When the policy's certificates cannot be used.
    pub fn new(policy: &Policy) -> Result<Self, InvalidPolicy> {
        Self::with_lookup(policy, &resolver::system())
    }

    fn with_lookup(policy: &Policy, lookup: &Lookup) -> Result<Self, InvalidPolicy> {
        let rooms = Arc::new(Rooms::new(policy, lookup)?);
        Ok(Self { rooms, turns: Arc::new(Turns::new(Bounds::USUAL)) })
    }

    /// Makes a call and reads its whole answer, whatever its status. Redirects are followed as far as the
    /// permit goes, each hop under a permit, an address check and a turn of its own; one that is not followed
    /// is the answer. Dropping the future ends the call, which is then in doubt.
    ///
    /// # Errors
    /// [`EgressError`] says whether anything can have been sent.
    pub async fn send(&self, permit: Permit, request: Request) -> Result<Answer, EgressError> {
        if !permit.covers(&request.method, &request.url) {
            let origin = permit.target();
            let reason = format!("its permit is for {origin}, and the request is for something else");
            return Err(EgressError::Invalid { reason });
        }
        let deadline = Instant::now() + request.timeout;
        self.walk(permit, request, deadline, redirect::MOST).await
    }

    /// The operator's further authorities, in PEM.
    pub(crate) fn extra_ca_pem(&self) -> Option<&str> {
        self.rooms.extra_ca_pem.as_deref()
    }

    pub(crate) fn room(&self, origin: &Origin) -> &Room {
        self.rooms.of(origin)
    }

    /// One hop after the other. A redirect that repeats the request elsewhere hands the call over: the last hop's
    /// outcome is the call's. One that answers a change with something to read ends the change: what is read is
    /// the answer if that succeeds, and else the redirect itself.
    async fn walk(
        &self,
        permit: Permit,
        request: Request,
        deadline: Instant,
        most: usize,
    ) -> Result<Answer, EgressError> {
        let mut answer = self.once(&permit, &request, deadline).await?;
        let taken = redirect::taken(&request.method, answer.status);
        answer.redirects.taken = taken;
        let hop = redirect::next(&request.method, &request.url, answer.status, &answer.headers);
        let Some(hop) = hop.filter(|_| most > 0) else { return Ok(answer) };
        let permit = match permit.hop(&hop.method, &hop.url) {
            None => return Ok(answer),
            Some(Err(denial)) => {
                answer.redirects.refused = Some(denial);
                return Ok(answer);
            }
            Some(Ok(permit)) => permit,
        };
        let trail = format!("{}{}", permit.target(), hop.url.path());
        let next = request.redirected(hop);
        match Box::pin(self.walk(permit, next, deadline, most - 1)).await {
            Ok(mut next) if taken.is_none() || next.status.is_success() => {
                next.redirects.followed.insert(0, trail);
                next.redirects.taken = taken.or(next.redirects.taken);
                Ok(next)
            }
            Err(EgressError::Denied(denial)) => {
                answer.redirects.refused = Some(denial);
                Ok(answer)
            }
            Err(error) if taken.is_none() => Err(error),
            // The change was answered; only what came of it could not be read.
            Ok(_) | Err(_) => Ok(answer),
        }
    }

    /// One request and its answer.
    async fn once(
        &self,
        permit: &Permit,
        request: &Request,
        deadline: Instant,
    ) -> Result<Answer, EgressError> {
        request.check()?;
        let origin = permit.target();
        let room = self.rooms.of(origin);
        if let Some(address) = request.url.host().and_then(literal) {
            room.door.admits(address).map_err(|refused| refused.denial(origin))?;
        }
        let _turn = match &request.guest_of {
            None => None,
            Some(tenant) => match timeout_at(deadline, self.turns.take(tenant, origin)).await {
                Ok(turn) => Some(turn),
                Err(_) => return Err(EgressError::Busy { origin: origin.clone() }),
            },
        };
        match timeout_at(deadline, exchange(room, origin, request)).await {
            Ok(outcome) => outcome,
            // A connection that did not come up ended earlier, with the client's own, shorter time-out.
            Err(elapsed) => Err(EgressError::InDoubt { origin: origin.clone(), source: Box::new(elapsed) }),
        }
    }
}

async fn exchange(room: &Room, origin: &Origin, request: &Request) -> Result<Answer, EgressError> {
    let failed = |error| EgressError::of(error, origin);
    let limit = request.max_answer;
    let mut call = reqwest::Request::new(request.method.clone(), request.url.clone());
    *call.headers_mut() = request.headers.clone();
    if request.body.is_empty() && [Method::POST, Method::PUT, Method::PATCH].contains(call.method()) {
        // The client leaves the field out, and many servers then answer 411 (RFC 9110, section 8.6).
        call.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    *call.body_mut() = Some(request.body.clone().into());

    let mut response = room.client.execute(call).await.map_err(failed)?;
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(EgressError::TooLarge { limit });
    }
    let body = read(&mut response, limit).await.map_err(|unread| match unread {
        Unread::TooLarge => EgressError::TooLarge { limit },
        Unread::Failed(error) => failed(error),
    })?;
    let headers = std::mem::take(response.headers_mut());
    Ok(Answer { status: response.status(), headers, body, redirects: Redirects::default() })
}

enum Unread {
    TooLarge,
    Failed(reqwest::Error),
}

/// Reads the body to its end; a body that came in one piece, as most do, is not copied.
async fn read(response: &mut reqwest::Response, limit: usize) -> Result<Bytes, Unread> {
    let first = response.chunk().await.map_err(Unread::Failed)?.unwrap_or_default();
    let mut whole: Option<BytesMut> = None;
    let mut size = first.len();
    while size <= limit {
        let Some(next) = response.chunk().await.map_err(Unread::Failed)? else {
            return Ok(whole.map_or(first, BytesMut::freeze));
        };
        size += next.len();
        if size <= limit {
            whole.get_or_insert_with(|| BytesMut::from(&first[..])).extend_from_slice(&next);
        }
    }
    Err(Unread::TooLarge)
}

pub(crate) fn literal<S>(host: Host<S>) -> Option<IpAddr> {
    match host {
        Host::Ipv4(v4) => Some(v4.into()),
        Host::Ipv6(v6) => Some(v6.into()),
        Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        net::Ipv4Addr,
        sync::atomic::{AtomicU8, Ordering},
        time::Duration,
    };
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// Answers each connection once, and says whether it keeps it open.
    async fn serve(address: Ipv4Addr, port: u16, head: &'static str) -> (u16, Arc<AtomicU8>) {
        let listener = TcpListener::bind((address, port)).await.unwrap();
        let (port, connections) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU8::new(0)));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut buffer = [0; 2048];
                    while socket.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                        socket.write_all(head.as_bytes()).await.unwrap();
                        if head.contains("close") {
                            return;
                        }
                    }
                });
            }
        });
        (port, connections)
    }

    /// A name that is 127.0.0.1 when it is first asked for, and 127.0.0.2 from then on.
    fn rebinding() -> Lookup {
        let asked = AtomicU8::new(0);
        Arc::new(move |_| {
            let last = 1 + asked.fetch_add(1, Ordering::SeqCst).min(1);
            Box::pin(async move { Ok(vec![Ipv4Addr::new(127, 0, 0, last).into()]) })
        })
    }

    async fn call(egress: &Egress, port: u16) -> Result<Answer, EgressError> {
        let url: url::Url = format!("http://rebind.example:{port}/").parse().unwrap();
        let permit = Permit::origin(&Origin::of(&url).unwrap(), &url).unwrap();
        let request = Request {
            method: Method::GET,
            url,
            headers: http::HeaderMap::new(),
            body: Bytes::new(),
            timeout: Duration::from_secs(20),
            max_answer: 100,
            guest_of: None,
        };
        egress.send(permit, request).await
    }

    #[tokio::test]
    async fn a_name_that_rebinds_reaches_only_what_was_opened() {
        for (head, kept) in [
            ("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true),
        ] {
            let (port, opened) = serve(Ipv4Addr::LOCALHOST, 0, head).await;
            let (_, private) = serve(Ipv4Addr::new(127, 0, 0, 2), port, head).await;
            let allow_private = [(Ipv4Addr::LOCALHOST, port).into()].into();
            let policy = Policy { allow_private, ..Policy::default() };
            let egress = Egress::with_lookup(&policy, &rebinding()).unwrap();
            assert_eq!(call(&egress, port).await.unwrap().status, 200);
            let again = call(&egress, port).await;
            if kept {
                // The kept connection leads where it was opened to, whatever the name says now.
                assert_eq!(again.unwrap().status, 200);
            } else {
                let Err(EgressError::Denied(denial)) = again else { panic!("{again:?}") };
                assert!(denial.allow_with.unwrap().contains("127.0.0.2"));
            }
            assert_eq!(opened.load(Ordering::SeqCst), 1);
            assert_eq!(private.load(Ordering::SeqCst), 0, "never connected to");
        }
    }
}
