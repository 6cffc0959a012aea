//! When a tenant goes: what stands for it at Graph is ended, and what it shared with others is theirs.

use std::{collections::BTreeMap, time::Duration};

use tieline_store::Batch;
use tieline_types::{Problem, TenantId};

use super::{book::Book, desired::Owner, failure::GraphFailure, service::Subscriptions, steps::Kept};
use crate::rich::KeyringError;

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(20);

/// Why something still rests on a tenant.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LeaveError {
    #[error("handing a subscription over: {0}")]
    Subscription(Box<Problem>),
    #[error("handing a certificate over")]
    Keyring(#[from] KeyringError),
}

impl From<GraphFailure> for LeaveError {
    fn from(failure: GraphFailure) -> Self {
        Self::Subscription(failure.problem)
    }
}

/// What rests on a tenant.
#[derive(Default)]
struct Resting {
    /// Subscriptions that others go on with, as theirs.
    inherited: Vec<Kept>,
    /// How many are about to be ended or made anew.
    ending: usize,
    /// Somebody whom the app of each owner serves from now on.
    heirs: BTreeMap<Owner, TenantId>,
}

impl Subscriptions {
    /// Waits until Graph has ended what nobody wants any more and a tenant had asked for; not for ever, since what cannot
    /// be ended lapses by itself.
    pub(crate) async fn ended(&self, tenant: &TenantId, patience: Duration) {
        let over = async {
            while self.book.lock().unwanted(tenant) > 0 {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(patience, over).await.is_err() {
            tracing::warn!(%tenant, "some subscriptions could not be ended at Graph; they lapse by themselves");
        }
    }

    /// Lets nothing rest on a tenant that is no more. Whether nothing does, so that its keys may go.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(crate) async fn leave(&self, tenant: &TenantId) -> Result<bool, LeaveError> {
        let Resting { inherited, ending, heirs } = self.book.lock().resting(tenant);
        let mut batch = Batch::new();
        for (record, secret) in &inherited {
            batch = self.with_record(batch, record, secret).await?;
        }
        let kept = if batch.ops.is_empty() { Ok(()) } else { self.commit(batch).await };
        self.book.lock().inherited(inherited, kept.is_ok());
        kept?;
        self.keyring.leave(tenant, &heirs).await?;
        Ok(ending == 0)
    }
}

impl Book {
    /// How many stand that nobody wants, and that this tenant had asked for.
    fn unwanted(&self, tenant: &TenantId) -> usize {
        let kept = self.entries.values().filter(|entry| entry.desired.is_none());
        let kept = kept.filter_map(|entry| entry.kept.as_ref());
        kept.filter(|(record, _)| record.via.connection.tenant == *tenant).count()
    }

    /// What rests on a tenant. What others go on with is taken, as if a step were under way.
    fn resting(&mut self, tenant: &TenantId) -> Resting {
        let mut resting = Resting::default();
        for (watched, entry) in &mut self.entries {
            if let Some(heir) = entry.desired.iter().flat_map(|desired| &desired.via).next() {
                resting.heirs.insert(watched.owner.clone(), heir.connection.tenant.clone());
            }
            let Some((record, secret)) = &entry.kept else { continue };
            if record.via.connection.tenant != *tenant {
                continue;
            }
            // To Graph an app is the same whoever's connection names it.
            match entry.via().filter(|heir| heir.is_alike(&record.via) && !entry.busy) {
                Some(heir) => {
                    let mut record = record.clone();
                    record.via = heir.clone();
                    resting.inherited.push((record, secret.clone()));
                    entry.busy = true;
                }
                None => resting.ending += 1,
            }
        }
        resting
    }

    /// Gives back what was taken, as its heirs' if that is durable.
    fn inherited(&mut self, all: Vec<Kept>, durable: bool) {
        for kept in all {
            let Some(entry) = self.entries.get_mut(&kept.0.watched) else { continue };
            entry.busy = false;
            if durable {
                entry.kept = Some(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::{
        book::Entry,
        desired::{
            desired,
            tests::{planned, wish},
        },
        reconcile::tests::standing,
    };
    use tieline_types::Secret;

    /// A subscription that `acme` made; wanted by whoever is named.
    fn book(wanted_by: &[&str]) -> Book {
        let plan = [planned("/a", &["created"])];
        let wishes = wanted_by.iter().map(|tenant| {
            let mut wish = wish("one", "app", &plan);
            wish.installation.tenant = tenant.parse().unwrap();
            wish.via.tenant = tenant.parse().unwrap();
            wish
        });
        let mut record = standing();
        record.via.connection.tenant = "acme".parse().unwrap();
        let watched = record.watched.clone();
        let mut book = Book::default();
        book.entries.insert(watched, Entry { kept: Some((record, Secret::new("s"))), ..Entry::default() });
        book.wish(desired(wishes));
        book
    }

    #[test]
    fn what_others_want_is_theirs_and_what_nobody_wants_is_awaited() {
        let (acme, globex): (TenantId, TenantId) = ("acme".parse().unwrap(), "globex".parse().unwrap());
        let mut shared = book(&["globex"]);
        let resting = shared.resting(&acme);
        assert_eq!((resting.inherited.len(), resting.ending, shared.unwanted(&acme)), (1, 0, 0));
        assert_eq!(resting.inherited[0].0.via.connection.tenant, globex);
        assert_eq!(resting.heirs.values().collect::<Vec<_>>(), [&globex]);
        assert_eq!(shared.resting(&acme).ending, 1, "it is taken, and given back as it was");
        shared.inherited(resting.inherited, false);
        let again = shared.resting(&acme);
        shared.inherited(again.inherited, true);
        let left = shared.resting(&acme);
        assert_eq!((left.inherited.len(), left.ending), (0, 0));
        let mut alone = book(&[]);
        let resting = alone.resting(&acme);
        assert_eq!((resting.inherited.len(), resting.ending, alone.unwanted(&acme)), (0, 1, 1));
        assert!(resting.heirs.is_empty() && alone.unwanted(&globex) == 0);
    }
}
