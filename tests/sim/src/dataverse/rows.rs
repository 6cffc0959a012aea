//! The rows of all tables, under one version counter, as change tracking needs it.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::schema::Table;

/// What is in a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// As the Web API writes it. Never null: what is null is not there.
    Plain(Value),
    /// Another row.
    Link {
        /// Its table.
        table: &'static str,
        /// Its id.
        id: String,
    },
}

/// Columns by name.
pub(super) type Cells = BTreeMap<&'static str, Cell>;

/// What a write says of columns: `None` empties one.
pub(super) type Changes = BTreeMap<&'static str, Option<Cell>>;

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its id, in lower case.
    pub(super) id: String,
    pub(super) cells: Cells,
    /// Counts over the whole organisation.
    pub(super) version: u64,
}

impl Row {
    /// A plain value; null where there is none.
    pub(super) fn plain(&self, column: &str) -> &Value {
        match self.cells.get(column) {
            Some(Cell::Plain(value)) => value,
            _ => &Value::Null,
        }
    }

    pub(super) fn text(&self, column: &str) -> &str {
        self.plain(column).as_str().unwrap_or_default()
    }

    /// The row that a look-up leads to.
    pub(super) fn link(&self, column: &str) -> Option<(&'static str, &str)> {
        match self.cells.get(column) {
            Some(Cell::Link { table, id }) => Some((table, id)),
            _ => None,
        }
    }

    pub(super) fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }
}

/// A row that was deleted.
#[derive(Clone, Debug)]
pub(super) struct Gone {
    pub(super) id: String,
    pub(super) version: u64,
}

#[derive(Clone, Debug, Default)]
struct Content {
    next: u64,
    /// In the order of creation.
    rows: BTreeMap<u64, Row>,
    numbers: HashMap<String, u64>,
    gone: Vec<Gone>,
}

/// All rows.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// The version of the last change.
    pub(super) version: u64,
    tables: HashMap<&'static str, Content>,
}

impl Rows {
    pub(super) fn new() -> Self {
        // A real organisation has had rows before.
        Self { version: 915_000, tables: HashMap::new() }
    }

    /// All rows of a table, the oldest first.
    pub(super) fn all(&self, table: &str) -> impl Iterator<Item = &Row> {
        self.tables.get(table).into_iter().flat_map(|content| content.rows.values())
    }

    pub(super) fn get(&self, table: &str, id: &str) -> Option<&Row> {
        let content = self.tables.get(table)?;
        content.rows.get(content.numbers.get(&id.to_ascii_lowercase())?)
    }

    /// The rows of a table that were deleted, the earliest first.
    pub(super) fn gone(&self, table: &str) -> &[Gone] {
        self.tables.get(table).map_or(&[], |content| &content.gone)
    }

    /// The rows whose column has this text.
    pub(super) fn with<'a>(
        &'a self,
        table: &str,
        column: &'a str,
        value: &'a str,
    ) -> impl Iterator<Item = &'a Row> {
        self.all(table).filter(move |row| row.text(column).eq_ignore_ascii_case(value))
    }

    /// Adds a row; one with this id must not be there.
    pub(super) fn insert(&mut self, table: &'static Table, id: String, cells: Cells) -> &Row {
        self.version += 1;
        let content = self.tables.entry(table.name).or_default();
        let number = content.next;
        content.next += 1;
        content.numbers.insert(id.clone(), number);
        let row = Row { id, cells, version: self.version };
        content.rows.entry(number).or_insert(row)
    }

    /// Changes a row.
    pub(super) fn update(&mut self, table: &'static Table, id: &str, changes: Changes) -> Option<&Row> {
        let content = self.tables.get_mut(table.name)?;
        let row = content.rows.get_mut(content.numbers.get(id)?)?;
        self.version += 1;
        row.version = self.version;
        for (column, cell) in changes {
            match cell {
                Some(cell) => row.cells.insert(column, cell),
                None => row.cells.remove(column),
            };
        }
        Some(row)
    }

    /// Gives a row other content.
    pub(super) fn replace(&mut self, table: &'static Table, id: &str, cells: Cells) -> Option<&Row> {
        self.update(table, id, Changes::new())?;
        let content = self.tables.get_mut(table.name)?;
        let row = content.rows.get_mut(content.numbers.get(id)?)?;
        row.cells = cells;
        Some(row)
    }

    pub(super) fn delete(&mut self, table: &'static Table, id: &str) -> Option<Row> {
        let content = self.tables.get_mut(table.name)?;
        let row = content.rows.remove(&content.numbers.remove(id)?)?;
        self.version += 1;
        content.gone.push(Gone { id: row.id.clone(), version: self.version });
        Some(row)
    }

    /// Forgets a table's rows, without a trace; the answer is how many there were.
    pub(super) fn clear(&mut self, table: &str) -> usize {
        self.tables.remove(table).map_or(0, |content| content.rows.len())
    }
}

/// Whether a text is an id.
pub(super) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    #[test]
    fn versions_count_over_all_tables_and_deletions_are_remembered() {
        let (account, contact) = (schema::named("account").unwrap(), schema::named("contact").unwrap());
        let mut rows = Rows::new();
        let first = rows.insert(account, "a".into(), Cells::new()).version;
        let second = rows.insert(contact, "b".into(), Cells::new()).version;
        assert_eq!(second, first + 1);
        let name = Changes::from([("name", Some(Cell::Plain("x".into())))]);
        assert_eq!(rows.update(account, "a", name).unwrap().version, first + 2);
        assert_eq!(rows.get("account", "A").unwrap().text("name"), "x");
        assert!(rows.update(account, "b", Changes::new()).is_none());
        assert!(rows.delete(account, "a").is_some());
        assert_eq!((rows.gone("account")[0].id.as_str(), rows.gone("account")[0].version), ("a", first + 3));
        assert_eq!(rows.all("account").count(), 0);
    }

    #[test]
    fn ids_are_told_from_texts() {
        assert!(is_guid("60c4e274-0d87-e711-80e5-00155db19e6d"));
        assert!(!is_guid("60c4e274-0d87-e711-80e5-00155db19e6") && !is_guid("accountnumber='x'"));
    }
}
