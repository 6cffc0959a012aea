//! What a document changes about installations.

use std::{collections::BTreeMap, sync::Arc};

use tieline_runtime::Package;
use tieline_store::{Op, StoreError};
use tieline_types::{
    Digest, InstallationKey, Problem, Severity, TenantId,
    api::{Change, ChangeKind},
    tenant::{self, TenantDocument},
};

use super::{Farewell, Wanted, draft::Draft, form};
use crate::{
    HostError,
    installations::{
        Installation, Stored, bounds, changes, fence,
        installer::Installer,
        packages::MissingPackage,
        plan::Plan,
        trouble::LOAD_FAILED,
        validate::{self, MICROSOFT},
    },
};

/// An installation that is judged: its place in the document, and its code; none where that is not uploaded yet, and somebody
/// only wants to know.
pub(super) struct Judged<'a> {
    index: usize,
    installation: &'a tenant::Installation<Digest>,
    package: Option<Arc<Package>>,
}

impl Installer {
    /// The installations that are judged, with their places and their packages, as far as these can be had.
    pub(super) async fn judge_installations<'a>(
        &self,
        Wanted { document, judged, .. }: &'a Wanted,
        draft: &mut Draft,
    ) -> Vec<Judged<'a>> {
        let mut packages = Vec::new();
        for (index, installation) in document.installations.iter().enumerate() {
            let at = format!("/installations/{index}");
            if !judged.includes(&installation.id) {
                draft.problems.extend(self.missing_connections(&at, installation, document));
                continue;
            }
            draft.problems.extend(bounds::exceeded(&at, installation, &self.limits));
            match self.packages.load(&installation.package).await {
                Ok(package) => {
                    let inspection = &package.inspection;
                    let found = validate::installation(&at, installation, inspection, &document.connections);
                    draft.problems.extend(found);
                    packages.push(Judged { index, installation, package: Some(package) });
                }
                Err(MissingPackage::Unknown(_)) if draft.only_told => {
                    packages.push(Judged { index, installation, package: None });
                }
                Err(error) => {
                    let key = InstallationKey {
                        tenant: document.tenant.id.clone(),
                        installation: installation.id.clone(),
                    };
                    // One that was never uploaded is about to be: that is how a new one comes.
                    let uploaded = !matches!(error, MissingPackage::Unknown(_));
                    if uploaded && !draft.only_told && self.installations.get(&key).is_some() {
                        self.alarm(&key, LOAD_FAILED, Severity::Warning, error.problem()).await;
                    }
                    draft.problems.push(error.problem().at(format!("{at}/package")));
                }
            }
        }
        packages
    }

    /// What an installation that stays as it is needs, and the document does not have any more.
    fn missing_connections(
        &self,
        at: &str,
        installation: &tenant::Installation<Digest>,
        document: &TenantDocument,
    ) -> Vec<Problem> {
        let key =
            InstallationKey { tenant: document.tenant.id.clone(), installation: installation.id.clone() };
        let Some(live) = self.installations.get(&key) else { return Vec::new() };
        let package = live.package.as_ref().ok();
        let mut problems = package.map_or_else(Vec::new, |package| {
            validate::granted_connections(at, installation, &package.inspection, &document.connections)
        });
        let microsoft = document.connections.keys().any(|name| name.as_str() == MICROSOFT);
        if problems.is_empty() && !microsoft && !live.plan.subscriptions.is_empty() {
            problems.push(no_microsoft(&key).at(format!("{at}/grant/connections")));
        }
        problems
    }

    /// Lets connectors of another version migrate, asks every connector for its plan, and writes what has changed.
    pub(super) async fn draft_installations(
        &self,
        tenant: &TenantId,
        judged: Vec<Judged<'_>>,
        draft: &mut Draft,
    ) -> Result<(), HostError> {
        let mut before: BTreeMap<_, _> =
            self.installations.of(tenant).into_iter().map(|found| (found.key.clone(), found)).collect();
        for Judged { index, installation, package } in judged {
            let key = InstallationKey { tenant: tenant.clone(), installation: installation.id.clone() };
            let before = before.remove(&key);
            let Some(package) = package else {
                let forms = (before.map(|before| form(&before.document)), Some(form(installation)));
                let details = vec!["a package that is not on the host yet, and was not judged".to_owned()];
                draft.note("installation", key.installation.as_str(), forms, details);
                continue;
            };
            let fence = match &before {
                Some(found) => found.fence,
                None => self.fence(&key).await?,
            };
            let ready = self.ready(key, installation.clone(), Ok(package), Plan::default(), fence);
            let drafted = self.draft_installation(before.as_deref(), ready, draft).await;
            let problems = drafted.err().unwrap_or_default();
            draft.problems.extend(problems.into_iter().map(|problem| within_document(problem, index)));
        }
        Ok(())
    }

    /// Removes what the document does not name, once everything else of it is right: what an installation ends before it
    /// goes cannot be begun again.
    pub(super) async fn draft_removals(
        &self,
        document: &TenantDocument,
        draft: &mut Draft,
        farewell: &Farewell<'_>,
    ) -> Result<(), HostError> {
        let named = |key: &InstallationKey| document.installations.iter().any(|i| i.id == key.installation);
        let installed = self.installations.of(&document.tenant.id).into_iter().map(|found| found.key.clone());
        for key in installed.filter(|key| !named(key)).collect::<Vec<_>>() {
            let unfinished = farewell(key.clone()).await;
            let details = unfinished.into_iter().map(|problem| problem.message).collect();
            let before = self.installations.get(&key).map(|found| form(&found.document));
            draft.note("installation", key.installation.as_str(), (before, None), details);
            draft.write([Op::Delete { key: Stored::key(&key) }, fence::moved(&key, "removed")]);
            let lifting = self.suspensions.lifting(&key).await;
            self.draft_lifting(&key, lifting, draft)?;
            let alerts = self.alerts.forgotten(&key).await;
            draft.write(alerts.map_err(|error| HostError::store("reading an installation's alerts", error))?);
            let tables = tieline_datasets::forgotten(&*self.services.store, &key).await;
            draft.write(tables.map_err(|error| HostError::store("reading an installation's tables", error))?);
            draft.set_timers(self.schedules.forgotten(&key).await)?;
            draft.set_webhooks(self.webhooks.planned(&key, &BTreeMap::new()).await)?;
            draft.removed.push(key);
        }
        Ok(())
    }

    /// One installation: its storage, its plan, itself. What keeps it from being applied is also an alert about
    /// the one that goes on running.
    async fn draft_installation(
        &self,
        before: Option<&Installation>,
        ready: Installation,
        draft: &mut Draft,
    ) -> Result<(), Vec<Problem>> {
        let key = ready.key.clone();
        let migrated = match before {
            Some(before) => {
                let migrated = self.migrated(before, &ready, draft.only_told).await;
                migrated.map_err(|problem| vec![problem])?
            }
            None => None,
        };
        let plan = self.plan(&ready, migrated.as_ref()).await;
        let planned = plan.and_then(|(plan, tables)| Ok((self.servable(&ready, plan, draft)?, tables)));
        let (plan, tables) = match planned {
            Ok(planned) => planned,
            Err(problems) => {
                if before.is_some() && !draft.only_told {
                    self.plan_failed(&key, &problems).await;
                }
                return Err(problems.into_iter().map(within_config).collect());
            }
        };
        draft.write(tables);
        let ready = Installation { plan, ..ready };
        let (before, after) = (before.map(Stored::of), Stored::of(&ready));
        let forms = (before.as_ref().map(|before| form(&before.installation)), form(&after.installation));
        let details = changes::details(before.as_ref(), &after);
        draft.note("installation", key.installation.as_str(), (forms.0, Some(forms.1)), details);
        if before.as_ref() != Some(&after) {
            draft.write([Op::Put { key: Stored::key(&key), value: after.bytes(), expires: None }]);
            // What was suspended as it was is given another chance as it is now.
            let lifting = self.suspensions.lifting_by_change(&key).await;
            let lifted = self.draft_lifting(&key, lifting, draft);
            lifted.map_err(|error| vec![Problem::new("host.fault", error.to_string())])?;
        }
        if let Some(transaction) = migrated {
            draft.migrate(&key, transaction);
            draft.write([fence::moved(&key, &after.version)]);
        }
        let timers = self.schedules.planned(&key, &ready.plan.timers).await;
        let webhooks = self.webhooks.planned(&key, &ready.plan.webhooks).await;
        let set = draft.set_timers(timers).and_then(|()| draft.set_webhooks(webhooks));
        set.map_err(|error| vec![Problem::new("host.fault", error.to_string())])?;
        draft.ready.push(ready);
        Ok(())
    }

    fn draft_lifting(
        &self,
        key: &InstallationKey,
        lifting: Result<Vec<Op>, StoreError>,
        draft: &mut Draft,
    ) -> Result<(), HostError> {
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
        Err(vec![no_microsoft(&installation.key)])
    }
}

fn no_microsoft(key: &InstallationKey) -> Problem {
    let name = &key.installation;
    let message = format!("`{name}` plans Graph subscriptions, and there is no connection `{MICROSOFT}`.");
    Problem::new("connection.missing", message).remedy("Add [connections.microsoft].")
}

/// A connector names fields of its own configuration.
fn within_config(problem: Problem) -> Problem {
    let field = problem.field.clone().unwrap_or_default();
    problem.at(format!("/config{field}"))
}

/// The caller gave a whole document.
fn within_document(problem: Problem, index: usize) -> Problem {
    let field = problem.field.clone().unwrap_or_default();
    problem.at(format!("/installations/{index}{field}"))
}
