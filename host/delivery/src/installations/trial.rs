//! Trying an installation out before it is one: everything that applying would judge, and nothing that it would change.

use std::{collections::BTreeMap, sync::Arc};

use tieline_runtime::Package;
use tieline_types::{
    ConnectionName, Digest, InstallationKey, Problem,
    tenant::{Connection, Installation},
};

use super::{bounds, installer::Installer, plan::Plan, validate};

impl Installer {
    /// The package of an installation that could be applied so.
    ///
    /// # Errors
    /// With everything that is wrong with it, each at its place in the installation.
    pub(crate) async fn judge<S: Sync>(
        &self,
        key: &InstallationKey,
        installation: &Installation<Digest>,
        connections: &BTreeMap<ConnectionName, Connection<S>>,
    ) -> Result<Arc<Package>, Vec<Problem>> {
        debug_assert_eq!(key.installation, installation.id);
        let mut problems = bounds::exceeded("", installation, &self.limits);
        match self.packages.load(&installation.package).await {
            Ok(package) => {
                problems.extend(validate::installation("", installation, &package.inspection, connections));
                if problems.is_empty() { Ok(package) } else { Err(problems) }
            }
            Err(error) => {
                problems.push(error.problem().at("/package"));
                Err(problems)
            }
        }
    }

    /// What an installation would want to exist if it were applied so, given what people connected at run time.
    ///
    /// # Errors
    /// As [`judge`](Self::judge); also with what the connector finds wrong.
    pub(crate) async fn try_out<S: Sync>(
        &self,
        key: &InstallationKey,
        installation: &Installation<Digest>,
        connections: &BTreeMap<ConnectionName, Connection<S>>,
    ) -> Result<Plan, Vec<Problem>> {
        let package = self.judge(key, installation, connections).await?;
        let ready = self.ready(key.clone(), installation.clone(), Ok(package), Plan::default(), None);
        let within_config = |problem: Problem| {
            let field = problem.field.clone().unwrap_or_default();
            problem.at(format!("/config{field}"))
        };
        let planned = self.plan(&ready, None).await;
        planned.map(|(plan, _)| plan).map_err(|problems| problems.into_iter().map(within_config).collect())
    }
}
