//! Definitions of tables, asked for once an hour: they change seldom, and every update needs them.

use serde::Deserialize;
use tieline_sdk::{Failure, storage};

use super::ids::quoted;
use super::metadata::{Column, Definition, Table};
use super::{Dataverse, List};

/// An administrator who adds a field need not wait for long.
const REMEMBERED: u64 = 3_600_000;

#[derive(Deserialize)]
struct Filter {}

impl Dataverse<'_> {
    /// The definition of a table; none if there is no such table.
    pub(crate) fn table(&self, name: &str) -> Result<Option<Table>, Failure> {
        let key = format!("table/{name}");
        if let Some(table) = storage::get_json(&key)? {
            return Ok(Some(table));
        }
        let entity = format!("EntityDefinitions(LogicalName={})", quoted(name));
        let select = Definition::SELECT;
        let Some(definition) = self.find::<Definition>(&format!("{entity}?$select={select}"))? else {
            return Ok(None);
        };
        let columns: List<Column> = self.get(&format!("{entity}/Attributes?$select={}", Column::SELECT))?;
        let filters: List<Filter> = self.get(&format!(
            "sdkmessagefilters?$select=sdkmessagefilterid&$filter=primaryobjecttypecode%20eq%20{}%20and%20\
             sdkmessageid%2Fname%20eq%20%27Update%27",
            quoted(name)
        ))?;
        let table = definition.with(columns.value, !filters.value.is_empty());
        remember(&key, &table, REMEMBERED)?;
        Ok(Some(table))
    }
}

/// Keeps what was found, where something may be kept: a view and a check write nothing.
pub(crate) fn remember(key: &str, value: &impl serde::Serialize, ttl: u64) -> Result<(), Failure> {
    match storage::put_json(key, value, Some(ttl)) {
        Err(failure) if failure.problem().code == "storage.read-only" => Ok(()),
        kept => kept,
    }
}
