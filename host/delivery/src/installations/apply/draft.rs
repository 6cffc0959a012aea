//! All that a document changes, before it is committed.

use std::{collections::BTreeSet, sync::Arc};

use tieline_capabilities::Transaction;
use tieline_store::{Batch, Op, StoreError};
use tieline_types::{
    ConnectionKey, Event, InstallationKey, Problem,
    api::{Change, ChangeKind},
};

use crate::{
    HostError,
    installations::Installation,
    schedules::{self, Changes},
    webhooks::{self, WebhookError},
};

#[derive(Default)]
pub(super) struct Draft {
    pub(super) changes: Vec<Change>,
    pub(super) batch: Batch,
    /// What is wrong with the document; with anything here nothing is committed.
    pub(super) problems: Vec<Problem>,
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
    pub(super) fn note(&mut self, kind: &str, name: &str, done: ChangeKind) {
        self.note_details(kind, name, done, Vec::new());
    }

    pub(super) fn note_details(&mut self, kind: &str, name: &str, done: ChangeKind, details: Vec<String>) {
        self.changes.push(Change { kind: kind.into(), name: name.into(), done, details });
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
