//! A call to an upstream, as `graph`, `http` and `wasi:http` share it: memory of effects, circuit, credential, send, journal.

mod change;
mod circuit;
pub(crate) mod circuits;
pub(crate) mod effects;
mod exchange;
pub(crate) mod governor;
pub(crate) mod headers;
mod http;
mod licensing;
mod observed;
mod redirects;
pub(crate) mod taped;

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use ::http::{HeaderMap, Method};
use bytes::Bytes;
use sync_wrapper::SyncWrapper;
use tieline_identity::{ActorRef, Identity};
use tieline_types::{
    ConnectionKey, Exceeded, Limit,
    run::{CallRecord, CallResult},
};

use crate::{
    bindings::types::{CallError, Denial, Header, Identity as As, Response},
    run::{Mode, Run, journal::Journal},
};
use change::{Change, Heard, Kind};
use circuits::Park;
use effects::EffectMemory;
use exchange::{Exchange, Guest};
use governor::Metered;

pub(crate) use exchange::{Address, Outgoing};
pub(crate) use licensing::unpaid;

/// Bytes that the journal shows of words that a guest chose.
const SHOWN: usize = 2 << 10;
/// The largest answer of a call that changes something: it must fit into the store to be remembered.
const REMEMBERED: usize = 2 << 20;

/// How long all calls of a run may wait for the governor: well below its wall clock.
const WAITS: Duration = Duration::from_secs(10);

/// What all upstream calls of a run share.
pub(crate) struct Outbound {
    pub(crate) effects: EffectMemory,
    pub(crate) in_doubt: bool,
    pub(crate) park: Option<Park>,
    pub(crate) throttled: Option<Duration>,
    /// How long its calls waited for the governor, all together.
    waited: Duration,
    calls: u32,
    /// Bytes of all bodies so far.
    traffic: usize,
    under_way: Option<UnderWay>,
}

/// A mutating call that was sent and not yet answered. It belongs to the run and not to the guest: one that is
/// stopped meanwhile cannot make the host forget what it did.
struct UnderWay {
    call: Recorded,
    change: Change,
    exchange: SyncWrapper<Pin<Box<dyn Future<Output = Exchange> + Send>>>,
}

/// What the journal says of a call beside its result.
struct Recorded {
    through: String,
    method: Method,
    sent: usize,
}

/// A guest's call, checked by its capability.
pub(crate) struct Call {
    /// `graph`, a connection's name, or `http`.
    pub(crate) through: String,
    pub(crate) outgoing: Outgoing,
    /// Whether it changes something upstream, as far as its method tells.
    pub(crate) mutating: bool,
    pub(crate) effect_key: Option<String>,
}

impl Outbound {
    pub(crate) fn new(effects: EffectMemory) -> Self {
        Self {
            effects,
            in_doubt: false,
            park: None,
            throttled: None,
            waited: Duration::ZERO,
            calls: 0,
            traffic: 0,
            under_way: None,
        }
    }

    /// Waits for the mutating call that is under way, if one is, and remembers its answer. A guest that is stopped
    /// meanwhile leaves it under way, for whoever waits next.
    pub(crate) async fn wait_for_call_under_way(
        &mut self,
        journal: &mut Journal,
    ) -> Option<Result<Response, CallError>> {
        let exchange = self.under_way.as_mut()?.exchange.get_mut().await;
        let UnderWay { call, change, .. } = self.under_way.take()?;
        Some(self.settle(call, Some(change), exchange, journal))
    }

