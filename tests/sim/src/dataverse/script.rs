//! What a test may do to the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::errors::ApiError;
use super::hooks::{self, BadHook, HookAttempt, NewHook};
use super::options::Prefer;
use super::protection::Protection;
use super::roles::{self, Depth};
use super::rows::{Cell, Cells};
use super::schema::{self, Table};
use super::write::{self, Writer};
use super::{Data, payload, seeded, shown};
use crate::ids;
use crate::world::World;

/// Why a change of a row makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadChange {
    /// There is no such table.
    #[error("there is no table {0}")]
    Table(String),
    /// There is no such user, team or role.
    #[error("there is no {0} {1}")]
    Nobody(&'static str, String),
    /// There is no such privilege.
    #[error("there is no privilege {0}")]
    Privilege(String),
    /// The environment refuses it.
    #[error("{0}")]
    Refused(String),
}

impl From<ApiError> for BadChange {
    fn from(error: ApiError) -> Self {
        Self::Refused(error.message)
    }
}

/// What is the matter with the application user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserState {
    /// Nothing.
    Enabled,
    /// It is disabled.
    Disabled,
    /// There is none.
    Absent,
}

fn table(name: &str) -> Result<&'static Table, BadChange> {
    let found = schema::named(name).or_else(|| schema::of_set(name));
    found.ok_or_else(|| BadChange::Table(name.to_owned()))
}

impl World {
    /// All rows of a table with all their columns and annotations, oldest first.
    pub fn dataverse_rows(&self, name: &str) -> Result<Vec<Value>, BadChange> {
        let table = table(name)?;
        let data = self.dataverse.data.read();
        let columns = shown::selected(table, None)?;
        let all = Prefer { annotations: vec!["*".to_owned()], ..Prefer::default() };
        let whole = |row| Value::Object(shown::shown(&data.rows, table, row, &columns, &all));
        Ok(data.rows.all(table.name).map(whole).collect())
    }

    /// Somebody makes a row, as with an app of the environment: webhooks hear of it. The answer is its id.
    pub fn dataverse_create(
        &self,
        name: &str,
        by: &str,
        fields: &Map<String, Value>,
    ) -> Result<String, BadChange> {
        self.dataverse_write(by, 1, |data, writer| {
            let table = table(name)?;
            let changes = payload::changes(&data.rows, table, fields)?;
            Ok(write::create(&self.dataverse, data, writer, table, None, changes)?)
        })
    }

    /// Somebody changes a row, `depth` writes after the one that led to it.
    pub fn dataverse_update(
        &self,
        name: &str,
        id: &str,
        by: &str,
        depth: u32,
        fields: &Map<String, Value>,
    ) -> Result<(), BadChange> {
        self.dataverse_write(by, depth, |data, writer| {
            let table = table(name)?;
            let changes = payload::changes(&data.rows, table, fields)?;
            Ok(write::update(&self.dataverse, data, writer, table, id, changes)?)
        })
    }

    /// Somebody deletes a row.
    pub fn dataverse_delete(&self, name: &str, id: &str, by: &str) -> Result<(), BadChange> {
        self.dataverse_write(by, 1, |data, writer| {
            Ok(write::delete(&self.dataverse, data, writer, table(name)?, id)?)
        })
    }

    fn dataverse_write<T>(
        &self,
        by: &str,
        depth: u32,
        change: impl FnOnce(&mut Data, &Writer) -> Result<T, BadChange>,
    ) -> Result<T, BadChange> {
        let _with_others = self.dataverse.alone.read();
        let made = {
            let data = &mut *self.dataverse.data.write();
            let user = user(data, by)?;
            change(data, &Writer { user, delegate: None, depth })
        };
        self.dataverse.send();
        made
    }

    /// Forgets all rows of a table, without a trace; the answer is how many there were.
    pub fn clear_dataverse_rows(&self, name: &str) -> Result<usize, BadChange> {
        Ok(self.dataverse.data.write().rows.clear(table(name)?.name))
    }

