//! Finding and parsing tenant documents.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::Found;

/// The host's own configuration; it may lie beside the tenants and is none.
const HOST_CONFIG: &str = "tieline.toml";

/// Why no documents could be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The file or directory cannot be read.
    #[error("reading {} failed", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing to apply.
    #[error("there is no tenant document (*.toml) in {}", .0.display())]
    Empty(PathBuf),
    /// Not TOML, or not of the document's shape.
    #[error("{} is not a tenant document", path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

/// Reads a document, or every document of a directory in the order of their names. Directories within it are
/// not looked into.
pub(crate) fn read(path: &Path) -> Result<Vec<Found>, ReadError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        |source| ReadError::Io { path, source }
    };
    if !path.is_dir() {
        return Ok(vec![parse(path)?]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(at(path))? {
        let file = entry.map_err(at(path))?.path();
        let is_toml = file.extension().is_some_and(|e| e == "toml");
        if is_toml && file.is_file() && file.file_name().is_some_and(|n| n != HOST_CONFIG) {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(ReadError::Empty(path.into()));
    }
    files.sort();
    files.iter().map(|file| parse(file)).collect()
}

fn parse(path: &Path) -> Result<Found, ReadError> {
    let text = std::fs::read_to_string(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
    let file = toml::from_str(&text)
        .map_err(|source| ReadError::Parse { path: path.into(), source: Box::new(source) })?;
    Ok(Found { path: path.into(), file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{error::Error as _, fs};

    #[test]
    fn refuses_what_is_no_document_and_says_where() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(read(dir.path()), Err(ReadError::Empty(_))));
        assert!(matches!(read(&dir.path().join("no.toml")), Err(ReadError::Io { .. })));
        let path = dir.path().join("acme.toml");
        fs::write(&path, "[tenant]\nid = \"acme\"\nname = \"Acme\"\nplan = \"gold\"\n").unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.to_string().contains("acme.toml"));
        assert!(error.source().unwrap().to_string().contains("plan"));
    }

    #[test]
    fn reads_a_directory_in_order_without_the_hosts_own_file() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml"] {
            let id = &name[..1];
            fs::write(dir.path().join(name), format!("[tenant]\nid = \"{id}\"\nname = \"T\"\n")).unwrap();
        }
        fs::write(dir.path().join("tieline.toml"), "[server]\n").unwrap();
        fs::write(dir.path().join("notes.txt"), "").unwrap();
        let ids: Vec<String> =
            read(dir.path()).unwrap().iter().map(|found| found.file.tenant.id.to_string()).collect();
        assert_eq!(ids, ["a", "b"]);
    }
}
