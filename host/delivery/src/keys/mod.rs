//! Exchanging the keys under which secrets are sealed, beside everything else that the host does.

mod asked;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tieline_identity::{KeyFile, Pass, Vault, VaultError};
use tieline_types::api::{ExchangeState, KeyExchange};
use tokio::sync::Notify;

/// How long to wait after the store failed.
const AGAIN: Duration = Duration::from_secs(60);

/// Exchanges keys that were asked for, and those that the host before this one left.
pub(crate) struct Keys {
    vault: Vault,
    /// Where the master key is; none: whoever started the host keeps it.
    file: Option<KeyFile>,
    /// How long something may take from being sealed, or read, to being written: until then an old key is kept.
    settle: Duration,
    progress: Mutex<KeyExchange>,
    asked: Notify,
    /// One change of the master key at a time.
    master: tokio::sync::Mutex<()>,
}

impl Keys {
    pub(crate) fn new(vault: Vault, file: Option<KeyFile>, settle: Duration) -> Arc<Self> {
        let (progress, asked, master) = Default::default();
        Arc::new(Self { vault, file, settle, progress, asked, master })
    }

    /// The name of the master key.
    pub(crate) async fn master_id(&self) -> String {
        self.vault.master_id().await
    }

    /// Exchanges keys whenever there are any to exchange. Runs until it is dropped; what it has not done then is done
    /// after the next start.
    pub(crate) async fn keep(self: Arc<Self>) {
        loop {
            match self.exchange().await {
                Ok(()) => self.asked.notified().await,
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "exchanging keys failed; it is tried again"
                    );
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    /// Makes passes until no tenant has an old key. A key is dropped after a pass that found nothing of it, and that began
    /// when nobody could any more be about to write what was sealed or read before the pass ahead of it.
    async fn exchange(&self) -> Result<(), VaultError> {
        let mut waited = BTreeSet::new();
        loop {
            let pass = self.pass().await?;
            let old: BTreeSet<_> = pass.old().map(|(tenant, id)| (tenant.clone(), id.to_owned())).collect();
            if pass.passed().resealed == 0 {
                for (tenant, id) in old.intersection(&waited) {
                    self.vault.finish(tenant, std::slice::from_ref(id)).await?;
                    tracing::info!(%tenant, key = id, "everything is sealed anew, and the old key is gone");
                }
            }
            if old.is_subset(&waited) && pass.passed().resealed == 0 {
                // What was asked for meanwhile is found by another look.
                if self.vault.pass().await?.old().next().is_none() {
                    *self.progress.lock() = KeyExchange::default();
                    return Ok(());
                }
                continue;
            }
            self.progress.lock().state = ExchangeState::Settling;
            waited = tokio::select! {
                () = tokio::time::sleep(self.settle) => old,
                // For another tenant: all wait together.
                () = self.asked.notified() => BTreeSet::new(),
            };
        }
    }

    async fn pass(&self) -> Result<Pass, VaultError> {
        let mut pass = self.vault.pass().await?;
        if pass.old().next().is_none() {
            return Ok(pass);
        }
        let before = *self.progress.lock();
        loop {
            let more = pass.step(&self.vault).await?;
            let passed = pass.passed();
            *self.progress.lock() = KeyExchange {
                state: ExchangeState::Sealing,
                looked_at: passed.looked_at,
                resealed: before.resealed + passed.resealed,
                unreadable: passed.unreadable,
            };
            if !more {
                return Ok(pass);
            }
            // Everything else goes first.
            tokio::task::yield_now().await;
        }
    }
}
