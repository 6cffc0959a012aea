//! A record that was deleted: its chats are connected to nothing any more.

use tieline_sdk::{Failure, log};

use super::told;
use crate::connect::link;
use crate::dataverse::Dataverse;
use crate::settings::Config;
use crate::timeline;

/// Removes the mapping, unless the record is there after all.
pub(crate) fn forget(config: &Config, table: &str, record: &str) -> Result<(), Failure> {
    let dataverse = Dataverse { version: &config.api_version };
    if let Some(definition) = dataverse.table(table)? {
        if dataverse.record(&definition, record, &[])?.is_some() {
            return Ok(());
        }
    }
    for link in link::of_record(table, record)? {
        let row = format!("msdyn_teamschatassociations({})", link.association);
        dataverse.delete(&row, format!("association:{}", link.association))?;
        timeline::unlink(&link)?;
        log::info(
            "a chat is disconnected from a deleted record",
            [("record", record), ("place", link.place.id())],
        );
    }
    told::forget(table, record)
}
