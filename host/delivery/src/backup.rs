//! All that the host must not lose, while it runs.

use tieline_backup::Source;
use tokio::runtime::Handle;

use crate::{Export, Host, HostError, stream};

impl Host {
    /// A backup of everything that was acknowledged before this was asked, piece by piece, while events come and go.
    /// `with_files`: with the files of datasets, or else only with the word that they are elsewhere.
    ///
    /// # Errors
    /// When the store cannot be read. What fails later breaks off in its midst, and is no backup.
    pub async fn backup(&self, with_files: bool) -> Result<Export, HostError> {
        let master = self.keys.master_id().await;
        let now = self.services.clock.now();
        let begun =
            Source::begin(&*self.services.store, &self.upkeep.datasets, with_files, master, now).await;
        let source = begun.map_err(|error| HostError::Unavailable {
            doing: "beginning a backup",
            source: Some(Box::new(error)),
        })?;
        let runtime = Handle::current();
        Ok(stream::written("a backup", move |to| tieline_backup::write(source, &runtime, to)))
    }
}
