//! Applying a tenant document: judge everything first, then change everything in one commit.

use std::{collections::BTreeMap, sync::Arc};

use tieline_identity::ConnectionError;
use tieline_runtime::Package;
use tieline_store::{Batch, Op, StoreError};
use tieline_types::{
    ConnectionKey, ConnectionName, Digest, InstallationKey, Problem, Severity, TenantId,
    api::{ApplyReport, Change, ChangeKind},
    tenant::{self, TenantDocument},
};

use super::{
    Installation, Stored, bounds,
    installer::Installer,
    plan::Plan,
    stored::tenant_key,
    trouble::{LOAD_FAILED, PLAN_FAILED},
    validate::{self, MICROSOFT},
};
use crate::{
    HostError,
    schedules::{self, Changes},
};

/// All that a document changes, before it is committed.
#[derive(Default)]
struct Draft {
    changes: Vec<Change>,
    batch: Batch,
    /// What is wrong with the document; with anything here nothing is committed.
    problems: Vec<Problem>,
    connections: Vec<ConnectionKey>,
    ready: Vec<Installation>,
    removed: Vec<InstallationKey>,
    timers: Changes,
    /// Installations that were suspended and are so no more.
    lifted: Vec<InstallationKey>,
}

impl Draft {
    fn note(&mut self, kind: &str, name: &str, done: ChangeKind) {
        self.changes.push(Change { kind: kind.into(), name: name.into(), done });
    }

    fn set_timers(&mut self, changes: Result<Changes, StoreError>) -> Result<(), HostError> {
        let changes = changes.map_err(|error| HostError::store("reading an installation's timers", error))?;
        self.write(schedules::ops(&changes));
        self.timers.extend(changes);
        Ok(())
    }

    fn write(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.batch.ops.extend(ops);
    }
}

impl Installer {
    /// Makes the tenant what the document says: what it does not name is removed. All or nothing, and when
    /// it returns, events find the new state.
    pub(crate) async fn apply(&self, document: TenantDocument) -> Result<ApplyReport, HostError> {
        let _turn = self.turn.lock().await;
        let tenant = document.tenant.id.clone();
        let mut draft = Draft { problems: validate::document(&document), ..Draft::default() };
        self.draft_tenant(&document, &mut draft).await?;
        self.draft_connections(&document, &mut draft).await?;
        let packages = self.judge_installations(&document, &mut draft).await;
        if draft.problems.is_empty() {
            self.draft_installations(&tenant, document.installations, packages, &mut draft).await?;
        }
        if !draft.problems.is_empty() {
            return Err(HostError::Invalid { problems: draft.problems });
        }
        let what = || format!("tenant {tenant}");
        let committed = self.services.store.commit(draft.batch).await;
        let committed =
            committed.map_err(|error| HostError::commit("applying a tenant document", what(), error))?;
        self.schedules.changed(&draft.timers, committed.revision);

        for key in &draft.connections {
            self.services.connections.changed(key);
            self.services.circuits.reset(key);
        }
        draft.lifted.iter().for_each(|key| self.suspensions.lifted(key));
        draft.removed.iter().for_each(|key| self.installations.remove(key));
        for installation in draft.ready {
            self.mended(&installation.key, LOAD_FAILED).await;
            self.mended(&installation.key, PLAN_FAILED).await;
            self.installations.put(installation);
        }
        Ok(ApplyReport { tenant, changes: draft.changes })
    }

    async fn draft_tenant(&self, document: &TenantDocument, draft: &mut Draft) -> Result<(), HostError> {
        let key = tenant_key(&document.tenant.id);
        let before = self.services.store.get(&key).await;
        let before = before.map_err(|error| HostError::store("reading the tenant", error))?;
        let bytes = serde_json::to_vec(&document.tenant).expect("plain data always serialises");
        let done = changed(before.as_ref().map(|value| value.bytes.as_ref()), &bytes);
        draft.note("tenant", document.tenant.id.as_str(), done);
        if done != ChangeKind::Unchanged {
            draft.batch = std::mem::take(&mut draft.batch).put(key, bytes);
        }
        Ok(())
    }

    async fn draft_connections(&self, document: &TenantDocument, draft: &mut Draft) -> Result<(), HostError> {
        let (tenant, connections) = (&document.tenant.id, &self.services.connections);
        let before = connections.list(tenant).await.map_err(unavailable)?;
        let before: Vec<ConnectionName> = before.into_iter().map(|summary| summary.name).collect();
        let key = |name: &ConnectionName| ConnectionKey { tenant: tenant.clone(), connection: name.clone() };
        for (name, connection) in &document.connections {
            let ops = match connections.prepare(tenant, name, connection.clone()).await {
                Ok(ops) => ops,
                Err(ConnectionError::Invalid(problems)) => {
                    draft.problems.extend(problems);
                    continue;
                }
                Err(error) => return Err(unavailable(error)),
            };
            let done = match (before.contains(name), ops.is_empty()) {
                (false, _) => ChangeKind::Created,
                (true, false) => ChangeKind::Updated,
                (true, true) => ChangeKind::Unchanged,
            };
            draft.note("connection", name.as_str(), done);
            if done != ChangeKind::Unchanged {
                draft.connections.push(key(name));
            }
            draft.write(ops);
        }
        for name in before.iter().filter(|name| !document.connections.contains_key(*name)) {
            draft.write(connections.forget(tenant, name));
            draft.note("connection", name.as_str(), ChangeKind::Removed);
            draft.connections.push(key(name));
        }
        Ok(())
    }

