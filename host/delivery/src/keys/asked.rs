//! What the API asks of keys.

use tieline_identity::{RewrapError, VaultError};
use tieline_types::{
    Problem,
    api::{KeptIn, KeysSummary, MasterKeySummary, RotateKeys, RotateKeysReport, TenantKeySummary},
};

use crate::{Host, HostError};

impl Host {
    /// The keys that there are, by name, and how far their exchange is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn keys(&self) -> Result<KeysSummary, HostError> {
        let keys = &self.keys;
        let all = keys.vault.keys().await.map_err(|error| unread("listing the keys", error))?;
        let tenants = all.into_iter().map(|of| {
            let mut all = of.keys.into_iter();
            let current = all.next();
            TenantKeySummary {
                tenant: of.tenant,
                since: current.as_ref().and_then(|key| key.made),
                id: current.map(|key| key.id).unwrap_or_default(),
                old: all.map(|key| key.id).collect(),
            }
        });
        let kept = if keys.file.is_some() { KeptIn::File } else { KeptIn::Environment };
        Ok(KeysSummary {
            master: MasterKeySummary { id: keys.master_id().await, kept },
            exchange: *keys.progress.lock(),
            tenants: tenants.collect(),
        })
    }

    /// Gives tenants other keys, or the host another master key. What old keys sealed is sealed anew beside everything
    /// else, over restarts too; [`keys`](Self::keys) says how far that is.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such tenant; [`HostError::Failed`] when somebody else keeps the master key.
    pub async fn rotate_keys(&self, request: &RotateKeys) -> Result<RotateKeysReport, HostError> {
        self.running("exchanging keys on a host that ends")?;
        if request.master {
            return self.rotate_master().await;
        }
        let keys = &self.keys;
        if let Some(tenant) = &request.tenant {
            self.require(tenant).await?;
        }
        let doing = "giving a tenant another key";
        let all = keys.vault.keys().await.map_err(|error| unread(doing, error))?;
        let mut begun = Vec::new();
        for of in all.into_iter().filter(|of| request.tenant.as_ref().is_none_or(|only| *only == of.tenant)) {
            let began = keys.vault.begin(&of.tenant, self.services.clock.now()).await;
            if began.map_err(|error| unread(doing, error))? {
                tracing::info!(tenant = %of.tenant, "another key seals from now on");
                begun.push(of.tenant);
            }
        }
        keys.asked.notify_one();
        Ok(RotateKeysReport { begun, rewrapped: None })
    }

    async fn rotate_master(&self) -> Result<RotateKeysReport, HostError> {
        let keys = &self.keys;
        let elsewhere = || {
            HostError::Failed {
            problem: Problem::new(
                "keys.master-elsewhere",
                "The host was given its master key when it was started, and cannot put another in its place.",
            )
            .remedy(
                "Start it with the new key in TIELINE_MASTER_KEY and the present one in TIELINE_MASTER_KEY_OLD.",
            ),
        }
        };
        let file = keys.file.as_ref().ok_or_else(elsewhere)?;
        let _one_at_a_time = keys.master.lock().await;
        let rewrapped = keys.vault.rotate_master(file).await.map_err(|error| match error {
            RewrapError::Commit(error) => HostError::commit("exchanging the master key", "a key", error),
            error => HostError::Internal { doing: "exchanging the master key", source: Box::new(error) },
        })?;
        tracing::info!(rewrapped, file = %file.path().display(), "another master key wraps from now on");
        Ok(RotateKeysReport { begun: Vec::new(), rewrapped: Some(rewrapped) })
    }
}

fn unread(doing: &'static str, error: VaultError) -> HostError {
    HostError::Unavailable { doing, source: Some(Box::new(error)) }
}
