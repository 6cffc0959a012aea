//! Sends what was permitted to where it may go.

use std::{net::IpAddr, sync::Arc};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, header::CONTENT_LENGTH};
use url::Host;

use crate::{
    Answer, EgressError, InvalidPolicy, Permit, Policy, Request,
    resolver::{self, Lookup},
    rooms::{Room, Rooms},
};

/// The door out. Cheap to clone; clones share policy and connections.
#[derive(Clone)]
pub struct Egress {
    rooms: Arc<Rooms>,
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
        Ok(Self { rooms: Arc::new(Rooms::new(policy, lookup)?) })
    }

    /// Makes a call and reads its whole answer, whatever its status; a redirect is not followed. Dropping the
    /// future ends the call, which is then in doubt.
    ///
    /// # Errors
    /// [`EgressError`] says whether anything can have been sent.
    pub async fn send(&self, permit: Permit, request: Request) -> Result<Answer, EgressError> {
        let origin = permit.target();
        if !permit.covers(&request.method, &request.url) {
            let reason = format!("its permit is for {origin}, and the request is for something else");
            return Err(EgressError::Invalid { reason });
        }
        request.check()?;
        let room = self.rooms.of(origin);
        if let Some(address) = literal(request.url.host()) {
            room.door.admits(address).map_err(|refused| refused.denial(origin))?;
        }
        let timeout = request.timeout;
        match tokio::time::timeout(timeout, exchange(room, &permit, request)).await {
            Ok(outcome) => outcome,
            // A connection that did not come up ended earlier, with the client's own, shorter time-out.
            Err(elapsed) => Err(EgressError::InDoubt { origin: origin.clone(), source: Box::new(elapsed) }),
        }
    }
}

async fn exchange(room: &Room, permit: &Permit, request: Request) -> Result<Answer, EgressError> {
    let failed = |error| EgressError::of(error, permit.target());
    let limit = request.max_answer;
    let mut call = reqwest::Request::new(request.method, request.url);
    *call.headers_mut() = request.headers;
    if request.body.is_empty() && [Method::POST, Method::PUT, Method::PATCH].contains(call.method()) {
        // The client leaves the field out, and many servers then answer 411 (RFC 9110, section 8.6).
        call.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    *call.body_mut() = Some(request.body.into());

    let mut response = room.client.execute(call).await.map_err(failed)?;
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(EgressError::TooLarge { limit });
    }
    let body = read(&mut response, limit).await.map_err(|unread| match unread {
        Unread::TooLarge => EgressError::TooLarge { limit },
        Unread::Failed(error) => failed(error),
    })?;
    let headers = std::mem::take(response.headers_mut());
    Ok(Answer { status: response.status(), headers, body })
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

fn literal(host: Option<Host<&str>>) -> Option<IpAddr> {
    match host? {
        Host::Ipv4(v4) => Some(v4.into()),
        Host::Ipv6(v6) => Some(v6.into()),
        Host::Domain(_) => None,
    }
}
