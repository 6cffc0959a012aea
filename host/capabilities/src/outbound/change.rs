//! Calls that change something: answered from memory, or sent once and remembered.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;
use sync_wrapper::SyncWrapper;
use tieline_egress::Taken;
use tieline_identity::{Answers, Batch as Carrier, Item, Outcome};
use tieline_store::Batch;
use tieline_types::run::CallResult;

use super::{
    Call, Outbound, UnderWay,
    effects::{Body, Effect, Fingerprint, Remembered},
    observed, response,
};
use crate::{
    bindings::types::{CallError, Response},
    run::{Run, fault::fault},
};

/// What a call is remembered as, and how its answer is read.
pub(super) struct Change {
    fingerprint: Fingerprint,
    answers: &'static Answers,
    parts: Option<Parts>,
}

/// The calls that one call carries. Each that was done is remembered for itself, unless all of them were.
struct Parts {
    carrier: &'static Carrier,
    /// Names in the order asked; those that only read are not remembered.
    asked: Vec<(String, Option<Fingerprint>)>,
    /// What earlier attempts left: these are not sent again.
    before: BTreeMap<String, Value>,
}

/// A call as far as its provider's data tells.
pub(super) enum Kind {
    /// It only reads.
    Reads,
    /// It changes something.
    Changes(&'static Answers, Option<(&'static Carrier, Vec<Item>)>),
}

/// An answer on its way to the guest and into the memory.
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    pub(super) taken: Option<Taken>,
}

impl Run {
    /// Whether a call that looks as if it changed something does so, by the data of its provider.
    pub(super) async fn kind(&self, call: &Call) -> wasmtime::Result<Kind> {
        let answers = match &call.outgoing.credential {
            Some((key, _)) => self.services().connections.answers(key).await.map_err(fault)?,
            None => Answers::plain(),
        };
        let path = call.outgoing.address.as_given();
        if call.outgoing.method == Method::POST && answers.only_reads(path) {
            return Ok(Kind::Reads);
        }
        let carried =
            answers.batch(path).and_then(|carrier| Some((carrier, carrier.items(&call.outgoing.body)?)));
        match &carried {
            Some((_, items)) if items.iter().all(|item| item.reads) => Ok(Kind::Reads),
            _ => Ok(Kind::Changes(answers, carried)),
        }
    }

    /// A call that changes something: answered from memory, or sent after the memory of its predecessors is durable.
    pub(super) async fn change(
        &mut self,
        mut call: Call,
        answers: &'static Answers,
        carried: Option<(&'static Carrier, Vec<Item>)>,
    ) -> wasmtime::Result<Result<Response, CallError>> {
        let effect = match &call.effect_key {
            Some(name) => Effect::Named(name),
            None => Effect::Body(&call.outgoing.body),
        };
        let target = call.outgoing.address.as_given();
        let method = call.outgoing.method.as_str();
        let fingerprint = self.outbound.effects.issue(&call.through, method, target, effect);
        if let Some(remembered) = self.outbound.effects.recall(&fingerprint) {
            let result = CallResult::Remembered { status: remembered.status };
            self.record_unsent(&call.through, method, target, result);
            return Ok(Ok(response(remembered.status, remembered.headers.clone(), remembered.body.to_vec())));
        }
        let parts = carried.map(|(carrier, items)| self.outbound.parts(&call, carrier, items));
        if let Some(parts) = parts.as_ref().filter(|parts| !parts.before.is_empty()) {
            match parts.carrier.without(&call.outgoing.body, &parts.before) {
                Some(rest) => call.outgoing.body = rest.into(),
                None => {
                    self.record_unsent(&call.through, method, target, CallResult::Remembered { status: 200 });
                    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
                    return Ok(Ok(response(200, headers, parts.whole(None, &parts.before))));
                }
            }
        }
        self.make_effects_durable().await?;
        if let (Some(field), Some(event)) = (answers.idempotency, &self.spec.event)
            && let Ok(key) = HeaderValue::try_from(fingerprint.key_of(event))
        {
            call.outgoing.headers.entry(HeaderName::from_static(field)).or_insert(key);
        }
        let recorded = call.recorded();
        let change = Change { fingerprint, answers, parts };
        let exchange = SyncWrapper::new(Box::pin(observed::run(self.services().clone(), call.outgoing)) as _);
        self.outbound.under_way = Some(UnderWay { call: recorded, change, exchange });
        let answer = self.outbound.wait_for_call_under_way(&mut self.journal).await;
        Ok(answer.expect("the call was put under way in the line before"))
    }

    async fn make_effects_durable(&mut self) -> wasmtime::Result<()> {
        let Some(event) = &self.spec.event else { return Ok(()) };
        if !self.outbound.effects.has_fresh() {
            return Ok(());
        }
        let services = self.spec.source.services();
        let batch = self.outbound.effects.add_to(event, services.clock.now(), Batch::new());
        services.store.commit(batch).await.map_err(fault)?;
        Ok(())
    }
}

impl Outbound {
    /// Remembers what was done, and gives the guest the whole answer.
    pub(super) fn remember(&mut self, change: Change, mut heard: Heard) -> Heard {
        let outcome = match heard.taken {
            Some(Taken::Done) => Outcome::Done,
            Some(Taken::InDoubt) => Outcome::InDoubt,
            None => change.answers.outcome(heard.status, &heard.body),
        };
        let whole = match (outcome, change.parts) {
            (Outcome::Done, Some(parts)) => self.remember_parts(&parts, &mut heard),
            (outcome, _) => outcome,
        };
        match whole {
            Outcome::Done => {
                let (status, headers, body) = (heard.status, heard.headers.clone(), Body::from(&heard.body));
                self.effects.remember(change.fingerprint, Remembered { status, headers, body });
            }
            Outcome::InDoubt => self.in_doubt = true,
            Outcome::NotDone => {}
        }
        heard
    }