    /// The packages of all installations, in order, as far as they can be had.
    async fn judge_installations(&self, document: &TenantDocument, draft: &mut Draft) -> Vec<Arc<Package>> {
        let mut packages = Vec::new();
        for (index, installation) in document.installations.iter().enumerate() {
            let at = format!("/installations/{index}");
            draft.problems.extend(bounds::exceeded(&at, installation, &self.limits));
            match self.packages.load(&installation.package).await {
                Ok(package) => {
                    let inspection = &package.inspection;
                    let found = validate::installation(&at, installation, inspection, &document.connections);
                    draft.problems.extend(found);
                    packages.push(package);
                }
                Err(error) => {
                    let key = InstallationKey {
                        tenant: document.tenant.id.clone(),
                        installation: installation.id.clone(),
                    };
                    if self.installations.get(&key).is_some() {
                        self.alarm(&key, LOAD_FAILED, Severity::Warning, error.problem()).await;
                    }
                    draft.problems.push(error.problem().at(format!("{at}/package")));
                }
            }
        }
        packages
    }

    /// Asks every connector for its plan, and writes what has changed.
    async fn draft_installations(
        &self,
        tenant: &TenantId,
        documents: Vec<tenant::Installation<Digest>>,
        packages: Vec<Arc<Package>>,
        draft: &mut Draft,
    ) -> Result<(), HostError> {
        let mut before: BTreeMap<_, _> =
            self.installations.of(tenant).into_iter().map(|found| (found.key.clone(), found)).collect();
        for (index, (document, package)) in documents.into_iter().zip(packages).enumerate() {
            let key = InstallationKey { tenant: tenant.clone(), installation: document.id.clone() };
            let ready = self.ready(key.clone(), document, Ok(package.clone()), Plan::default());
            let plan = self.plan(&ready, &package).await.and_then(|plan| self.servable(&ready, plan, draft));
            let plan = match plan {
                Ok(plan) => plan,
                Err(problems) => {
                    if before.contains_key(&key) {
                        self.plan_failed(&key, &problems).await;
                    }
                    draft.problems.extend(problems.into_iter().map(|problem| within_config(problem, index)));
                    continue;
                }
            };
            let before = before.remove(&key);
            let before =
                before.map(|found| Stored { installation: found.document.clone(), plan: found.plan.clone() });
            let stored = Stored { installation: ready.document.clone(), plan: plan.clone() };
            let done = match before {
                None => ChangeKind::Created,
                Some(before) if before == stored => ChangeKind::Unchanged,
                Some(_) => ChangeKind::Updated,
            };
            draft.note("installation", key.installation.as_str(), done);
            if done != ChangeKind::Unchanged {
                draft.batch = std::mem::take(&mut draft.batch).put(Stored::key(&key), stored.bytes());
                self.draft_lifting(&key, draft).await?;
            }
            let timers = self.schedules.planned(&key, &plan.timers).await;
            draft.set_timers(timers)?;
            draft.ready.push(Installation { plan, ..ready });
        }
        for key in before.into_keys() {
            draft.note("installation", key.installation.as_str(), ChangeKind::Removed);
            draft.write([Op::Delete { key: Stored::key(&key) }]);
            self.draft_lifting(&key, draft).await?;
            let alerts = self.alerts.forgotten(&key).await;
            draft.write(alerts.map_err(|error| HostError::store("reading an installation's alerts", error))?);
            draft.set_timers(self.schedules.forgotten(&key).await)?;
            draft.removed.push(key);
        }
        Ok(())
    }

    /// What was suspended as it was is given another chance as it is now.
    async fn draft_lifting(&self, key: &InstallationKey, draft: &mut Draft) -> Result<(), HostError> {
        let lifting = self.suspensions.lifting(key).await;
        let lifting = lifting.map_err(|error| HostError::store("reading a suspension", error))?;
        if !lifting.is_empty() {
            draft.write(lifting);
            draft.lifted.push(key.clone());
        }
        Ok(())
    }

    /// A plan that needs Graph needs the connection that subscribes.
    fn servable(&self, installation: &Installation, plan: Plan, draft: &Draft) -> Result<Plan, Vec<Problem>> {
        let named = |change: &&Change| change.kind == "connection" && change.name == MICROSOFT;
        let there = draft.changes.iter().filter(named).any(|change| change.done != ChangeKind::Removed);
        if plan.subscriptions.is_empty() || there {
            return Ok(plan);
        }
        let name = &installation.key.installation;
        let message =
            format!("`{name}` plans Graph subscriptions, and there is no connection `{MICROSOFT}`.");
        Err(vec![Problem::new("connection.missing", message).remedy("Add [connections.microsoft].")])
    }
}

/// A connector names fields of its own configuration; the caller gave a whole document.
fn within_config(problem: Problem, index: usize) -> Problem {
    let field = problem.field.clone().unwrap_or_default();
    problem.at(format!("/installations/{index}/config{field}"))
}

fn changed(before: Option<&[u8]>, after: &[u8]) -> ChangeKind {
    match before {
        None => ChangeKind::Created,
        Some(before) if before == after => ChangeKind::Unchanged,
        Some(_) => ChangeKind::Updated,
    }
}

fn unavailable(error: ConnectionError) -> HostError {
    HostError::Unavailable { doing: "preparing the connections", source: Some(Box::new(error)) }
}
