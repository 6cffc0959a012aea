//! Ordered keys.

use std::fmt;

use tieline_types::{EventRef, dataset::TableKey};

/// The longest key in bytes. Long enough for a guest's key of 512 bytes with its tenant and installation.
pub const MAX_KEY: usize = 768;

const END: u8 = 0x00;
const ESCAPE: u8 = 0x01;

/// What a key is about: its first byte. Stable on disk; only ever add at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Space {
    /// Tenants.
    Tenant = 1,
    /// Connections with their sealed secrets.
    Connection = 2,
    /// Wrapped data keys.
    DataKey = 3,
    /// Sealed tokens.
    Token = 4,
    /// Installations: configuration, grant, package.
    Installation = 5,
    /// What connectors store.
    Storage = 6,
    /// The timelines beside records.
    Activity = 7,
    /// Graph subscriptions.
    Subscription = 8,
    /// Hook routes.
    Route = 9,
    /// Remembered upstream effects, by event.
    Effect = 10,
    /// Journals of runs, by event.
    Run = 11,
    /// Uploaded packages.
    Package = 12,
    /// The host's own matters.
    Host = 13,
    /// Alerts that stand.
    Alert = 14,
    /// Timers, and when they are due.
    Timer = 15,
    /// Sealed tapes of runs.
    Journal = 16,
    /// How much connectors store, counted by the store.
    Usage = 17,
    /// People who are signed in to connections, and sign-ins under way.
    Person = 18,
    /// What was consented to, by connection.
    Consent = 19,
    /// What is known of the completeness of what subscriptions brought.
    Coverage = 20,
    /// Certificates for the content of notifications, with their sealed keys.
    Certificate = 21,
    /// Webhooks of connectors: addresses and sealed secrets.
    Webhook = 22,
    /// Rows of datasets that wait for their file.
    Row = 23,
    /// Tables of datasets.
    Table = 24,
    /// Files of datasets.
    File = 25,
    /// API tokens and sessions of browsers, by their digests.
    Access = 26,
    /// Chains of the audit.
    Audit = 27,
    /// What people are still to be told of alerts, and what they were told.
    Notice = 28,
    /// Answers to requests with an idempotency key.
    Answer = 29,
    /// How many dead letters tenants have, counted by the store.
    DeadLetters = 30,
}

impl Space {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    /// Whether its keys begin with a tenant, and [go](crate::Store::forget) with it. Of the others some outlive a tenant, and
    /// some are shared by several.
    pub fn is_of_tenants(self) -> bool {
        let others = [
            Self::Subscription,
            Self::Route,
            Self::Package,
            Self::Host,
            Self::Certificate,
            Self::Access,
            Self::Audit,
            Self::Notice,
        ];
        !others.contains(&self)
    }

    const ALL: [Self; 30] = [
        Self::Tenant,
        Self::Connection,
        Self::DataKey,
        Self::Token,
        Self::Installation,
        Self::Storage,
        Self::Activity,
        Self::Subscription,
        Self::Route,
        Self::Effect,
        Self::Run,
        Self::Package,
        Self::Host,
        Self::Alert,
        Self::Timer,
        Self::Journal,
        Self::Usage,
        Self::Person,
        Self::Consent,
        Self::Coverage,
        Self::Certificate,
        Self::Webhook,
        Self::Row,
        Self::Table,
        Self::File,
        Self::Access,
        Self::Audit,
        Self::Notice,
        Self::Answer,
        Self::DeadLetters,
    ];
}

