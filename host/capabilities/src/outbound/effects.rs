//! The memory of what an event already did upstream.
//!
//! A guest is deterministic but for what the host tells it, so a later attempt of the same event issues
//! the same mutating calls again. Those that succeeded are answered from this memory and not sent: a Task
//! that was created is not created twice because the message after it met a 429.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tieline_store::{Batch, Key, Pages, Space, Store, StoreError};
use tieline_types::{Digest, EventRef, Timestamp};

/// How long an effect is remembered after it was last written: longer than any event is retried.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The mutating upstream calls of one event that succeeded, with their answers.
#[derive(Debug, Default)]
pub struct EffectMemory {
    remembered: HashMap<Fingerprint, Arc<Remembered>>,
    /// Not in the store yet.
    fresh: Vec<Fingerprint>,
    /// How often each call was issued in this run: the ordinal among equals.
    issued: HashMap<Digest, u32>,
}

/// What identifies a call over the attempts of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint {
    call: Digest,
    ordinal: u32,
}

/// The answer of a call that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// A remembered body. Nearly all are text, and text is kept as it is and not as a list of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Body {
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&Bytes> for Body {
    fn from(body: &Bytes) -> Self {
        String::from_utf8(body.to_vec()).map_or_else(|error| Self::Bytes(error.into_bytes()), Self::Text)
    }
}

impl Body {
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl EffectMemory {
    /// What earlier attempts of this event left.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(store: &dyn Store, event: &EventRef) -> Result<Self, StoreError> {
        let mut memory = Self::default();
        let mut pages = Pages::under(Key::of_event(Space::Effect, event));
        while let Some(page) = pages.next(store).await? {
            for (key, value) in page {
                let (Some(fingerprint), Ok(answer)) =
                    (Fingerprint::of_key(&key), serde_json::from_slice(&value.bytes))
                else {
                    tracing::error!(%event, "an effect in the store cannot be read; its call may be repeated");
                    continue;
                };
                memory.remembered.insert(fingerprint, Arc::new(answer));
            }
        }
        Ok(memory)
    }

    /// Names the next call: its place among equals counts, unless the guest named the effect itself.
    pub(crate) fn issue(
        &mut self,
        through: &str,
        method: &str,
        target: &str,
        what: Effect<'_>,
    ) -> Fingerprint {
        let mut named = Vec::new();
        for part in [through.as_bytes(), method.as_bytes(), target.as_bytes(), what.tag(), what.bytes()] {
            named.extend_from_slice(&(part.len() as u64).to_be_bytes());
            named.extend_from_slice(part);
        }
        let call = Digest::of(&named);
        let ordinal = match what {
            Effect::Named(_) | Effect::NamedPart(_) => 0,
            Effect::Body(_) | Effect::Part(_) => {
                let issued = self.issued.entry(call).or_default();
                *issued += 1;
                *issued
            }
        };
        Fingerprint { call, ordinal }
    }

    pub(crate) fn recall(&self, fingerprint: &Fingerprint) -> Option<Arc<Remembered>> {
        self.remembered.get(fingerprint).cloned()
    }

    pub(crate) fn remember(&mut self, fingerprint: Fingerprint, answer: Remembered) {
        self.remembered.insert(fingerprint, Arc::new(answer));
        self.fresh.push(fingerprint);
    }

    /// Whether something would be forgotten by a crash now.
    pub fn has_fresh(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// Adds what the store does not have yet to a batch, once.
    #[must_use]
    pub fn add_to(&mut self, event: &EventRef, now: Timestamp, mut batch: Batch) -> Batch {
        for fingerprint in std::mem::take(&mut self.fresh) {
            let Some(answer) = self.remembered.get(&fingerprint) else { continue };
            let bytes = serde_json::to_vec(answer.as_ref()).expect("plain data always serialises");
            batch = batch.put_until(fingerprint.key(event), bytes, now.after(KEPT));
        }
        batch
    }
}

/// What an effect is named by, beside method and target.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effect<'a> {
    /// The guest's own name for it.
    Named(&'a str),
    /// Its body.
    Body(&'a [u8]),
    /// A part of it, by the guest's own name for the whole.
    NamedPart(&'a str),
    /// A part of it, by its content.
    Part(&'a [u8]),
}

impl<'a> Effect<'a> {
    fn tag(self) -> &'static [u8] {
        match self {
            Self::Named(_) => b"named",
            Self::Body(_) => b"body",
            Self::NamedPart(_) => b"named part",
            Self::Part(_) => b"part",
        }
    }

    fn bytes(self) -> &'a [u8] {
        match self {
            Self::Named(name) | Self::NamedPart(name) => name.as_bytes(),
            Self::Body(body) | Self::Part(body) => body,
        }
    }
}

impl Fingerprint {
    fn key(&self, event: &EventRef) -> Key {
        Key::of_event(Space::Effect, event).part(&self.call.to_string()).number(u64::from(self.ordinal))
    }

    /// A name for this call of this event, the same whenever it is sent.
    pub(crate) fn key_of(&self, event: &EventRef) -> String {
        let mut hex = Digest::of(format!("{event} {} {}", self.call, self.ordinal).as_bytes()).hex();
        hex.truncate(32);
        hex
    }

    fn of_key(key: &Key) -> Option<Self> {
        let ordinal = u32::try_from(key.last_number()?).ok()?;
        let call = key.parts().get(3)?.parse().ok()?;
        Some(Self { call, ordinal })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{EventId, InstallationKey};

    #[test]
    fn equal_calls_are_told_apart_by_their_order_and_named_ones_are_not() {
        let mut first = EffectMemory::default();
        let a = first.issue("crm", "POST", "/Task", Effect::Body(b"{}"));
        let b = first.issue("crm", "POST", "/Task", Effect::Body(b"{}"));
        assert_ne!(a, b);
        let mut second = EffectMemory::default();
        assert_eq!(second.issue("crm", "POST", "/Task", Effect::Body(b"{}")), a);
        assert_eq!(
            second.issue("crm", "POST", "/Task", Effect::Named("task:1")),
            second.issue("crm", "POST", "/Task", Effect::Named("task:1")),
        );
    }

    #[test]
    fn is_found_again_under_its_key() {
        let call = EffectMemory::default().issue("crm", "POST", "/Task", Effect::Body(b"{}"));
        let installation =
            InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
        let event = EventRef { installation, id: EventId::generate() };
        assert_eq!(Fingerprint::of_key(&call.key(&event)), Some(call));
    }

    #[test]
    fn a_body_is_remembered_to_the_byte() {
        for body in [&b""[..], b"{\"id\":\"00T\"}", "\u{e9}\0".as_bytes(), b"\xff\0\xfe"] {
            let kept = serde_json::to_vec(&Body::from(&Bytes::from_static(body))).unwrap();
            assert_eq!(serde_json::from_slice::<Body>(&kept).unwrap().to_vec(), body);
        }
    }

    #[test]
    fn parts_of_a_call_cannot_run_into_each_other() {
        let mut memory = EffectMemory::default();
        let a = memory.issue("crm", "POST", "/Task", Effect::Body(b"x"));
        assert_ne!(a, memory.issue("crm", "POST", "/Tas", Effect::Body(b"kx")));
        assert_ne!(a, memory.issue("crm", "POST", "/Task", Effect::Named("x")));
    }
}
