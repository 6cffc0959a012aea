//! Tables: their columns, as the schema of a row says them.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The most columns of a table.
const COLUMNS: usize = 200;
/// Longest name of a table or a column.
const NAME: usize = 63;
/// What partitions are called in the paths of files.
const PARTITIONS: [&str; 3] = ["tenant", "installation", "day"];

/// A table as a connector plans it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTable {
    /// Its name within the installation.
    pub name: String,
    /// JSON Schema of a row.
    pub schema: String,
    /// The column whose day is a row's partition.
    pub partition_by: Option<String>,
    /// The columns that name what a row is about.
    pub key: Vec<String>,
    /// The column that says which rows of a key are the newest.
    pub version: Option<String>,
}

/// A table as the host understands it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Table {
    /// Its name within the installation.
    pub name: String,
    /// Its columns, in the order of the schema, later ones at the end.
    pub columns: Vec<Column>,
    /// The column whose day is a row's partition; none: the day on which it was appended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// The columns that name what a row is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// Of the rows of one key in one partition only those with the greatest value of this column count; none: all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Column {
    /// 1 to 63 of a-z, 0-9 and `_`, with a letter first.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether a row may have nothing there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ColumnType {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    DateTime,
}

impl ColumnType {
    pub(super) const ALL: [Self; 6] =
        [Self::Text, Self::Integer, Self::Number, Self::Boolean, Self::Date, Self::DateTime];

    /// For messages.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a day (2026-11-22)",
            Self::DateTime => "a time (RFC 3339)",
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "date-time",
        })
    }
}

impl Table {
    /// Reads what a connector plans.
    ///
    /// # Errors
    /// Everything that is wrong with it, in words.
    pub fn of(planned: PlannedTable) -> Result<Self, Vec<String>> {
        let PlannedTable { name, schema, partition_by, key, version } = planned;
        let mut faults = Vec::new();
        if !is_name(&name) {
            faults.push(format!("its name is not 1 to {NAME} of a-z, 0-9 and `_` with a letter first"));
        }
        let columns = columns(&schema).unwrap_or_else(|wrong| {
            faults.extend(wrong);
            Vec::new()
        });
        let table = Self { name, columns, partition_by, key, version };
        // What the columns are is not known where the schema is wrong.
        if faults.is_empty() {
            faults.extend(table.role_faults());
        }
        if faults.is_empty() { Ok(table) } else { Err(faults) }
    }

    /// Its column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Where the column stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    fn role_faults(&self) -> Vec<String> {
        use ColumnType::{Date, DateTime, Integer};
        let mut faults = Vec::new();
        let mut role = |what: &str, name: &str, kinds: &[ColumnType]| match self.column(name) {
            None => faults.push(format!("it has no column `{name}`, which is {what}")),
            Some(column) if column.nullable => faults.push(format!("`{name}`, {what}, is not required")),
            Some(column) if !kinds.is_empty() && !kinds.contains(&column.kind) => {
                faults.push(format!("`{name}`, {what}, is of the type {}", column.kind));
            }
            Some(_) => {}
        };
        if let Some(name) = &self.partition_by {
            role("the column to partition by", name, &[Date, DateTime]);
        }
        for name in &self.key {
            role("a column of the key", name, &[]);
        }
        if let Some(name) = &self.version {
            role("the version", name, &[Integer, DateTime]);
        }
        if self.version.is_some() && self.key.is_empty() {
            faults.push("it has a version and no key".into());
        }
        if self.key.iter().collect::<BTreeSet<_>>().len() < self.key.len() {
            faults.push("a column stands twice in its key".into());
        }
        faults
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=NAME).contains(&name.len()) && name.bytes().all(allowed) && name.as_bytes()[0].is_ascii_lowercase()
}