    /// Remembers, records and translates the end of a call.
    fn settle(
        &mut self,
        call: Recorded,
        change: Option<Change>,
        mut exchange: Exchange,
        journal: &mut Journal,
    ) -> Result<Response, CallError> {
        let received;
        // What was promised to the guest counts before what it only saw.
        if self.park.as_ref().is_none_or(|before| !before.promised) {
            self.park = exchange.park.or(self.park.take());
        }
        self.waited += exchange.waited;
        self.throttled = self.throttled.max(exchange.throttled);
        let (result, answer) = match exchange.result {
            Ok(answer) => {
                let status = answer.status.as_u16();
                received = answer.body.len();
                redirects::note(&answer.redirects, journal);
                exchange.target = redirects::trail(exchange.target, &answer.redirects);
                let headers = headers::to_guest(&answer.headers);
                let mut heard = Heard { status, headers, body: answer.body, taken: answer.redirects.taken };
                if let Some(change) = change {
                    heard = self.remember(change, heard);
                }
                (CallResult::Answered { status }, Ok(response(status, heard.headers, heard.body.into())))
            }
            Err(failed) => {
                received = failed.received();
                self.in_doubt |= change.is_some() && failed.may_have_happened();
                self.throttled = self.throttled.max(failed.throttled_for());
                (failed.recorded(), Err(failed.into()))
            }
        };
        self.traffic = self.traffic.saturating_add(call.sent + received);
        journal.calls.push(CallRecord {
            through: call.through,
            method: call.method.to_string(),
            target: shown(&exchange.target),
            result,
            sent: call.sent as u64,
            received: received as u64,
            duration_us: u64::try_from(exchange.duration.as_micros()).unwrap_or(u64::MAX),
            problem: None,
        });
        answer
    }
}

impl Run {
    /// Sends a checked call. The outer error is a fault of the host.
    pub(crate) async fn call(&mut self, call: Call) -> wasmtime::Result<Result<Response, CallError>> {
        let mut call = call;
        if let Err(exceeded) = self.within_limits(&mut call) {
            return Ok(Err(self.deny(call, exceeded.to_string(), Some(exceeded.limit.setting))));
        }
        self.outbound.calls += call.count();
        let kind = if call.mutating { self.kind(&call).await? } else { Kind::Reads };
        match kind {
            Kind::Reads => {
                let recorded = call.recorded();
                let exchange = observed::run(Arc::clone(self.services()), call.outgoing).await;
                Ok(self.outbound.settle(recorded, None, exchange, &mut self.journal))
            }
            Kind::Changes(..) if !self.spec.mode.writes() => Ok(Err(self.deny(
                call,
                "a call that changes something, outside `handle` and `act`".into(),
                None,
            ))),
            Kind::Changes(answers, carried) => self.change(call, answers, carried).await,
        }
    }

    /// Whether a call may still be made; its answer may be as large as what is left of all traffic.
    fn within_limits(&self, call: &mut Call) -> Result<(), Exceeded> {
        let limits = &self.spec.limits;
        if self.outbound.calls.saturating_add(call.count()) > limits.calls {
            return Err(Exceeded::new(Limit::CALLS, limits.calls));
        }
        let outgoing = &mut call.outgoing;
        if outgoing.body.len() > limits.request_bytes {
            return Err(Exceeded::new(Limit::REQUEST_BYTES, limits.request_bytes));
        }
        let left = limits.traffic_bytes.saturating_sub(self.outbound.traffic);
        if left <= outgoing.body.len() {
            return Err(Exceeded::new(Limit::TRAFFIC_BYTES, limits.traffic_bytes));
        }
        let most = if call.mutating { REMEMBERED.min(limits.answer_bytes) } else { limits.answer_bytes };
        outgoing.max_answer = most.min(left - outgoing.body.len());
        outgoing.patience = governor::PATIENCE.min(WAITS.saturating_sub(self.outbound.waited));
        Ok(())
    }

    /// Refuses a call, in the journal too.
    pub(crate) fn deny(&mut self, call: Call, asked: String, allow_with: Option<&str>) -> CallError {
        let allow_with = allow_with.map(|limit| format!("{limit} = … in the grant"));
        let target = call.outgoing.address.as_given().to_owned();
        self.record_denial(
            &call.through,
            call.outgoing.method.as_str(),
            &target,
            Denial { asked, allow_with },
        )
    }

    /// Writes a denial into the journal and gives it to the guest.
    pub(crate) fn record_denial(
        &mut self,
        through: &str,
        method: &str,
        target: &str,
        denial: Denial,
    ) -> CallError {
        // A guest may ask for what it is denied as often as it likes: the first ones are shown, the others counted.
        if self.journal.has_room_for_a_denial() {
            let Denial { asked, allow_with } = denial.clone();
            let installation = &self.spec.installation;
            tracing::info!(%installation, asked, allow_with, "denied an upstream call");
            self.record_unsent(through, method, target, CallResult::Denied { asked, allow_with });
        }
        CallError::Denied(denial)
    }

