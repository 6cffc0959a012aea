//! Where files are.

use std::{collections::BTreeMap, path, sync::Arc};

use object_store::{ObjectStore, local::LocalFileSystem, parse_url_opts, path::Path};
use tieline_types::{
    InstallationKey,
    dataset::{Day, TableKey},
};
use url::Url;

/// Why there is no such place.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not an address.
    #[error("`{0}` is neither a folder nor an address such as s3://bucket/folder")]
    Address(String, #[source] url::ParseError),
    /// The folder cannot be made.
    #[error("making the folder {} failed", .0.display())]
    Folder(path::PathBuf, #[source] std::io::Error),
    /// No storage answers to this address, or its options are wrong.
    #[error("opening {0} failed")]
    Storage(String, #[source] object_store::Error),
}

/// A folder on this machine or in an object store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Place {
    pub(crate) store: Arc<dyn ObjectStore>,
    root: Path,
    shown: String,
}

impl Place {
    /// `./datasets` and `file:///srv/datasets` are folders, the first relative to `base`. Any other address is an object
    /// store of the crate `object_store`, as far as this build has its feature, with `options` as that names them:
    /// `region`, `endpoint`, `access_key_id`. Nothing is read from the environment.
    ///
    /// # Errors
    /// When it cannot be one. Whether an object store answers is not asked yet.
    pub fn open(url: &str, base: &path::Path, options: &BTreeMap<String, String>) -> Result<Self, OpenError> {
        let parsed = match url.contains("://") {
            true => Some(Url::parse(url).map_err(|error| OpenError::Address(url.into(), error))?),
            false => None,
        };
        let folder = match &parsed {
            None => Some(base.join(url)),
            Some(url) => (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten(),
        };
        let storage = |error| OpenError::Storage(url.into(), error);
        if let Some(folder) = folder {
            std::fs::create_dir_all(&folder).map_err(|error| OpenError::Folder(folder.clone(), error))?;
            let store = LocalFileSystem::new_with_prefix(&folder).map_err(storage)?;
            // A file that is recorded is there, also when the power fails.
            let store = Arc::new(store.with_fsync(true).with_automatic_cleanup(true));
            return Ok(Self { store, root: Path::default(), shown: folder.display().to_string() });
        }
        let parsed = parsed.expect("what is no folder has been parsed");
        let options = options.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let (store, root) = parse_url_opts(&parsed, options).map_err(storage)?;
        Ok(Self { store: store.into(), root, shown: parsed.to_string() })
    }

    /// `<place>/tenant=acme/installation=calls`
    pub(crate) fn installation(&self, installation: &InstallationKey) -> Path {
        let InstallationKey { tenant, installation } = installation;
        self.root.clone().join(format!("tenant={tenant}")).join(format!("installation={installation}"))
    }

    /// `<place>/tenant=acme/installation=calls/streams/day=2026-11-22/<name>.parquet`
    pub(crate) fn file(&self, table: &TableKey, day: Day, name: &str) -> Path {
        let folder = self.installation(&table.installation).join(table.table.as_str());
        folder.join(format!("day={day}")).join(format!("{name}.parquet"))
    }

    /// What says whose files they are.
    pub(crate) fn claim(&self) -> Path {
        self.root.clone().join("tieline-store")
    }

    /// For people.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_where_duckdb_looks_for_partitions() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::open("./data", dir.path(), &BTreeMap::new()).unwrap();
        let installation =
            InstallationKey { tenant: "acme".parse().unwrap(), installation: "calls".parse().unwrap() };
        let table = TableKey { installation, table: "streams".into() };
        let file = place.file(&table, "2026-11-22".parse().unwrap(), "a");
        let expected = "tenant=acme/installation=calls/streams/day=2026-11-22/a.parquet";
        assert_eq!(file.to_string(), expected);
        assert!(dir.path().join("data").is_dir());
        let memory = Place::open("memory:///deep/down", dir.path(), &BTreeMap::new()).unwrap();
        assert_eq!(
            memory.file(&table, "2026-11-22".parse().unwrap(), "a").to_string(),
            format!("deep/down/{expected}")
        );
    }

    #[test]
    fn refuses_what_is_no_place() {
        let open = |url: &str| Place::open(url, path::Path::new("/"), &BTreeMap::new()).map(|_| ());
        assert!(matches!(open("ftp://host/x"), Err(OpenError::Storage(..))));
        assert!(matches!(open("s3://[/x"), Err(OpenError::Address(..))));
    }
}
