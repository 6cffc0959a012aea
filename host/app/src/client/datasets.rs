//! Datasets, as the CLI asks for them.

use std::{io::Write as _, path::Path};

use reqwest::Method;
use tieline_types::{
    InstallationKey,
    api::{DatasetCompaction, DatasetDetail, DatasetNumbers, DatasetSummary},
};

use super::{Client, ClientError};

impl Client {
    pub(crate) async fn datasets(&self, key: &InstallationKey) -> Result<Vec<DatasetSummary>, ClientError> {
        let path = ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "datasets"];
        self.list("listing tables", &path).await
    }

    pub(crate) async fn dataset(
        &self,
        key: &InstallationKey,
        table: &str,
    ) -> Result<DatasetDetail, ClientError> {
        self.get("reading the table", &of(key, table), &[]).await
    }

    /// `query` as the API takes it: `by`, `measure`, `where`, `from`, `to`.
    pub(crate) async fn dataset_numbers(
        &self,
        key: &InstallationKey,
        table: &str,
        query: &[(&str, String)],
    ) -> Result<DatasetNumbers, ClientError> {
        let path: Vec<&str> = of(key, table).into_iter().chain(["summary"]).collect();
        self.get("asking for numbers", &path, query).await
    }

    pub(crate) async fn compact_dataset(
        &self,
        key: &InstallationKey,
        table: &str,
    ) -> Result<DatasetCompaction, ClientError> {
        let path: Vec<&str> = of(key, table).into_iter().chain(["compact"]).collect();
        self.answer("merging the table's files", self.request(Method::POST, &path)).await
    }

    /// Writes the rows to a file as they come; its size. A file of that name is there only if all came.
    pub(crate) async fn export_dataset(
        &self,
        key: &InstallationKey,
        table: &str,
        query: &[(&str, String)],
        to: &Path,
    ) -> Result<u64, ClientError> {
        let what = "exporting the table";
        let path: Vec<&str> = of(key, table).into_iter().chain(["export"]).collect();
        let mut url = self.url(&path);
        url.query_pairs_mut().extend_pairs(query);
        let mut answer = self.open(what, self.at_url(Method::GET, url)).await?;
        let failed = |source| ClientError::Write { path: to.to_owned(), source };
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let mut bytes = 0;
        let unreachable = |source| ClientError::Unreachable { what, host: self.base.clone(), source };
        while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
            file.write_all(&piece).map_err(failed)?;
            bytes += piece.len() as u64;
        }
        file.persist(to).map_err(|error| failed(error.error))?;
        Ok(bytes)
    }
}

fn of<'a>(key: &'a InstallationKey, table: &'a str) -> [&'a str; 6] {
    ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "datasets", table]
}