    /// Writes a call into the journal for which nothing was sent.
    fn record_unsent(&mut self, through: &str, method: &str, target: &str, result: CallResult) {
        self.journal.calls.push(CallRecord {
            through: shown(through),
            method: shown(method),
            target: shown(without_query(target)),
            result,
            sent: 0,
            received: 0,
            duration_us: 0,
            problem: None,
        });
    }

    /// Whose credential a guest asked for. It never names a person: `actor` is who is behind this run, and
    /// nobody where nobody is.
    ///
    /// # Errors
    /// The denial, which the journal has too.
    pub(crate) fn identity(
        &mut self,
        asked: As,
        through: &str,
        method: &Method,
        target: &str,
    ) -> Result<Identity, CallError> {
        match (asked, &self.spec.actor) {
            (As::App, _) => Ok(Identity::App),
            (As::Service, _) if self.spec.rights.service() => Ok(Identity::Service),
            (As::Service, _) => {
                let asked = "to act as the connection's service user".into();
                let denial = Denial { asked, allow_with: Some("service = true in the grant".into()) };
                Err(self.record_denial(through, method.as_str(), target, denial))
            }
            (As::Actor, Some(actor)) if actor.is_person() => Ok(Identity::Actor(ActorRef {
                directory_id: actor.directory_id.clone(),
                object_id: actor.object_id.clone(),
            })),
            (As::Actor, _) => {
                let asked = "to act for a person, and nobody is behind this run".into();
                let denial = Denial { asked, allow_with: None };
                Err(self.record_denial(through, method.as_str(), target, denial))
            }
        }
    }

    /// A call as the host sends it, within the limits of this run.
    ///
    /// # Errors
    /// When the guest's request is malformed.
    pub(crate) fn outgoing(
        &self,
        credential: Option<(ConnectionKey, Identity)>,
        method: Method,
        address: Address,
        headers: &[Header],
        body: Option<Vec<u8>>,
    ) -> Result<Outgoing, CallError> {
        let limits = &self.spec.limits;
        let body = Bytes::from(body.unwrap_or_default());
        let headers: HeaderMap = headers::from_guest(headers).map_err(CallError::Invalid)?;
        let guest =
            Guest { tenant: self.spec.installation.tenant.clone(), rights: Arc::clone(&self.spec.rights) };
        let max_answer = limits.answer_bytes;
        let insists = self.spec.mode == Mode::Check;
        let (metered, patience) = (None, governor::PATIENCE);
        Ok(Outgoing {
            credential,
            method,
            address,
            headers,
            body,
            max_answer,
            guest,
            insists,
            metered,
            patience,
        })
    }
}

impl Call {
    /// How many calls it is: a batch is as many as it carries.
    fn count(&self) -> u32 {
        self.outgoing.metered.as_ref().map_or(1, Metered::count)
    }

    fn recorded(&self) -> Recorded {
        Recorded {
            through: self.through.clone(),
            method: self.outgoing.method.clone(),
            sent: self.outgoing.body.len(),
        }
    }
}

/// The method that a guest named.
pub(crate) fn method(name: &str) -> Result<Method, CallError> {
    match name {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" => {
            Ok(Method::from_bytes(name.as_bytes()).expect("each of these six is a method"))
        }
        _ => Err(CallError::Invalid(format!("`{}` is not a method", name.escape_debug()))),
    }
}

/// What the journal keeps of an address: queries may hold what people searched for.
pub(crate) fn without_query(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// What the journal keeps of words that a guest chose.
fn shown(words: &str) -> String {
    words[..words.floor_char_boundary(SHOWN)].to_owned()
}

fn response(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Response {
    let headers = headers.into_iter().map(|(name, value)| Header { name, value }).collect();
    Response { status, headers, body }
}

#[cfg(test)]
mod tests;
