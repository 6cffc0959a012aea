//! A record, read with the labels that people see.

use serde_json::{Map, Value};
use tieline_sdk::Failure;

use super::Dataverse;
use super::metadata::Table;
use tieline_sdk::time;

const FORMATTED: &str = "@OData.Community.Display.V1.FormattedValue";
const LOOKUP: &str = "@Microsoft.Dynamics.CRM.lookuplogicalname";

/// A row of a table.
#[derive(Debug, Clone)]
pub struct Record {
    row: Map<String, Value>,
}

/// Who owns a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A user.
    Person(String),
    /// A team, whose members own it together.
    Team(String),
    /// The organisation: nobody in particular.
    Nobody,
}

impl Record {
    /// A row as it was answered.
    pub fn new(row: Map<String, Value>) -> Self {
        Self { row }
    }

    /// The value of a column as it is stored; null if it is empty.
    pub fn value(&self, table: &Table, attribute: &str) -> Value {
        self.row.get(&table.read_as(attribute)).cloned().unwrap_or(Value::Null)
    }

    /// The value of a column as people see it; none if it is empty.
    pub fn text(&self, table: &Table, attribute: &str) -> Option<String> {
        let name = table.read_as(attribute);
        let formatted = self.row.get(&format!("{name}{FORMATTED}")).and_then(Value::as_str);
        formatted.map(str::to_owned).or_else(|| plain(self.row.get(&name)?))
    }

    /// What people call the record.
    pub fn title(&self, table: &Table) -> String {
        let title = table.title.as_deref().and_then(|column| self.text(table, column));
        title
            .filter(|title| !title.trim().is_empty())
            .unwrap_or_else(|| format!("{} without a name", table.label))
    }

    /// Who owns it.
    pub fn owner(&self) -> Owner {
        let Some(id) = self.row.get("_ownerid_value").and_then(Value::as_str) else { return Owner::Nobody };
        let id = id.to_ascii_lowercase();
        match self.row.get(&format!("_ownerid_value{LOOKUP}")).and_then(Value::as_str) {
            Some("team") => Owner::Team(id),
            _ => Owner::Person(id),
        }
    }

    /// When it was changed last, in milliseconds since 1970; 0 if that is not known.
    pub fn changed_at(&self) -> u64 {
        self.row.get("modifiedon").and_then(Value::as_str).and_then(time::millis).unwrap_or_default()
    }

    /// The user in a lookup of users.
    pub fn user(&self, attribute: &str) -> Option<String> {
        let id = self.row.get(&format!("_{attribute}_value")).and_then(Value::as_str);
        id.map(str::to_ascii_lowercase)
    }
}

/// A value without a label.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(true) => Some("Yes".to_owned()),
        Value::Bool(false) => Some("No".to_owned()),
        other => Some(other.to_string()),
    }
}

impl Dataverse<'_> {
    /// A record with these columns, its name, its owner and who wrote it; none if it is not there.
    pub(crate) fn record(
        &self,
        table: &Table,
        id: &str,
        columns: &[&str],
    ) -> Result<Option<Record>, Failure> {
        let own = ["ownerid", "createdby", "modifiedby", "modifiedon"];
        let own = own.into_iter().filter(|column| table.attributes.contains_key(*column));
        let wanted = table.title.as_deref().into_iter().chain(own).chain(columns.iter().copied());
        let mut select: Vec<_> = wanted.map(|column| table.read_as(column)).collect();
        select.sort_unstable();
        select.dedup();
        let row: Option<Map<String, Value>> =
            self.find(&format!("{}({id})?$select={}", table.set, select.join(",")))?;
        Ok(row.map(Record::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_with_the_labels_that_people_see() {
        let table: Table = serde_json::from_str(
            r#"{"name":"incident","set":"incidents","id":"incidentid","title":"title","label":"Case",
                "is_virtual":false,"tells_updates":true,"is_activity":false,"tracks_changes":true,
                "attributes":{"title":{"kind":"String","label":"Title"},"prioritycode":{"kind":"Picklist","label":"Priority"},
                              "ownerid":{"kind":"Owner","label":"Owner"}}}"#,
        )
        .unwrap();
        let row = r#"{"title":"Broken","prioritycode":1,"prioritycode@OData.Community.Display.V1.FormattedValue":"High",
            "_ownerid_value":"AB","_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"team",
            "_ownerid_value@OData.Community.Display.V1.FormattedValue":"Tier 2"}"#;
        let record = Record::new(serde_json::from_str(row).unwrap());
        assert_eq!(record.title(&table), "Broken");
        assert_eq!(record.text(&table, "prioritycode").as_deref(), Some("High"));
        assert_eq!(record.value(&table, "prioritycode"), Value::from(1));
        assert_eq!(record.text(&table, "ownerid").as_deref(), Some("Tier 2"));
        assert_eq!(record.owner(), Owner::Team("ab".into()));
        assert_eq!(Record::new(Map::new()).title(&table), "Case without a name");
        assert_eq!(Record::new(Map::new()).owner(), Owner::Nobody);
    }
}