/// The columns that a JSON Schema describes: an object of plain values. Of each property `type` and `format` count,
/// and whether it is required; what else the schema says is for people.
fn columns(schema: &str) -> Result<Vec<Column>, Vec<String>> {
    let schema: Value =
        serde_json::from_str(schema).map_err(|error| vec![format!("its schema is not JSON: {error}")])?;
    let properties = schema["properties"].as_object();
    let Some(properties) = properties.filter(|found| !found.is_empty() && schema["type"] == "object") else {
        return Err(vec!["its schema is not that of an object with properties".into()]);
    };
    if properties.len() > COLUMNS {
        return Err(vec![format!("it has {} columns; the limit is {COLUMNS}", properties.len())]);
    }
    let required: BTreeSet<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut faults: Vec<String> = required
        .iter()
        .filter(|name| !properties.contains_key(**name))
        .map(|name| format!("`{}` is required and no property", shown(name)))
        .collect();
    let mut columns = Vec::new();
    for (name, property) in properties {
        match kind(property) {
            _ if !is_name(name) => faults.push(format!(
                "the column `{}` is not called 1 to {NAME} of a-z, 0-9 and `_` with a letter first",
                shown(name)
            )),
            _ if PARTITIONS.contains(&name.as_str()) => {
                faults.push(format!("a column cannot be called `{name}`: partitions are"));
            }
            None => faults.push(format!(
                "the column `{name}` is not a string, integer, number or boolean, or one of them and null"
            )),
            Some((kind, null)) => {
                let nullable = null || !required.contains(name.as_str());
                columns.push(Column { name: name.clone(), kind, nullable });
            }
        }
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

/// What a property's values are, and whether null is among them.
fn kind(property: &Value) -> Option<(ColumnType, bool)> {
    let types: Vec<&str> = match &property["type"] {
        Value::String(one) => vec![one],
        Value::Array(some) => some.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    let null = types.contains(&"null");
    let mut others = types.into_iter().filter(|kind| *kind != "null");
    let kind = match (others.next()?, others.next()) {
        ("string", None) => match property["format"].as_str() {
            Some("date-time") => ColumnType::DateTime,
            Some("date") => ColumnType::Date,
            _ => ColumnType::Text,
        },
        ("integer", None) => ColumnType::Integer,
        ("number", None) => ColumnType::Number,
        ("boolean", None) => ColumnType::Boolean,
        _ => return None,
    };
    Some((kind, null))
}

fn shown(name: &str) -> String {
    name.chars().take(80).collect::<String>().escape_debug().to_string()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    pub(in crate::dataset) fn planned(schema: Value) -> PlannedTable {
        PlannedTable {
            name: "calls".into(),
            schema: schema.to_string(),
            partition_by: Some("started".into()),
            key: vec!["call_id".into()],
            version: Some("version".into()),
        }
    }

    pub(in crate::dataset) fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "call_id": { "type": "string" },
                "version": { "type": "integer" },
                "started": { "type": "string", "format": "date-time" },
                "jitter_ms": { "type": ["number", "null"] },
                "failed": { "type": "boolean" },
            },
            "required": ["call_id", "version", "started", "jitter_ms"],
        })
    }

    pub(in crate::dataset) fn calls() -> Table {
        Table::of(planned(schema())).unwrap()
    }

    fn faults(change: impl FnOnce(&mut PlannedTable, &mut Value)) -> Vec<String> {
        let (mut schema, mut table) = (schema(), planned(Value::Null));
        change(&mut table, &mut schema);
        table.schema = schema.to_string();
        Table::of(table).err().unwrap_or_default()
    }

    #[test]
    fn columns_are_what_the_schema_says() {
        let types: Vec<_> = calls().columns.iter().map(|c| (c.kind.to_string(), c.nullable)).collect();
        let expected =
            [("text", false), ("integer", false), ("date-time", false), ("number", true), ("boolean", true)];
        assert_eq!(types, expected.map(|(kind, null)| (kind.to_owned(), null)));
    }

    #[test]
    fn refuses_what_it_could_not_keep_and_says_why() {
        type Change = fn(&mut PlannedTable, &mut Value);
        let cases: [(&str, Change); 13] = [
            ("its name", |table, _| table.name = "../x".into()),
            ("its name", |table, _| table.name = String::new()),
            ("not that of an object", |_, schema| *schema = json!({ "type": "array" })),
            ("`jitter_ms` is not a string", |_, schema| {
                schema["properties"]["jitter_ms"] = json!({ "type": "object" })
            }),
            ("`failed` is not a string", |_, schema| {
                schema["properties"]["failed"] = json!({ "type": ["string", "boolean"] })
            }),
            ("called 1 to 63", |_, schema| schema["properties"]["Call Id"] = json!({ "type": "string" })),
            ("partitions are", |_, schema| schema["properties"]["day"] = json!({ "type": "string" })),
            ("required and no property", |_, schema| schema["required"] = json!(["gone"])),
            ("no column `ended`", |table, _| table.partition_by = Some("ended".into())),
            ("of the type text", |table, _| table.partition_by = Some("call_id".into())),
            ("is not required", |table, _| table.key = vec!["failed".into()]),
            ("the version, is of the type text", |table, _| table.version = Some("call_id".into())),
            ("a version and no key", |table, _| table.key.clear()),
        ];
        for (words, change) in cases {
            let faults = faults(change);
            assert!(faults.iter().any(|fault| fault.contains(words)), "{words}: {faults:?}");
        }
        assert!(faults(|_, _| {}).is_empty());
    }
}
