//! What each user may do with each record ("UserRecordAccess"): everything, unless a test says otherwise.

use std::collections::HashMap;

use parking_lot::Mutex;
use serde_json::{Map, json};

use super::Org;
use super::records::new_record;
use super::schema::Kind;
use super::table::Table;

/// What somebody may not do, by user and record.
#[derive(Debug, Default)]
pub(super) struct Denied(Mutex<HashMap<(String, String), Access>>);

/// What somebody may do with a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) read: bool,
    pub(super) edit: bool,
}

impl Denied {
    pub(super) fn set(&self, user: &str, record: &str, access: Access) {
        self.0.lock().insert((short(user), short(record)), access);
    }

    fn of(&self, user: &str, record: &str) -> Access {
        let found = self.0.lock().get(&(short(user), short(record))).copied();
        found.unwrap_or(Access { read: true, edit: true })
    }
}

fn short(id: &str) -> String {
    id.chars().take(15).collect()
}

/// A table with a row for every user and record.
pub(super) fn table(org: &Org) -> Table {
    let table = Table::new(Kind::UserRecordAccess);
    let ids = |kind| org.table(kind).read(|rows| rows.live().map(|row| row.id.clone()).collect::<Vec<_>>());
    let records = [ids(Kind::Account), ids(Kind::Opportunity)].concat();
    for user in ids(Kind::User) {
        for record in &records {
            let access = org.access.of(&user, record);
            let fields = json!({
                "UserId": user, "RecordId": record,
                "HasReadAccess": access.read, "HasEditAccess": access.edit,
            });
            let id = table.new_id();
            if let Some(number) = table.number(&id) {
                let fields = fields.as_object().cloned().unwrap_or_else(Map::new);
                table.write(|rows| rows.insert(number, new_record(&id, fields), usize::MAX));
            }
        }
    }
    table
}
