//! What should exist, computed anew whenever a plan, an installation or a connection changes.

use std::collections::HashMap;

use tieline_identity::ConnectionError;
use tieline_store::Batch;
use tieline_types::{ConnectionKey, TenantId, tenant::Licensing};

use super::{
    book::Entry,
    desired::{Owner, Wish, desired},
    service::Subscriptions,
};
use crate::{coverage, installations::validate::MICROSOFT};

/// The connection that acts for a tenant, its app, and how that pays for metered resources.
type Acting = (ConnectionKey, Owner, Option<Licensing>);

impl Subscriptions {
    /// Computes anew what should exist. When it returns, notifications go to whoever wants them now; what
    /// must change at Graph follows.
    pub(crate) async fn wish_again(&self) {
        let _one_at_a_time = self.wishing.lock().await;
        let installations = self.installations.all();
        let mut owners: HashMap<TenantId, Option<Acting>> = HashMap::new();
        for installation in
            installations.iter().filter(|installation| !installation.plan.subscriptions.is_empty())
        {
            let tenant = &installation.key.tenant;
            if !owners.contains_key(tenant) {
                owners.insert(tenant.clone(), self.owner(tenant).await);
            }
        }
        let wishes = installations.iter().filter_map(|installation| {
            let (via, owner, licensing) = owners.get(&installation.key.tenant)?.clone()?;
            Some(Wish {
                installation: installation.key.clone(),
                via,
                owner,
                licensing,
                plan: &installation.plan.subscriptions,
            })
        });
        let desired = desired(wishes);
        {
            let mut book = self.book.lock();
            book.wish(desired);
            book.entries.values().filter_map(Entry::route).for_each(|route| self.routes.put(route));
        }
        self.follow_coverage().await;
        self.wake.notify_one();
    }

    /// Begins the coverage of what is brought now, and forgets that of what is wanted no more.
    async fn follow_coverage(&self) {
        let now = self.services.clock.now();
        let (new, old) = self.book.lock().coverage_changes();
        let mut batch = new
            .iter()
            .fold(Batch::new(), |batch, (key, resource)| batch.ops([coverage::began(key, resource, now)]));
        for (installation, resource) in &old {
            match coverage::forgotten(&*self.services.store, installation, resource).await {
                Ok(ops) => batch = batch.ops(ops),
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    return tracing::error!(error, "a coverage could not be read");
                }
            }
        }
        if batch.ops.is_empty() {
            return;
        }
        if let Err(error) = self.services.store.commit(batch).await {
            let error = &error as &dyn std::error::Error;
            return tracing::error!(error, "a coverage could not be kept");
        }
        let mut book = self.book.lock();
        book.begun.retain(|covered, _| !old.contains(covered));
        book.begun.extend(new.into_iter().map(|begun| (begun, now)));
    }

    async fn owner(&self, tenant: &TenantId) -> Option<Acting> {
        let connection = MICROSOFT.parse().expect("it is a valid name");
        let key = ConnectionKey { tenant: tenant.clone(), connection };
        match self.services.connections.application(&key).await {
            Ok(app) => {
                Some((key, Owner::of(&(app.cloud_name, app.directory_id, app.client_id)), app.licensing))
            }
            Err(error) => {
                let gone = matches!(error, ConnectionError::Unknown(_));
                let error = &error as &dyn std::error::Error;
                tracing::error!(connection = %key, error, "nobody can subscribe");
                // What stands is not given up for a connection that cannot be read at the moment.
                let owner = if gone { None } else { self.book.lock().owner_by(&key) };
                owner.map(|owner| (key, owner, None))
            }
        }
    }
}
