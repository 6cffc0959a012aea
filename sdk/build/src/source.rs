//! What stands beside a connector's code: its manifest and the schema of its configuration.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tieline_types::{Manifest, manifest::InvalidManifest};

/// The manifest's file name.
pub const MANIFEST_FILE: &str = "connector.toml";

/// The manifest and the schema, verbatim and parsed.
pub(crate) struct Source {
    pub(crate) manifest: Manifest,
    pub(crate) manifest_text: String,
    pub(crate) config_schema: Option<String>,
}

/// The manifest or the schema cannot be used. Each error names the file.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no manifest.
    #[error("{} is missing: a connector says there who it is and what it needs", .0.display())]
    NoManifest(PathBuf),
    /// The manifest is not of its shape.
    #[error("{} is not a connector's manifest", file.display())]
    Manifest {
        /// The manifest.
        file: PathBuf,
        /// Line and field.
        source: InvalidManifest,
    },
    /// The manifest names a schema that is not there.
    #[error("{} names `config_schema = \"{name}\"`, and that file is missing", manifest.display())]
    NoSchema {
        /// The manifest.
        manifest: PathBuf,
        /// The schema, as the manifest names it.
        name: String,
    },
    /// The schema is not JSON.
    #[error("{} is not JSON", file.display())]
    Schema {
        /// The schema.
        file: PathBuf,
        /// Line and column.
        source: serde_json::Error,
    },
    /// A file is there and cannot be read.
    #[error("reading {} failed", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Source {
    /// Reads a connector's folder.
    pub(crate) fn read(dir: &Path) -> Result<Self, SourceError> {
        let file = dir.join(MANIFEST_FILE);
        let manifest_text = text(&file)?.ok_or_else(|| SourceError::NoManifest(file.clone()))?;
        let manifest = Manifest::parse(&manifest_text)
            .map_err(|source| SourceError::Manifest { file: file.clone(), source })?;
        let config_schema = match &manifest.connector.config_schema {
            Some(name) => Some(schema(dir, name, file)?),
            None => None,
        };
        Ok(Self { manifest, manifest_text, config_schema })
    }
}

fn schema(dir: &Path, name: &str, manifest: PathBuf) -> Result<String, SourceError> {
    let file = dir.join(name);
    let text = text(&file)?.ok_or_else(|| SourceError::NoSchema { manifest, name: name.into() })?;
    serde_json::from_str::<serde::de::IgnoredAny>(&text)
        .map_err(|source| SourceError::Schema { file, source })?;
    Ok(text)
}

fn text(file: &Path) -> Result<Option<String>, SourceError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SourceError::Unreadable { file: file.into(), source }),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::error::Error;

    use super::*;

    pub(crate) const MANIFEST: &str = r#"
        [connector]
        id = "echo"
        version = "1.0.0"
        name = "Echo"
        vendor = "Tieline"
        licence = "MIT"
        description = "Says it again."
        minimum_host = "0.1.0"
        config_schema = "config.schema.json"
        [capabilities]
        storage = "remembers what it heard"
    "#;

    fn refused(manifest: Option<&str>, schema: Option<&str>) -> SourceError {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [(MANIFEST_FILE, manifest), ("config.schema.json", schema)] {
            if let Some(text) = text {
                fs::write(dir.path().join(name), text).unwrap();
            }
        }
        Source::read(dir.path()).err().expect("it is refused")
    }

    #[test]
    fn refuses_by_name_what_is_missing_or_malformed() {
        let error = refused(None, None);
        assert!(matches!(error, SourceError::NoManifest(_)));
        assert!(error.to_string().contains("connector.toml is missing"));

        let error = refused(Some("[connector]\nid = 7"), None);
        assert!(matches!(error, SourceError::Manifest { .. }));
        let cause = error.source().and_then(Error::source).expect("the field").to_string();
        assert!(cause.contains("line 2"), "{cause}");

        assert!(matches!(refused(Some(MANIFEST), None), SourceError::NoSchema { .. }));
        assert!(matches!(refused(Some(MANIFEST), Some("{,}")), SourceError::Schema { .. }));
    }

    #[test]
    fn keeps_both_files_verbatim() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(MANIFEST_FILE), MANIFEST).unwrap();
        fs::write(dir.path().join("config.schema.json"), "{ \"type\":  \"object\" }").unwrap();
        let source = Source::read(dir.path()).unwrap();
        assert_eq!(source.manifest_text, MANIFEST);
        assert_eq!(source.config_schema.as_deref(), Some("{ \"type\":  \"object\" }"));
    }
}
