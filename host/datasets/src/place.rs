//! Where files are.

use std::{collections::BTreeMap, path, sync::Arc};

use object_store::{
    ObjectStore, ObjectStoreScheme, aws::AmazonS3Builder, azure::MicrosoftAzureBuilder,
    gcp::GoogleCloudStorageBuilder, local::LocalFileSystem, parse_url_opts, path::Path,
};
use tieline_egress::Egress;
use tieline_types::{
    InstallationKey,
    dataset::{Day, TableKey},
};
use url::Url;

use crate::door::Door;

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
    /// store of the crate `object_store` (`s3://`, `az://`, `gs://` and their relatives), with `options` as that names
    /// them: `region`, `endpoint`, `access_key_id`. Nothing is read from the environment, and everything goes through
    /// `egress`.
    ///
    /// # Errors
    /// When it cannot be one. Whether an object store answers is not asked yet.
    pub fn open(
        url: &str,
        base: &path::Path,
        options: &BTreeMap<String, String>,
        egress: &Egress,
    ) -> Result<Self, OpenError> {
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
        let (store, root) = remote(&parsed, options, Door(egress.clone())).map_err(storage)?;
        Ok(Self { store, root, shown: parsed.to_string() })
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
        self.root.clone().join(Self::CLAIM)
    }

    /// Below which all of it lies.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// For people.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

/// An option that this kind of store does not know is an error, or a misspelt one would be without effect.
macro_rules! built {
    ($builder:ty, $url:expr, $options:expr, $door:expr) => {{
        let mut builder = <$builder>::new().with_url($url.as_str()).with_http_connector($door);
        for (name, value) in $options {
            builder = builder.with_config(name.to_ascii_lowercase().parse()?, value);
        }
        Arc::new(builder.build()?)
    }};
}

fn remote(
    url: &Url,
    options: &BTreeMap<String, String>,
    door: Door,
) -> object_store::Result<(Arc<dyn ObjectStore>, Path)> {
    let (scheme, root) = ObjectStoreScheme::parse(url)?;
    let store: Arc<dyn ObjectStore> = match scheme {
        ObjectStoreScheme::AmazonS3 => built!(AmazonS3Builder, url, options, door),
        ObjectStoreScheme::MicrosoftAzure => built!(MicrosoftAzureBuilder, url, options, door),
        ObjectStoreScheme::GoogleCloudStorage => built!(GoogleCloudStorageBuilder, url, options, door),
        _ => return parse_url_opts(url, options).map(|(store, root)| (store.into(), root)),
    };
    Ok((store, root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_where_duckdb_looks_for_partitions() {
        let dir = tempfile::tempdir().unwrap();
        let egress = Egress::new(&Default::default()).unwrap();
        let place = Place::open("./data", dir.path(), &BTreeMap::new(), &egress).unwrap();
        let installation =
            InstallationKey { tenant: "acme".parse().unwrap(), installation: "calls".parse().unwrap() };
        let table = TableKey { installation, table: "streams".into() };
        let file = place.file(&table, "2026-11-22".parse().unwrap(), "a");
        let expected = "tenant=acme/installation=calls/streams/day=2026-11-22/a.parquet";
        assert_eq!(file.to_string(), expected);
        assert!(dir.path().join("data").is_dir());
        let memory = Place::open("memory:///deep/down", dir.path(), &BTreeMap::new(), &egress).unwrap();
        assert_eq!(
            memory.file(&table, "2026-11-22".parse().unwrap(), "a").to_string(),
            format!("deep/down/{expected}")
        );
    }

    #[test]
    fn refuses_what_is_no_place() {
        let egress = Egress::new(&Default::default()).unwrap();
        let with = |url: &str, options: &[(&str, &str)]| {
            let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            Place::open(url, path::Path::new("/"), &options.collect(), &egress).map(|_| ())
        };
        let open = |url: &str| with(url, &[]);
        assert!(matches!(with("s3://bucket/x", &[("regoin", "eu")]), Err(OpenError::Storage(..))));
        assert!(with("s3://bucket/x", &[("region", "eu-central-1")]).is_ok());
        assert!(matches!(open("ftp://host/x"), Err(OpenError::Storage(..))));
        assert!(matches!(open("s3://[/x"), Err(OpenError::Address(..))));
    }
}