    /// Remembers the parts that were done, unless all were: then the whole is remembered as one.
    fn remember_parts(&mut self, parts: &Parts, heard: &mut Heard) -> Outcome {
        let sent: Vec<_> = parts.asked.iter().filter(|(name, _)| !parts.before.contains_key(name)).collect();
        let names: Vec<&str> = sent.iter().map(|(name, _)| name.as_str()).collect();
        let Some(mut answers) = parts.carrier.answers(&heard.body, &names) else {
            // Taken, and not told what became of the parts.
            return Outcome::InDoubt;
        };
        let outcomes: Vec<_> = names.iter().map(|name| parts.carrier.outcome(&answers[*name])).collect();
        let all_done = outcomes.iter().all(|outcome| *outcome == Outcome::Done);
        if !all_done {
            for ((name, fingerprint), outcome) in sent.iter().zip(&outcomes) {
                if let (Some(fingerprint), Outcome::Done) = (fingerprint, outcome) {
                    let body = Body::Text(answers[name].to_string());
                    self.effects.remember(*fingerprint, Remembered { status: 200, headers: vec![], body });
                }
            }
        }
        if !parts.before.is_empty() {
            answers.extend(parts.before.clone());
            heard.body = parts.whole(Some(&heard.body), &answers).into();
            heard.headers.retain(|(name, _)| name != "content-length");
        }
        match outcomes.contains(&Outcome::InDoubt) {
            _ if all_done => Outcome::Done,
            true => Outcome::InDoubt,
            false => Outcome::NotDone,
        }
    }

    fn parts(&mut self, call: &Call, carrier: &'static Carrier, items: Vec<Item>) -> Parts {
        let (method, target) = (call.outgoing.method.as_str(), call.outgoing.address.as_given());
        let mut parts = Parts { carrier, asked: Vec::with_capacity(items.len()), before: BTreeMap::new() };
        for Item { name, asked, reads } in items {
            if reads {
                parts.asked.push((name, None));
                continue;
            }
            let content = asked.to_string();
            let named = call.effect_key.as_ref().map(|key| format!("{key}\0{name}"));
            let effect = named.as_deref().map_or(Effect::Part(content.as_bytes()), Effect::NamedPart);
            let fingerprint = self.effects.issue(&call.through, method, target, effect);
            if let Some(remembered) = self.effects.recall(&fingerprint)
                && let Ok(answer) = serde_json::from_slice(&remembered.body.to_vec())
            {
                parts.before.insert(name.clone(), answer);
            }
            parts.asked.push((name, Some(fingerprint)));
        }
        parts
    }
}

impl Parts {
    fn whole(&self, body: Option<&[u8]>, answers: &BTreeMap<String, Value>) -> Vec<u8> {
        let names: Vec<&str> = self.asked.iter().map(|(name, _)| name.as_str()).collect();
        self.carrier.whole(body, &names, answers)
    }
}
