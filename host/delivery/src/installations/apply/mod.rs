//! Applying a tenant document: judge everything first, then change everything in one commit.

mod draft;
mod installations;

use std::{collections::BTreeSet, sync::Arc};

use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use tieline_identity::{ConnectionError, Prepared, VaultError};
use tieline_store::{CommitError, Key, Op, StoreError};
use tieline_types::{
    ConnectionKey, ConnectionName, Event, InstallationId, InstallationKey, Problem, Secret, Severity,
    TenantId,
    api::ApplyReport,
    secret::SecretState,
    tenant::{Tenant, TenantDocument},
};

use super::{
    installer::Installer,
    stored::tenant_key,
    trouble::{LOAD_FAILED, MIGRATE_FAILED, PLAN_FAILED},
    validate,
};
use crate::{
    HostError,
    configuration::Configuration,
    departures,
    telling::{receivers, validate::receiver_faults},
};
use draft::Draft;

/// How often a document whose migrations are overtaken by runs is tried again.
const CONFLICTS: usize = 100;

/// What a tenant is to be.
pub(crate) struct Wanted {
    /// All of it.
    pub(crate) document: TenantDocument,
    /// How much of it is new.
    pub(crate) judged: Judging,
    /// Whether the tenant goes altogether; then the document names nothing else.
    pub(crate) gone: bool,
}

/// Which installations are judged, and asked for their plans. The others stay as they are, even where they could not be
/// applied again: what is broken must not keep anybody from mending something else.
pub(crate) enum Judging {
    /// Every one.
    All,
    /// At most this one.
    Only(Option<InstallationId>),
}

impl Judging {
    fn includes(&self, installation: &InstallationId) -> bool {
        match self {
            Self::All => true,
            Self::Only(one) => one.as_ref() == Some(installation),
        }
    }
}

/// A document that was applied.
pub(crate) struct Applied {
    /// What was done.
    pub(crate) report: ApplyReport,
    /// Events that migrations emitted: durable, and not dispatched yet.
    pub(crate) events: Vec<Arc<Event>>,
}

/// Asks an installation that is about to be removed to end what it would leave behind. Why it did not, if so.
pub(crate) type Farewell<'a> = dyn Fn(InstallationKey) -> BoxFuture<'a, Option<Problem>> + Sync + 'a;

enum Attempt {
    Applied(Applied),
    /// Runs changed what the migrations of these installations read.
    Overtaken(BTreeSet<InstallationKey>),
}

impl Installer {
    /// Makes the tenant what `change` makes of it as it stands: what is not named any more is removed. All or nothing, and
    /// when it returns, events find the new state. Nobody else changes anything meanwhile.
    pub(crate) async fn apply(
        &self,
        tenant: &TenantId,
        change: impl FnOnce(Option<Configuration>) -> Result<Wanted, HostError> + Send,
        farewell: &Farewell<'_>,
    ) -> Result<Applied, HostError> {
        let _turn = self.turn.lock().await;
        let wanted = change(self.configuration(tenant).await?)?;
        let mut overtaken = BTreeSet::new();
        for _ in 0..CONFLICTS {
            match self.attempt(&wanted, farewell).await? {
                Attempt::Applied(applied) => return Ok(applied),
                Attempt::Overtaken(migrating) => overtaken = migrating,
            }
        }
        for key in &overtaken {
            let message =
                "Runs of the old version kept changing what the migration reads; the old version stays.";
            let problem =
                Problem::new("package.migrate-overtaken", message).remedy("Apply again at a quiet time.");
            self.alarm(key, MIGRATE_FAILED, Severity::Warning, problem).await;
        }
        Err(HostError::Conflict { what: "what the migration reads".into() })
    }

