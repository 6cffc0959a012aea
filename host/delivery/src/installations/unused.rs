//! Removing packages that nobody has used for a while, with their compiled code.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use bytes::Bytes;
use tieline_store::{Batch, CommitError, Key, Pages, Space, StoreError};
use tieline_types::{Digest, Timestamp, api::PackageSummary};

use super::installer::Installer;
use crate::HostError;

/// How long a package is kept that no installation uses: time to go back to it without uploading it again.
const GRACE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// How often the host looks. The time of a package's last use is known as exactly as this.
const EVERY: Duration = Duration::from_secs(3_600);

/// Where it stands when a package was last used.
pub(super) fn used(package: &Digest) -> Key {
    Key::new(Space::Package).part(&package.to_string())
}

/// What becomes of a package.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    /// It is in use, and that was noted a while ago.
    Noted,
    Goes,
}

fn fate(in_use: bool, last_used: Timestamp, now: Timestamp) -> Fate {
    match now.since(last_used) {
        unnoted if in_use && unnoted >= EVERY => Fate::Noted,
        unused if !in_use && unused >= GRACE => Fate::Goes,
        _ => Fate::Stays,
    }
}

impl Installer {
    /// Keeps a package, so that a document can name it.
    ///
    /// # Errors
    /// When it is no connector that this host can run, or the store fails.
    pub(crate) async fn keep_package(&self, bytes: Bytes) -> Result<PackageSummary, HostError> {
        let _turn = self.turn.lock().await;
        let kept = self.packages.put(bytes).await?;
        let noted = self.note_use(&kept.digest, self.services.clock.now()).await;
        noted.map_err(|error| HostError::commit("keeping a package", kept.digest.to_string(), error))?;
        Ok(kept)
    }

    /// Looks now and then. Runs until it is dropped.
    pub(crate) async fn keep_packages(self: Arc<Self>) {
        loop {
            if let Err(error) = self.remove_unused(self.services.clock.now()).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "unused packages could not be removed");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Removes what has been out of use for the time of grace at `now`. Applying and uploading wait meanwhile, so
    /// that neither finds a package that is about to go.
    pub(crate) async fn remove_unused(&self, now: Timestamp) -> Result<(), CommitError> {
        let _turn = self.turn.lock().await;
        let in_use: BTreeSet<Digest> =
            self.installations.all().iter().map(|installation| installation.document.package).collect();
        let mut pages = Pages::under(Key::new(Space::Package));
        while let Some(page) = pages.next(&*self.services.store).await? {
            for (key, value) in page {
                let damaged = || StoreError::Corrupt { what: "a package's last use" };
                let digest = key.last().and_then(|digest| digest.parse().ok()).ok_or_else(damaged)?;
                let last_used = serde_json::from_slice(&value.bytes).map_err(|_| damaged())?;
                match fate(in_use.contains(&digest), last_used, now) {
                    Fate::Stays => {}
                    Fate::Noted => self.note_use(&digest, now).await?,
                    Fate::Goes => self.remove(&digest, key).await?,
                }
            }
        }
        Ok(())
    }

    /// Notes that a package is used.
    pub(crate) async fn note_use(&self, package: &Digest, now: Timestamp) -> Result<(), CommitError> {
        let now = serde_json::to_vec(&now).expect("plain data always serialises");
        self.services.store.commit(Batch::new().put(used(package), now)).await.map(drop)
    }

    /// The files go before what is known of them, so that a crash between the two is made good at the next look.
    async fn remove(&self, package: &Digest, known: Key) -> Result<(), CommitError> {
        self.runtime.forget(package);
        self.services.store.remove_blob(package).await?;
        self.services.store.commit(Batch::new().delete(known)).await?;
        tracing::info!(%package, "an unused package was removed");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_long_unused_goes() {
        let now = Timestamp(0).after(3 * GRACE);
        let ago = |time: Duration| Timestamp(now.0 - time.as_millis() as u64);
        let second = Duration::from_secs(1);
        assert_eq!(fate(false, ago(GRACE), now), Fate::Goes);
        assert_eq!(fate(false, ago(GRACE - second), now), Fate::Stays);
        assert_eq!(fate(true, ago(2 * GRACE), now), Fate::Noted);
        assert_eq!(fate(true, ago(EVERY - second), now), Fate::Stays);
        assert_eq!(fate(false, now.after(GRACE), now), Fate::Stays, "the clock was set back");
    }
}
