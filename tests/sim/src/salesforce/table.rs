//! The records of one type.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;
use serde_json::{Map, Value};

use super::id;
use super::schema::{Field, Initial, Kind, Object};
use crate::clock;

/// A record. What is not in `fields` is null, a default, or follows from the rest.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) fields: Map<String, Value>,
    pub(super) created_ms: u64,
    pub(super) modified_ms: u64,
    pub(super) deleted: bool,
}

/// All records of a type, in the order of creation.
#[derive(Debug)]
pub(super) struct Table {
    kind: Kind,
    next: AtomicU64,
    rows: RwLock<Rows>,
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    by_number: BTreeMap<u64, Record>,
    /// External ids, in lower case because they are compared so, to the records that have them.
    by_external_id: HashMap<String, Vec<u64>>,
}

impl Table {
    pub(super) fn new(kind: Kind) -> Self {
        // A real organisation has had records before.
        Self { kind, next: AtomicU64::new(500_000), rows: RwLock::default() }
    }

    pub(super) fn object(&self) -> &'static Object {
        self.kind.object()
    }

    /// A new id, which no other record gets.
    pub(super) fn new_id(&self) -> String {
        id::make(self.object().prefix, self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Reads under the lock.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Rows) -> T) -> T {
        look(&self.rows.read())
    }

    /// Writes under the lock.
    pub(super) fn write<T>(&self, change: impl FnOnce(&mut Rows) -> T) -> T {
        change(&mut self.rows.write())
    }

    /// A record, even a deleted one.
    pub(super) fn get(&self, id: &str) -> Option<Record> {
        let number = self.number(id)?;
        self.rows.read().by_number.get(&number).cloned()
    }

    /// Whether there is such a record.
    pub(super) fn has(&self, id: &str) -> bool {
        let live = |number| self.rows.read().by_number.get(&number).is_some_and(|row| !row.deleted);
        self.number(id).is_some_and(live)
    }

    /// The number in an id of this type.
    pub(super) fn number(&self, id: &str) -> Option<u64> {
        id::number(id, self.object().prefix)
    }

    pub(super) fn clear(&self) -> usize {
        let mut rows = self.rows.write();
        let count = rows.by_number.len();
        *rows = Rows::default();
        count
    }

    /// The value of a field as a client sees it.
    pub(super) fn value(&self, record: &Record, field: &Field, current_user: &str) -> Value {
        match field.name {
            "Id" => record.id.clone().into(),
            "IsDeleted" => record.deleted.into(),
            "CreatedDate" => clock::salesforce(record.created_ms).into(),
            "LastModifiedDate" | "SystemModstamp" => clock::salesforce(record.modified_ms).into(),
            "CreatedById" | "LastModifiedById" => current_user.into(),
            name => {
                record.fields.get(name).cloned().unwrap_or_else(|| self.derived(record, field, current_user))
            }
        }
    }

    fn derived(&self, record: &Record, field: &Field, current_user: &str) -> Value {
        let text = |name: &str| record.fields.get(name).and_then(Value::as_str).unwrap_or_default();
        match (self.kind, field.name) {
            (Kind::Task, "IsClosed") => (text("Status") == "Completed").into(),
            (Kind::Task, "IsHighPriority") => (text("Priority") == "High").into(),
            (Kind::Opportunity, "IsClosed") => text("StageName").starts_with("Closed").into(),
            (Kind::Opportunity, "IsWon") => (text("StageName") == "Closed Won").into(),
            _ => match field.initial {
                Initial::Null => Value::Null,
                Initial::Text(text) => text.into(),
                Initial::Bool(bool) => bool.into(),
                Initial::CurrentUser => current_user.into(),
            },
        }
    }
}

impl Rows {
    /// Adds a record under its number, and forgets the oldest beyond `keep`.
    pub(super) fn insert(&mut self, number: u64, record: Record, keep: usize) {
        if keep == 0 {
            return;
        }
        if let Some(external) = external_id(&record) {
            self.by_external_id.entry(external).or_default().push(number);
        }
        self.by_number.insert(number, record);
        while self.by_number.len() > keep {
            let Some((oldest, record)) = self.by_number.pop_first() else { return };
            if let Some(external) = external_id(&record)
                && let Some(numbers) = self.by_external_id.get_mut(&external)
            {
                numbers.retain(|known| *known != oldest);
                if numbers.is_empty() {
                    self.by_external_id.remove(&external);
                }
            }
        }
    }

    /// Changes fields of a record, if it is there and not deleted.
    pub(super) fn update(&mut self, number: u64, fields: Map<String, Value>) -> Option<()> {
        let record = self.by_number.get_mut(&number).filter(|record| !record.deleted)?;
        let before = external_id(record);
        let stage = record.fields.get("StageName").cloned();
        record.fields.extend(fields);
        record.modified_ms = clock::now_ms();
        if record.fields.get("StageName") != stage.as_ref() {
            let now = clock::salesforce(record.modified_ms).into();
            record.fields.insert("LastStageChangeDate".to_owned(), now);
        }
        let after = external_id(record);
        if before != after {
            if let Some(numbers) = before.and_then(|id| self.by_external_id.get_mut(&id)) {
                numbers.retain(|known| *known != number);
            }
            if let Some(external) = after {
                self.by_external_id.entry(external).or_default().push(number);
            }
        }
        Some(())
    }

    pub(super) fn delete(&mut self, number: u64) -> Option<()> {
        let record = self.by_number.get_mut(&number).filter(|record| !record.deleted)?;
        record.deleted = true;
        record.modified_ms = clock::now_ms();
        Some(())
    }

    /// The records that are not deleted.
    pub(super) fn live(&self) -> impl Iterator<Item = &Record> {
        self.by_number.values().filter(|record| !record.deleted)
    }

    /// Those with this external id, without looking at all the others.
    pub(super) fn with_external_id(&self, value: &str) -> impl Iterator<Item = (u64, &Record)> {
        let numbers = self.by_external_id.get(&value.to_lowercase());
        numbers
            .into_iter()
            .flatten()
            .filter_map(|number| Some((*number, self.by_number.get(number)?)))
            .filter(|(_, record)| !record.deleted)
    }

    /// The record with this number.
    pub(super) fn numbered(&self, number: u64) -> Option<&Record> {
        self.by_number.get(&number).filter(|record| !record.deleted)
    }
}

/// Only Tasks have one.
fn external_id(record: &Record) -> Option<String> {
    Some(record.fields.get("Teams_Message_Id__c")?.as_str()?.to_lowercase())
}
