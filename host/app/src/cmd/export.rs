//! `tieline export`: documents that `tieline apply` reads back, of what a host has.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use tieline_types::{Digest, TenantId};

use crate::{
    Answer, Exit, Failure,
    cli::documents::Export,
    client::Client,
    document::{Unwritable, Written, written},
};

/// Why a document is not written.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    /// It would take the place of another one.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("writing {} failed", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Everything is fetched before the first file is written.
pub(crate) async fn run(args: Export) -> Result<Answer, Failure> {
    let client = Client::new(&args.remote)?;
    let tenants = match &args.tenants[..] {
        [] => client.tenants().await?.into_iter().map(|tenant| tenant.id).collect(),
        named => named.to_vec(),
    };
    let mut documents = Vec::new();
    for tenant in tenants {
        documents.push((written(client.document(&tenant).await?)?, tenant));
    }
    match &args.out {
        Some(folder) => in_folder(&client, documents, folder, args.force).await,
        None => Ok(printed(documents)),
    }
}

fn printed(documents: Vec<(Written, TenantId)>) -> Answer {
    let texts: Vec<_> = documents.iter().map(|(written, _)| written.text.as_str()).collect();
    let object = documents.iter().map(|(written, tenant)| {
        serde_json::json!({"tenant": tenant, "toml": written.text, "packages": written.packages, "variables": written.variables})
    });
    Answer::done(texts.join("\n")).with("documents", object.collect::<Vec<_>>())
}

async fn in_folder(
    client: &Client,
    documents: Vec<(Written, TenantId)>,
    folder: &Path,
    force: bool,
) -> Result<Answer, Failure> {
    let mut packages: Vec<(PathBuf, Bytes)> = Vec::new();
    for (digest, path) in documents.iter().flat_map(|(written, _)| &written.packages) {
        let path = folder.join(path);
        let known = packages.iter().any(|(known, _)| *known == path);
        if !known && !holds(&path, digest) {
            packages.push((path, client.package(*digest).await?));
        }
    }
    let mut files = Vec::new();
    for (path, bytes) in packages {
        write(&path, &bytes, true)?;
        files.push(path);
    }
    let (mut variables, mut lines) = (Vec::new(), Vec::new());
    for (written, tenant) in documents {
        let path = folder.join(format!("{tenant}.toml"));
        write(&path, written.text.as_bytes(), force)?;
        lines.push(format!("wrote {}", path.display()));
        files.push(path);
        variables.extend(written.variables);
    }
    if !variables.is_empty() {
        lines.push(format!("secrets are not in it; apply reads them from: {}", variables.join(", ")));
    }
    Ok(Answer::done(lines.join("\n")).with("files", files).with("variables", variables))
}

/// Whether the file is that package already.
fn holds(path: &Path, digest: &Digest) -> bool {
    fs::read(path).is_ok_and(|found| Digest::of(&found) == *digest)
}

fn write(path: &Path, content: &[u8], replace: bool) -> Result<(), ExportError> {
    let failed = |source| ExportError::Write { path: path.into(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(replace).create_new(!replace).truncate(replace);
    let mut file = options.open(path).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => ExportError::Exists(path.into()),
        _ => ExportError::Write { path: path.into(), source },
    })?;
    file.write_all(content).map_err(failed)
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let exists = matches!(error, ExportError::Exists(_));
        let failure = Self::new(Exit::Failed, error).code("export.file");
        if exists { failure.remedy("give another folder, or --force to write over it") } else { failure }
    }
}

impl From<Unwritable> for Failure {
    fn from(error: Unwritable) -> Self {
        Self::new(Exit::Failed, error)
            .code("export.unwritable")
            .remedy("TOML has no null and no number beyond 64 bits: take it out of the configuration")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_over_nothing_unless_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/acme.toml");
        write(&path, b"one, and longer", false).unwrap();
        assert!(matches!(write(&path, b"two", false), Err(ExportError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"one, and longer");
        write(&path, b"two", true).unwrap();
        assert!(holds(&path, &Digest::of(b"two")) && !holds(&path, &Digest::of(b"one")));
    }
}
