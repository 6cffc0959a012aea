//! The `events` capability: follow-up events of an installation, committed with the run.

use aws_lc_rs::digest::{SHA256, digest};
use serde::de::IgnoredAny;
use tieline_telemetry::trace;
use tieline_types::{Actor, Event, EventId, Exceeded, Limit, Payload, manifest::Capability};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{
        events::{self as contract, NewEvent},
        types::Refusal,
    },
    run::Run,
};

/// Longest type and keys, in bytes.
const NAME_BYTES: usize = 256;

struct Events;

impl HasData for Events {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/events`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Events>(linker, |state| View(state.as_mut()))
}

impl contract::Host for View<'_> {
    fn emit(&mut self, event: NewEvent) -> wasmtime::Result<Result<(), Refusal>> {
        let told = self.0.asked("events.emit", format_args!("{}", event.type_), &event, || Ok(()))?;
        if let Some(told) = told {
            return Ok(told);
        }
        let told = self.taken(event);
        self.0.told(&told);
        Ok(told)
    }
}

impl View<'_> {
    fn taken(&mut self, event: NewEvent) -> Result<(), Refusal> {
        self.0.may_write(Capability::Events)?;
        valid(&event, self.0.limits().event_bytes)?;
        let id = EventId::generate();
        let dedupe = event.dedupe_key.as_deref().map(dedupe_key);
        let ordering_key = event.ordering_key.unwrap_or_else(|| id.to_string());
        let event = Event {
            id,
            installation: self.0.spec.installation.clone(),
            ordering_key: ordering_key.into(),
            received: self.0.services().clock.now(),
            // What follows from what a person did is done for that person.
            actor: self.0.spec.actor.clone().filter(Actor::is_person),
            trace: trace::here(),
            payload: Payload::Custom { r#type: event.type_, body: event.body },
        };
        self.0.transaction.emit(event, dedupe);
        Ok(())
    }
}

fn valid(event: &NewEvent, most: usize) -> Result<(), Refusal> {
    let names = [Some(&event.type_), event.ordering_key.as_ref(), event.dedupe_key.as_ref()];
    if names.into_iter().flatten().any(|name| name.is_empty() || name.len() > NAME_BYTES) {
        return Err(Refusal::Invalid(format!("type and keys are 1 to {NAME_BYTES} bytes")));
    }
    if event.body.len() > most {
        return Err(Refusal::QuotaExceeded(Exceeded::new(Limit::EVENT_BYTES, most).with_setting()));
    }
    serde_json::from_str::<IgnoredAny>(&event.body)
        .map(drop)
        .map_err(|error| Refusal::Invalid(format!("the body is not JSON: {error}")))
}

/// Apart from the keys of notifications, which a guest does not choose.
fn dedupe_key(key: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, format!("emitted\0{key}").as_bytes()).as_ref());
    hash
}