    /// Gives a user these roles, and no others.
    pub fn set_dataverse_roles(&self, user_id: &str, names: &[String]) -> Result<(), BadChange> {
        let data = &mut *self.dataverse.data.write();
        let user = user(data, user_id)?;
        let table = table("systemuserroles")?;
        for name in names {
            if data.rows.get("role", &seeded::role_id(name)).is_none() {
                return Err(BadChange::Nobody("role", name.clone()));
            }
        }
        let old: Vec<String> =
            data.rows.with(table.name, "systemuserid", &user).map(|row| row.id.clone()).collect();
        for id in old {
            data.rows.delete(table, &id);
        }
        for name in names {
            let plain = |text: &str| Cell::Plain(text.into());
            let cells =
                Cells::from([("systemuserid", plain(&user)), ("roleid", plain(&seeded::role_id(name)))]);
            data.rows.insert(table, ids::fresh_guid(), cells);
        }
        Ok(())
    }

    /// Changes how far privileges of a role reach; `None` takes one away.
    pub fn set_dataverse_privileges(
        &self,
        role: &str,
        privileges: &BTreeMap<String, Option<Depth>>,
    ) -> Result<(), BadChange> {
        let known: BTreeSet<String> = roles::all();
        if let Some(name) = privileges.keys().find(|name| !known.contains(*name)) {
            return Err(BadChange::Privilege(name.clone()));
        }
        let data = &mut *self.dataverse.data.write();
        let granted = data.grants.get_mut(&seeded::role_id(role));
        let granted = granted.ok_or_else(|| BadChange::Nobody("role", role.to_owned()))?;
        for (name, depth) in privileges {
            match depth {
                Some(depth) => granted.insert(name.clone(), *depth),
                None => granted.remove(name),
            };
        }
        Ok(())
    }

    /// Disables or removes the application user, or makes it usable again.
    pub fn set_dataverse_application_user(&self, state: UserState) {
        let data = &mut *self.dataverse.data.write();
        let Some(table) = schema::named("systemuser") else { return };
        let object_id = match state {
            UserState::Absent => None,
            _ => Some(Cell::Plain(self.entra.service_principal.clone().into())),
        };
        let disabled = Cell::Plain((state == UserState::Disabled).into());
        let changes = [("isdisabled", Some(disabled)), ("azureactivedirectoryobjectid", object_id)].into();
        data.rows.update(table, &self.dataverse.application_user_id, changes);
    }

    /// Lets every token of changes that was given expire.
    pub fn expire_dataverse_delta_tokens(&self) {
        let data = &mut *self.dataverse.data.write();
        self.dataverse.expired.store(data.rows.version, Ordering::SeqCst);
        // So that the next token is a newer one.
        data.rows.version += 1;
    }

    /// Sets the limits of service protection and forgets what was counted.
    pub fn set_dataverse_protection(&self, limits: Protection) {
        self.dataverse.protection.set(limits);
    }

    /// Registers a webhook; the answer is the id of its step.
    pub fn register_dataverse_hook(&self, hook: &NewHook) -> Result<String, BadHook> {
        hooks::register(&mut self.dataverse.data.write(), hook)
    }

    /// The attempts to deliver webhooks, oldest first.
    pub fn dataverse_deliveries(&self) -> Vec<HookAttempt> {
        self.dataverse.courier.log()
    }

    /// Holds back webhooks from now on.
    pub fn hold_dataverse_hooks(&self) {
        self.dataverse.courier.hold();
    }

    /// Lets go of webhooks that are held back, in their order or the other way round; the answer is how many.
    pub fn release_dataverse_hooks(&self, reversed: bool) -> usize {
        self.dataverse.courier.let_go(reversed)
    }

    /// Delivers what was told of an operation once more; says whether there was one.
    pub fn repeat_dataverse_hook(&self, operation: u64) -> bool {
        self.dataverse.courier.again(operation)
    }

    pub(crate) fn stop_dataverse_hooks(&self) {
        self.dataverse.courier.stop();
    }
}

/// A user by id, Entra object id or address.
fn user(data: &Data, name: &str) -> Result<String, BadChange> {
    let is = |column| data.rows.with("systemuser", column, name).next();
    let found = data
        .rows
        .get("systemuser", name)
        .or_else(|| is("azureactivedirectoryobjectid"))
        .or_else(|| is("internalemailaddress"));
    found.map(|row| row.id.clone()).ok_or_else(|| BadChange::Nobody("user", name.to_owned()))
}
