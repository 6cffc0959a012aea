//! Keys and backups, as the CLI asks for them.

use std::{io::Write as _, path::Path};

use reqwest::Method;
use tieline_types::api::{KeysSummary, RotateKeys, RotateKeysReport};

use super::{Client, ClientError};

impl Client {
    pub(crate) async fn keys(&self) -> Result<KeysSummary, ClientError> {
        self.get("listing the keys", &["keys"], &[]).await
    }

    pub(crate) async fn rotate_keys(&self, request: &RotateKeys) -> Result<RotateKeysReport, ClientError> {
        self.answer("exchanging keys", self.json(Method::POST, &["keys", "rotate"], request)?).await
    }

    /// Writes a backup into a file as it comes. `came` hears of every piece, with its length. Whether it is whole is still to
    /// be seen.
    pub(crate) async fn backup(
        &self,
        with_datasets: bool,
        to: &mut std::fs::File,
        path: &Path,
        came: impl Fn(u64),
    ) -> Result<(), ClientError> {
        let what = "making a backup";
        let mut url = self.url(&["backup"]);
        if !with_datasets {
            url.query_pairs_mut().append_pair("datasets", "false");
        }
        let mut answer = self.open(what, self.at_url(Method::POST, url)).await?;
        let unreachable = |source| ClientError::Unreachable { what, host: self.base.clone(), source };
        while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
            let failed = |source| ClientError::Write { path: path.to_owned(), source };
            to.write_all(&piece).map_err(failed)?;
            came(piece.len() as u64);
        }
        Ok(())
    }
}
