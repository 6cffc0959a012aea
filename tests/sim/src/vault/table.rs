//! The records of all objects.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::objects;
use super::schema::{Field, Naming, Object};
use crate::{clock, ids};

/// A record. What is not in `fields` is null.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) fields: Map<String, Value>,
    created: (u64, String),
    modified: (u64, String),
}

/// The records of one object, in the order of creation.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) object: &'static Object,
    next: u64,
    rows: BTreeMap<u64, Row>,
    /// Ids of what was deleted, and when.
    pub(super) deleted: Vec<(String, u64)>,
}

/// All records.
#[derive(Debug)]
pub(super) struct Data(Vec<Table>);

impl Default for Data {
    fn default() -> Self {
        let table = |object| Table { object, next: 101, rows: BTreeMap::new(), deleted: Vec::new() };
        Self(objects::ALL.iter().map(table).collect())
    }
}

impl Data {
    pub(super) fn of(&self, object: &Object) -> &Table {
        // `named` finds objects of `ALL` only, and each has its table.
        let at = self.0.iter().position(|table| table.object.name == object.name);
        &self.0[at.unwrap_or_default()]
    }

    pub(super) fn of_mut(&mut self, object: &Object) -> &mut Table {
        let at = self.0.iter().position(|table| table.object.name == object.name);
        &mut self.0[at.unwrap_or_default()]
    }
}

impl Table {
    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.rows.values()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Row> {
        self.rows.get(&self.number(id)?)
    }

    /// The record with this value in a unique field.
    pub(super) fn with(&self, field: &Field, value: &Value) -> Option<&Row> {
        if field.name == "id" {
            return self.get(value.as_str()?);
        }
        self.rows().find(|row| row.fields.get(field.name) == Some(value))
    }

    /// Adds a record of valid fields; the answer is its id.
    pub(super) fn insert(&mut self, mut fields: Map<String, Value>, by: &str, now: u64) -> String {
        let number = self.next;
        self.next += 1;
        if let Naming::Counted(letters) = self.object.naming {
            fields.entry("name__v").or_insert_with(|| format!("{letters}{number:06}").into());
        }
        fields.entry("status__v").or_insert_with(|| Value::Array(vec!["active__v".into()]));
        fields.retain(|_, value| !value.is_null());
        let id = self.id(number);
        let moment = (now, by.to_owned());
        self.rows.insert(number, Row { id: id.clone(), fields, created: moment.clone(), modified: moment });
        id
    }

    /// Changes valid fields of a record, if it is there.
    pub(super) fn update(&mut self, id: &str, fields: Map<String, Value>, by: &str, now: u64) -> Option<()> {
        let number = self.number(id)?;
        let row = self.rows.get_mut(&number)?;
        row.fields.extend(fields);
        row.fields.retain(|_, value| !value.is_null());
        row.modified = (now, by.to_owned());
        Some(())
    }

    pub(super) fn delete(&mut self, id: &str, now: u64) -> Option<()> {
        self.rows.remove(&self.number(id)?)?;
        self.deleted.push((id.to_owned(), now));
        Some(())
    }

    pub(super) fn clear(&mut self) -> usize {
        std::mem::take(&mut self.rows).len()
    }

    fn id(&self, number: u64) -> String {
        match self.object.prefix {
            "" => (12_000 + number).to_string(),
            prefix => format!("{prefix}{number:012}"),
        }
    }

    fn number(&self, id: &str) -> Option<u64> {
        let number = match self.object.prefix {
            "" => id.parse::<u64>().ok()?.checked_sub(12_000)?,
            prefix => id.strip_prefix(prefix).filter(|rest| rest.len() == 12)?.parse().ok()?,
        };
        Some(number)
    }
}

impl Row {
    /// The value of a field as a client sees it.
    pub(super) fn value(&self, field: &Field) -> Value {
        match field.name {
            "id" => self.id.clone().into(),
            "created_date__v" => clock::graph_resource(self.created.0).into(),
            "created_by__v" => self.created.1.clone().into(),
            "modified_date__v" => clock::graph_resource(self.modified.0).into(),
            "modified_by__v" => self.modified.1.clone().into(),
            "global_id__sys" => global_id(&self.id).into(),
            name => self.fields.get(name).cloned().unwrap_or_default(),
        }
    }

    /// All fields.
    pub(super) fn shown(&self, object: &Object) -> Map<String, Value> {
        object.all_fields().map(|field| (field.name.to_owned(), self.value(field))).collect()
    }
}

pub(super) fn global_id(id: &str) -> String {
    format!("2001_{}", ids::hex_of(&format!("vault/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_counted_and_found_again() {
        let mut data = Data::default();
        let table = data.of_mut(&objects::CASE);
        let id = table.insert(Map::new(), "12101", 5);
        assert_eq!(id, "V0D000000000101");
        assert_eq!(table.get(&id).unwrap().fields["name__v"], "C-000101");
        assert!(table.get("V0E000000000101").is_none());
        assert!(table.get("101").is_none());
        table.delete(&id, 7);
        assert!(table.get(&id).is_none());
        assert_eq!(table.deleted, [(id, 7)]);
        assert_ne!(table.insert(Map::new(), "12101", 8), "V0D000000000101", "no id is given twice");
    }
}