    /// What [`apply`](Self::apply) would do, found in the same way: everything is judged, connectors migrate and plan, and
    /// nothing of it is kept. A package that is not here yet is noted and not judged.
    pub(crate) async fn compare(&self, wanted: &Wanted) -> Result<ApplyReport, HostError> {
        let _turn = self.turn.lock().await;
        let silent = |_: InstallationKey| -> BoxFuture<'static, Option<Problem>> {
            Box::pin(std::future::ready(None))
        };
        let draft = self.draft(wanted, Draft { only_told: true, ..Draft::default() }, &silent).await?;
        Ok(ApplyReport { tenant: wanted.document.tenant.id.clone(), changes: draft.changes })
    }

    async fn draft(
        &self,
        wanted: &Wanted,
        mut draft: Draft,
        farewell: &Farewell<'_>,
    ) -> Result<Draft, HostError> {
        let document = &wanted.document;
        draft.problems = validate::document(document);
        self.draft_tenant(wanted, &mut draft).await?;
        self.draft_connections(document, &mut draft).await?;
        let judged = self.judge_installations(wanted, &mut draft).await;
        if draft.problems.is_empty() {
            self.draft_installations(&document.tenant.id, judged, &mut draft).await?;
        }
        if draft.problems.is_empty() {
            self.draft_removals(document, &mut draft, farewell).await?;
        }
        if draft.problems.is_empty() {
            Ok(draft)
        } else {
            Err(HostError::Invalid { problems: draft.problems })
        }
    }

    async fn attempt(&self, wanted: &Wanted, farewell: &Farewell<'_>) -> Result<Attempt, HostError> {
        let tenant = wanted.document.tenant.id.clone();
        let draft = self.draft(wanted, Draft::default(), farewell).await?;
        let committed = match self.services.store.commit(draft.batch).await {
            Err(CommitError::Conflict { .. }) if !draft.migrated.is_empty() => {
                return Ok(Attempt::Overtaken(draft.migrated));
            }
            committed => committed.map_err(|error| {
                HostError::commit("applying a tenant document", format!("tenant {tenant}"), error)
            })?,
        };
        for key in &draft.connections {
            self.services.connections.changed(key);
            self.services.circuits.reset(key);
        }
        self.telling.applied(&tenant, &draft.receivers);
        draft.lifted.iter().for_each(|key| self.suspensions.lifted(key));
        for key in &draft.removed {
            self.installations.remove(key);
            self.upkeep.removed(key);
        }
        let mut keys = Vec::new();
        for mut installation in draft.ready {
            keys.push(installation.key.clone());
            if draft.migrated.contains(&installation.key) {
                installation.fence = Some(committed.revision);
            }
            self.installations.put(installation);
        }
        self.schedules.changed(&draft.timers, committed.revision);
        self.webhooks.changed(draft.webhooks).await;
        for key in keys {
            for about in [LOAD_FAILED, PLAN_FAILED, MIGRATE_FAILED] {
                self.mended(&key, about).await;
            }
        }
        let events = draft.events.into_iter().zip(committed.appended).filter(|(_, new)| *new);
        let events = events.map(|(event, _)| event).collect();
        Ok(Attempt::Applied(Applied { report: ApplyReport { tenant, changes: draft.changes }, events }))
    }

    /// The tenant as it was applied last.
    async fn stored_tenant(&self, key: &Key) -> Result<Option<Tenant<Secret>>, HostError> {
        let unread = |error| HostError::store("reading the tenant", error);
        let Some(value) = self.services.store.get(key).await.map_err(unread)? else { return Ok(None) };
        let stored = serde_json::from_slice(&value.bytes);
        let stored = stored.map_err(|_| unread(StoreError::Corrupt { what: "tenant" }))?;
        receivers::unsealed(self.telling.vault(), stored).await.map(Some).map_err(unsealable)
    }

    async fn draft_tenant(
        &self,
        Wanted { document, gone, .. }: &Wanted,
        draft: &mut Draft,
    ) -> Result<(), HostError> {
        let key = tenant_key(&document.tenant.id);
        let stored = self.stored_tenant(&key).await?;
        let before = stored.as_ref().map(|stored| form(&receivers::told(stored, None)));
        if *gone {
            let alerts = self.alerts.of_tenant_forgotten(&document.tenant.id).await;
            draft.write(alerts.map_err(|error| HostError::store("reading the alerts", error))?);
            draft.write([Op::Delete { key }, departures::begun(&document.tenant.id)]);
            draft.note("tenant", document.tenant.id.as_str(), (before, None), Vec::new());
            return Ok(());
        }
        if stored.is_none() {
            departures::refuse(&*self.services.store, &document.tenant.id).await?;
        }
        let completed = match receivers::completed(&document.tenant, stored.as_ref()) {
            Ok(completed) => completed,
            Err(problems) => {
                draft.problems.extend(problems);
                return Ok(());
            }
        };
        let others = |stored: &Tenant<Secret>| stored.alert_receivers != completed.alert_receivers;
        let others = stored.as_ref().is_none_or(others);
        // Those that stand are not judged again: the host may have lost its mail server since.
        if others {
            let receivers = &completed.alert_receivers;
            let faults = receiver_faults(receivers, "/tenant/alert_receivers", self.telling.has_mail());
            draft.problems.extend(faults);
        }
        let details = (others && stored.is_some()).then(|| "alert receivers".to_owned());
        let after = form(&receivers::told(&completed, stored.as_ref()));
        draft.note(
            "tenant",
            document.tenant.id.as_str(),
            (before, Some(after)),
            details.into_iter().collect(),
        );
        if stored.as_ref() != Some(&completed) {
            let sealed = receivers::sealed(self.telling.vault(), completed.clone()).await;
            let sealed = sealed.map_err(unsealable)?;
            draft.write([Op::Put { key, value: form(&sealed).to_string().into(), expires: None }]);
        }
        draft.receivers = completed.alert_receivers;
        Ok(())
    }

    async fn draft_connections(&self, document: &TenantDocument, draft: &mut Draft) -> Result<(), HostError> {
        let (tenant, connections) = (&document.tenant.id, &self.services.connections);
        let stand = connections.shown(tenant).await.map_err(unavailable)?;
        let key = |name: &ConnectionName| ConnectionKey { tenant: tenant.clone(), connection: name.clone() };
        for (name, connection) in &document.connections {
            let prepared = match connections.completed(&key(name), connection.clone()).await {
                Ok(completed) => connections.prepare(tenant, name, completed).await,
                Err(error) => Err(error),
            };
            let Prepared { batch, before, after } = match prepared {
                Ok(prepared) => prepared,
                Err(ConnectionError::Invalid(problems)) => {
                    draft.problems.extend(problems);
                    continue;
                }
                Err(error) => return Err(unavailable(error)),
            };
            if !batch.ops.is_empty() {
                draft.connections.push(key(name));
            }
            let forms = (before.as_ref().map(form), Some(form(&after)));
            draft.note("connection", name.as_str(), forms, Vec::new());
            draft.add(batch);
        }
        for found in stand.into_iter().filter(|found| !document.connections.contains_key(&found.name)) {
            draft.add(connections.forget(tenant, &found.name).await.map_err(unavailable)?);
            let before = form(&found.connection.with_each(SecretState::Set));
            draft.note("connection", found.name.as_str(), (Some(before), None), Vec::new());
            draft.connections.push(key(&found.name));
        }
        Ok(())
    }
}

/// A thing as it is compared and shown.
fn form(thing: &impl Serialize) -> Value {
    serde_json::to_value(thing).expect("plain data always serialises")
}

fn unsealable(error: VaultError) -> HostError {
    HostError::Unavailable { doing: "sealing the secrets of alert receivers", source: Some(Box::new(error)) }
}

fn unavailable(error: ConnectionError) -> HostError {
    HostError::Unavailable { doing: "preparing the connections", source: Some(Box::new(error)) }
}
