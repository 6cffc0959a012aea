//! What waits to be told to a receiver, as it lies in the store: the news in order, which of them are in the message
//! under way, and what the receiver was told of before.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tieline_capabilities::alert;
use tieline_store::{Key, Op, Space, StoreError, Value};
use tieline_types::{AlertKey, Digest, Problem, Timestamp};

use super::receivers::ReceiverKey;

/// How a receiver stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// The message under way: begun and not taken yet.
    pub(super) message: Option<UnderWay>,
    /// When the last one was taken.
    pub(super) told: Option<Timestamp>,
    /// Why the last attempt failed, if it did.
    pub(super) problem: Option<Problem>,
    /// How much happened while too much waited already.
    pub(super) beyond: u64,
}

/// A message that was begun. Every attempt at it says the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnderWay {
    pub(super) id: String,
    /// The number of the last of its news.
    pub(super) upto: u64,
    /// How much beyond those it speaks of.
    pub(super) more: u64,
    /// How often it was tried in vain.
    pub(super) attempts: u32,
    /// Not to be tried before.
    pub(super) not_before: Timestamp,
}

/// Everything about all receivers.
pub(super) fn all() -> Key {
    Key::new(Space::Notice).part("to")
}

/// Everything about one.
pub(super) fn of(receiver: &ReceiverKey) -> Key {
    let tenant = receiver.tenant.as_ref().map_or("", |tenant| tenant.as_str());
    all().part(tenant).part(receiver.name.as_str())
}

/// Whom an entry is about.
pub(super) fn whose(key: &Key) -> Option<ReceiverKey> {
    let parts = key.parts();
    let [_, tenant, name, ..] = parts.as_slice() else { return None };
    let tenant = if tenant.is_empty() { None } else { Some(tenant.parse().ok()?) };
    Some(ReceiverKey { tenant, name: name.parse().ok()? })
}

/// News that wait for one, by number.
pub(super) fn news(receiver: &ReceiverKey) -> Key {
    of(receiver).part("news")
}

pub(super) fn state(receiver: &ReceiverKey) -> Key {
    of(receiver).part("state")
}

/// Where it stands how severe an alert was when the receiver was told of it.
pub(super) fn mark(receiver: &ReceiverKey, about: &AlertKey) -> Key {
    of(receiver).part("told").part(&Digest::of(alert::place(about).as_bytes()).hex())
}

pub(super) fn put(key: Key, value: &impl Serialize) -> Op {
    let value = serde_json::to_vec(value).expect("plain data always serialises").into();
    Op::Put { key, value, expires: None }
}

pub(super) fn read<T: DeserializeOwned>(value: &Value) -> Result<T, StoreError> {
    serde_json::from_slice(&value.bytes)
        .map_err(|_| StoreError::Corrupt { what: "what is to be told of alerts" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_says_for_whom() {
        for tenant in [None, Some("acme".parse().unwrap())] {
            let key = ReceiverKey { tenant, name: "ops".parse().unwrap() };
            assert_eq!(whose(&news(&key).number(7)), Some(key.clone()));
            assert_eq!(whose(&state(&key)), Some(key));
        }
    }
}
