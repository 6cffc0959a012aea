//! What a test may do to the organisation.

use serde_json::Value;

use super::schema::Kind;
use super::{RecordObserver, table::Record};
use crate::world::World;

impl World {
    /// All records of a type with all their fields, oldest first; `None` if there is no such type.
    pub fn salesforce_records(&self, kind: &str) -> Option<Vec<Value>> {
        let org = &self.salesforce;
        let kind = Kind::named(kind).ok()?;
        let table = org.table(kind);
        let whole = |record: &Record| {
            let value = |field| table.value(record, field, &org.user_id);
            let fields = kind.object().all_fields();
            Value::Object(fields.map(|field| (field.name.to_owned(), value(field))).collect())
        };
        Some(table.read(|rows| rows.live().map(whole).collect()))
    }

    /// Forgets all records of a type; the answer is how many there were.
    pub fn clear_salesforce_records(&self, kind: &str) -> Option<usize> {
        Some(self.salesforce.table(Kind::named(kind).ok()?).clear())
    }

    /// Calls `observer` for every record that a client creates, before the client is answered. It
    /// must be quick.
    pub fn observe_records(&self, observer: RecordObserver) {
        *self.salesforce.observer.write() = Some(observer);
    }

    /// Ends all Salesforce access tokens; the answer is how many there were.
    pub fn revoke_salesforce_tokens(&self) -> usize {
        self.salesforce.sessions.revoke_all()
    }

    /// Whether a refresh gives a new refresh token and ends the old one.
    pub fn set_salesforce_rotation(&self, on: bool) {
        self.salesforce.sessions.set_rotation(on);
    }

    /// How many API requests are used, and how many there are.
    pub fn set_salesforce_limits(&self, used: u64, max: u64) {
        self.salesforce.usage.set(used, max);
    }
}
