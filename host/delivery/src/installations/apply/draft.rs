//! All that a document changes, before it is committed.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};
use tieline_capabilities::Transaction;
use tieline_store::{Batch, Op, StoreError};
use tieline_types::{
    AlertReceiver, ConnectionKey, Event, InstallationKey, Problem, Secret,
    api::{Change, ChangeKind},
    difference::difference,
};

use crate::{
    HostError,
    installations::Installation,
    schedules::{self, Changes},
    webhooks::{self, WebhookError},
};

#[derive(Default)]
pub(super) struct Draft {
    /// Whether somebody only wants to know. Then nothing is asked of what is about to go, and no alert is raised.
    pub(super) only_told: bool,
    pub(super) changes: Vec<Change>,
    pub(super) batch: Batch,
    /// What is wrong with the document; with anything here nothing is committed.
    pub(super) problems: Vec<Problem>,
    /// Who is told of the tenant's alerts from now on.
    pub(super) receivers: Vec<AlertReceiver<Secret>>,
    pub(super) connections: Vec<ConnectionKey>,
    pub(super) ready: Vec<Installation>,
    pub(super) removed: Vec<InstallationKey>,
    /// Those whose storage is brought to the shape of another version.
    pub(super) migrated: BTreeSet<InstallationKey>,
    pub(super) timers: Changes,
    pub(super) webhooks: webhooks::Changes,
    /// Installations that were suspended and are so no more.
    pub(super) lifted: Vec<InstallationKey>,
    /// What migrations emit, in the order of the batch.
    pub(super) events: Vec<Arc<Event>>,
}

impl Draft {
    /// Notes what becomes of a thing, given its forms before and after; an absent one stands for no such thing.
    pub(super) fn note(
        &mut self,
        kind: &str,
        name: &str,
        (before, after): (Option<Value>, Option<Value>),
        details: Vec<String>,
    ) {
        let done = match (&before, &after) {
            (None, _) => ChangeKind::Created,
            (Some(_), None) => ChangeKind::Removed,
            (Some(before), Some(after)) if before == after && details.is_empty() => ChangeKind::Unchanged,
            (Some(_), Some(_)) => ChangeKind::Updated,
        };
        let nothing = || Value::Object(Map::new());
        let fields = difference(&before.unwrap_or_else(nothing), &after.unwrap_or_else(nothing));
        self.changes.push(Change { kind: kind.into(), name: name.into(), done, details, fields });
    }

    pub(super) fn write(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.batch.ops.extend(ops);
    }

    /// Adds changes together with what they rest on.
    pub(super) fn add(&mut self, batch: Batch) {
        self.batch.expect.extend(batch.expect);
        self.batch.ops.extend(batch.ops);
    }

    pub(super) fn set_timers(&mut self, changes: Result<Changes, StoreError>) -> Result<(), HostError> {
        let changes = changes.map_err(|error| HostError::store("reading an installation's timers", error))?;
        self.write(schedules::ops(&changes));
        self.timers.extend(changes);
        Ok(())
    }

    pub(super) fn set_webhooks(
        &mut self,
        changes: Result<webhooks::Changes, WebhookError>,
    ) -> Result<(), HostError> {
        let changes = changes?;
        self.write(changes.ops());
        self.webhooks.extend(changes);
        Ok(())
    }

    /// Adds what a migration wrote, and under which conditions it may.
    pub(super) fn migrate(&mut self, installation: &InstallationKey, transaction: Transaction) {
        self.migrated.insert(installation.clone());
        self.events.extend(transaction.events().cloned());
        self.timers.extend(transaction.timers().clone());
        self.batch = transaction.add_to(std::mem::take(&mut self.batch));
    }
}
