//! What a test may do to the vault.

use std::sync::atomic::Ordering;

use serde_json::{Map, Value};

use super::errors::Failure;
use super::limits::VaultLimits;
use super::people::State;
use super::schema::Object;
use super::{all, validate};
use crate::manifest::{Named, Person, VaultTenant};
use crate::world::World;

/// Why a change of a record makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadRecord(String);

impl From<Failure> for BadRecord {
    fn from(failure: Failure) -> Self {
        Self(format!("{}: {}", failure.kind, failure.message))
    }
}

impl World {
    /// All records of an object with all their fields, oldest first.
    pub fn vault_records(&self, object: &str) -> Result<Vec<Map<String, Value>>, BadRecord> {
        Ok(all(&self.vault.data.read(), Object::named(object)?))
    }

    /// Forgets all records of an object; the answer is how many there were.
    pub fn clear_vault_records(&self, object: &str) -> Result<usize, BadRecord> {
        Ok(self.vault.data.write().of_mut(Object::named(object)?).clear())
    }

    /// Makes a record as somebody in Vault would; `by` is a user's id, the integration user's unless it is given.
    pub fn make_vault_record(
        &self,
        object: &str,
        fields: Map<String, Value>,
        by: Option<&str>,
    ) -> Result<String, BadRecord> {
        let (object, mut data) = (Object::named(object)?, self.vault.data.write());
        let fields = validate::fields(&data, object, fields, None)?;
        let by = by.unwrap_or(&self.vault.user_id);
        Ok(data.of_mut(object).insert(fields, by, self.vault.now()))
    }

    /// Changes fields of a record as somebody in Vault would.
    pub fn change_vault_record(
        &self,
        object: &str,
        id: &str,
        fields: Map<String, Value>,
        by: Option<&str>,
    ) -> Result<(), BadRecord> {
        let (object, mut data) = (Object::named(object)?, self.vault.data.write());
        let fields = validate::fields(&data, object, fields, Some(id))?;
        let by = by.unwrap_or(&self.vault.user_id);
        let changed = data.of_mut(object).update(id, fields, by, self.vault.now());
        changed.ok_or_else(|| BadRecord(format!("there is no {} {id}", object.name)))
    }

    /// Deletes a record as somebody in Vault would.
    pub fn delete_vault_record(&self, object: &str, id: &str) -> Result<(), BadRecord> {
        let object = Object::named(object)?;
        let deleted = self.vault.data.write().of_mut(object).delete(id, self.vault.now());
        deleted.ok_or_else(|| BadRecord(format!("there is no {} {id}", object.name)))
    }

    /// What is the matter with the integration user from now on.
    pub fn set_vault_user(&self, state: State) {
        self.vault.people.set(state);
    }

    /// Refuses logins with this type and message, so many times or for ever; with none no more.
    pub fn refuse_vault_logins(&self, failure: Option<(String, String)>, times: Option<u32>) {
        let failure = failure.map(|(kind, message)| Failure::login(kind, message));
        self.vault.refusals.script(failure, times);
    }

    /// Ends all sessions; the answer is how many there were.
    pub fn end_vault_sessions(&self) -> usize {
        self.vault.sessions.end_all()
    }

    /// How many logins were let in.
    pub fn vault_logins(&self) -> u64 {
        self.vault.logins.load(Ordering::Relaxed)
    }

    /// Sets Vault's clock so far ahead, by which sessions end and limits count.
    pub fn set_vault_clock(&self, ahead_s: u64) {
        self.vault.ahead_ms.store(ahead_s.saturating_mul(1000), Ordering::Relaxed);
    }

    /// Sets the limits and forgets what was counted.
    pub fn set_vault_limits(&self, limits: VaultLimits) {
        self.vault.counts.set(limits);
    }
}

impl super::Vault {
    /// What the manifest says of it.
    pub(crate) fn tenant(&self) -> VaultTenant {
        let data = self.data.read();
        let list = |object: &str| Object::named(object).map(|object| all(&data, object)).unwrap_or_default();
        let text = |row: &Map<String, Value>, name: &str| {
            row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let person = |row: &Map<String, Value>| Person {
            id: text(row, "id"),
            name: text(row, "name__v"),
            email: text(row, "email__sys"),
        };
        let case = |row: &Map<String, Value>| Named { id: text(row, "id"), name: text(row, "title__v") };
        let cases: Vec<Named> = list("case__v").iter().map(case).collect();
        let settings = list("console_application_settings__v");
        VaultTenant {
            vault_id: super::seeded::VAULT_ID,
            username: self.username.clone(),
            password: self.password.clone(),
            user_id: self.user_id.clone(),
            // Without the integration user, who is the first.
            users: list("user__sys").iter().skip(1).map(person).collect(),
            case_id: cases.first().map(|case| case.id.clone()).unwrap_or_default(),
            case_title: cases.first().map(|case| case.name.clone()).unwrap_or_default(),
            cases,
            settings_id: settings.first().map(|row| text(row, "id")).unwrap_or_default(),
        }
    }
}
