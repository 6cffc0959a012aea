//! The setting, where the vault keeps it.

use serde::Deserialize;
use tieline_sdk::{Failure, Problem};

use super::Mode;
use crate::vault::{Vault, objects, vql};

/// The record that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) record: String,
    pub(crate) mode: Mode,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    /// Vault writes a picklist as a list of names. None chosen: null.
    #[serde(default, rename = "microsoft_integration__v")]
    chosen: Option<Vec<String>>,
}

/// Reads it.
pub(crate) fn read(vault: &Vault<'_>) -> Result<Setting, Failure> {
    let rows: Vec<Row> = vault.query(&format!(
        "SELECT id, {} FROM {} WHERE name__v = {}",
        objects::INTEGRATION,
        objects::SETTINGS,
        vql::quoted(objects::DEFAULT)
    ))?;
    let row = rows.into_iter().next().ok_or_else(|| {
        let message = format!("the vault has no record {} of {}", objects::DEFAULT, objects::SETTINGS);
        Failure::permanent(
            Problem::new("vault.no-settings", message).remedy("configure the Service Center first"),
        )
    })?;
    let chosen = row.chosen.unwrap_or_default();
    let mode = chosen.first().map_or(Some(Mode::None), |name| Mode::named(name)).ok_or_else(|| {
        let message = format!(
            "the vault's Microsoft Integration is {}, which this connector does not know",
            chosen.join(", ")
        );
        Failure::permanent(Problem::new("vault.unknown-integration", message).remedy("upgrade the connector"))
    })?;
    Ok(Setting { record: row.id, mode })
}