/// A space and a list of parts. Keys sort by space, then part by part, a shorter list before its
/// continuations; keys of different parts are different, whatever bytes the parts contain. So a tenant called
/// `a` never reads what belongs to `ab`, and a guest cannot write its way out of its own prefix.
///
/// The bytes: the space, then each part closed by `00`; inside a part `00` is written `01 01` and `01` is
/// written `01 02`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// The key without parts: the prefix of everything in `space`.
    pub fn new(space: Space) -> Self {
        Self(vec![space as u8])
    }

    /// What is stored in `space` about one event starts with this. In [`Space::Effect`] and [`Space::Run`] it
    /// goes when the event goes.
    pub fn of_event(space: Space, event: &EventRef) -> Self {
        Self::new(space)
            .part(event.installation.tenant.as_str())
            .part(event.installation.installation.as_str())
            .part(&event.id.to_string())
    }

    /// What is stored in `space` about one table of a dataset starts with this; so what is stored about all tables of
    /// an installation starts with the parts before the last.
    pub fn of_table(space: Space, table: &TableKey) -> Self {
        Self::new(space)
            .part(table.installation.tenant.as_str())
            .part(table.installation.installation.as_str())
            .part(&table.table)
    }

    /// This key with one more part.
    #[must_use]
    pub fn part(self, part: &str) -> Self {
        let mut key = self.starting(part);
        key.0.push(END);
        key
    }

    /// This key with a number as one more part; sorts as the number does.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.part(&format!("{number:016x}"))
    }

    /// A prefix for scans, not a key to store under: of all keys whose next part starts with `text`.
    #[must_use]
    pub fn starting(mut self, text: &str) -> Self {
        self.0.reserve(text.len() + 1);
        for byte in text.bytes() {
            match byte {
                END | ESCAPE => self.0.extend([ESCAPE, byte + 1]),
                _ => self.0.push(byte),
            }
        }
        self
    }

    /// Its space.
    pub fn space(&self) -> Space {
        let found = Space::ALL.into_iter().find(|space| *space as u8 == self.0[0]);
        found.expect("a key is made of a space, or read with one")
    }

    /// Its closed parts, as they were given.
    pub fn parts(&self) -> Vec<String> {
        let mut parts: Vec<_> = self.0[1..].split(|byte| *byte == END).map(unescape).collect();
        parts.pop();
        parts
    }

    /// Its last closed part.
    pub fn last(&self) -> Option<String> {
        self.parts().pop()
    }

    /// The number that [`number`](Self::number) wrote as the last part.
    pub fn last_number(&self) -> Option<u64> {
        u64::from_str_radix(&self.last()?, 16).ok()
    }

    /// The ordered bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key with these bytes; none if there is no such key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let space = bytes.first()?;
        Space::ALL.iter().any(|known| *known as u8 == *space).then(|| Self(bytes.to_vec()))
    }
}

fn unescape(part: &[u8]) -> String {
    let mut plain = Vec::with_capacity(part.len());
    let mut bytes = part.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            &ESCAPE => plain.extend(bytes.next().map(|escaped| escaped.wrapping_sub(1))),
            byte => plain.push(*byte),
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// `Storage/acme/deal-desk/plan%2Fwatch`, for messages; an open prefix ends in `…`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.space())?;
        for part in self.0[1..].split_inclusive(|byte| *byte == END) {
            let (part, open) = part.strip_suffix(&[END]).map_or((part, "…"), |part| (part, ""));
            write!(f, "/{}{open}", unescape(part).replace('/', "%2F").escape_debug())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Parts whose bytes are likely to be mistaken for the encoding's own.
    fn parts() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[\u{0}\u{1}\u{2}a-c/é\u{10ffff}]{0,4}", 0..4)
    }

    fn key(parts: &[String]) -> Key {
        parts.iter().fold(Key::new(Space::Storage), |key, part| key.part(part))
    }

    #[test]
    fn a_neighbour_with_a_longer_name_is_not_inside() {
        let a = Key::new(Space::Storage).part("a");
        for other in [Key::new(Space::Storage).part("ab"), Key::new(Space::Storage).part("a\0b").part("c")] {
            assert!(!other.as_bytes().starts_with(a.as_bytes()), "{other}");
        }
    }

    #[test]
    fn shows_its_parts_unambiguously() {
        let key = Key::new(Space::Storage).part("acme").part("plan/\n").starting("w");
        assert_eq!(key.to_string(), "Storage/acme/plan%2F\\n/w…");
    }

    #[test]
    fn every_space_reads_back() {
        for space in Space::ALL {
            assert_eq!(Key::from_bytes(Key::new(space).as_bytes()).map(|key| key.space()), Some(space));
        }
        assert_eq!(Key::from_bytes(&[0]), None);
        assert_eq!(Key::from_bytes(&[]), None);
    }

    proptest! {
        #[test]
        fn keys_sort_and_differ_as_their_parts_do(a in parts(), b in parts()) {
            prop_assert_eq!(key(&a).cmp(&key(&b)), a.cmp(&b));
        }

        #[test]
        fn parts_read_back(given in parts()) {
            prop_assert_eq!(key(&given).parts(), given);
        }

        #[test]
        fn a_key_is_inside_another_if_its_parts_begin_with_the_others(a in parts(), b in parts()) {
            prop_assert_eq!(key(&a).as_bytes().starts_with(key(&b).as_bytes()), a.starts_with(&b));
        }

        #[test]
        fn an_open_prefix_covers_what_starts_with_its_text(part in "[\u{0}\u{1}\u{2}ab]{0,4}", text in "[\u{0}\u{1}\u{2}ab]{0,3}") {
            let prefix = Key::new(Space::Storage).starting(&text);
            let key = Key::new(Space::Storage).part(&part);
            prop_assert_eq!(key.as_bytes().starts_with(prefix.as_bytes()), part.starts_with(&text));
        }

        #[test]
        fn numbers_sort_as_numbers(a: u64, b: u64) {
            let key = |n| Key::new(Space::Activity).number(n);
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
            prop_assert_eq!(key(a).last_number(), Some(a));
        }
    }
}
