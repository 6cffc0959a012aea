//! Rows as connectors give them.

use serde_json::{Map, Value};

use super::{Cell, Day, Table};

/// Why a row is not taken, in words for whoever wrote the connector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRow(String);

impl Table {
    /// The day and the values of a row, in the order of the columns. A row of a table without a column to partition by
    /// belongs to `today`.
    ///
    /// # Errors
    /// When it is no JSON object, or one with an unknown column, a value of another type, or nothing where something
    /// is required.
    pub fn row(&self, json: &str, today: Day) -> Result<(Day, Vec<Cell<'static>>), InvalidRow> {
        let row: Map<String, Value> = serde_json::from_str(json)
            .map_err(|error| InvalidRow(format!("it is no JSON object: {error}")))?;
        let mut known = 0;
        let mut cells = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let value = row.get(&column.name);
            known += usize::from(value.is_some());
            let value = value.unwrap_or(&Value::Null);
            let cell = Cell::of(value, column.kind).ok_or_else(|| {
                InvalidRow(format!("`{}` is {}, not {}", column.name, kind_of(value), column.kind.words()))
            })?;
            if cell == Cell::Null && !column.nullable {
                return Err(InvalidRow(format!("`{}` is required", column.name)));
            }
            cells.push(cell);
        }
        if known < row.len() {
            let unknown = row.keys().find(|name| self.column(name).is_none()).cloned().unwrap_or_default();
            let shown: String = unknown.chars().take(80).collect();
            return Err(InvalidRow(format!("there is no column `{}`", shown.escape_debug())));
        }
        let day = match self.partition_by.as_deref().and_then(|name| self.position(name)) {
            Some(place) => cells[place].day().unwrap_or(today),
            None => today,
        };
        Ok((day, cells))
    }
}

fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "true or false".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("`{}`", text.chars().take(40).collect::<String>().escape_debug()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::table::tests::calls;

    fn today() -> Day {
        "2026-11-22".parse().unwrap()
    }

    fn refused(row: &str) -> String {
        calls().row(row, today()).unwrap_err().to_string()
    }

    #[test]
    fn a_row_says_its_day() {
        let (day, cells) = calls()
            .row(r#"{"call_id":"a","version":2,"started":"2026-01-02T03:04:05Z","jitter_ms":1.5}"#, today())
            .unwrap();
        assert_eq!(day.to_string(), "2026-01-02");
        assert_eq!(cells[0], Cell::Text("a".into()));
        assert_eq!(cells[4], Cell::Null);
        let mut table = calls();
        table.partition_by = None;
        let row = r#"{"call_id":"a","version":2,"started":"2026-01-02T03:04:05Z"}"#;
        assert_eq!(table.row(row, today()).unwrap().0, today());
    }

    #[test]
    fn refuses_what_does_not_fit_and_says_where() {
        assert!(refused("[]").contains("no JSON object"));
        assert!(
            refused(r#"{"version":1,"started":"2026-01-02T03:04:05Z"}"#).contains("`call_id` is required")
        );
        let good = r#""call_id":"a","started":"2026-01-02T03:04:05Z""#;
        assert!(
            refused(&format!("{{{good},\"version\":\"2\"}}"))
                .contains("`version` is `2`, not a whole number")
        );
        assert!(refused(&format!("{{{good},\"version\":1,\"jiter\":2}}")).contains("no column `jiter`"));
        assert!(refused(&format!("{{{good},\"version\":null}}")).contains("`version` is required"));
    }
}
