//! `tieline inspect`: what a package is, and which rights it asks for.

use std::{
    io,
    path::{Path, PathBuf},
};

use tieline_runtime::{Inspection, PackageError};
use tieline_types::{Doors, Limits, Manifest};

use crate::{Answer, Exit, Failure, cli::Inspect, table::table};

/// Why a package cannot be shown.
#[derive(Debug, thiserror::Error)]
enum InspectError {
    /// The file cannot be read.
    #[error("reading {} failed", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// No host would take it.
    #[error("{} is not a package that this host can run", path.display())]
    Package { path: PathBuf, source: Box<PackageError> },
}

pub(crate) fn run(args: &Inspect) -> Result<Answer, Failure> {
    let package = read(&args.file)?;
    let rights = rights(&package.manifest);
    Ok(Answer::done(shown(&package, &rights))
        .with("digest", package.digest)
        .with("imports", &package.imports)
        .with("wasi", &package.wasi)
        .with("rights", rights.iter().map(|right| right.what.as_str()).collect::<Vec<_>>())
        .with("manifest", &package.manifest)
        .with("config_schema", package.config_schema))
}

/// Reads a package as the host would; nothing of it is compiled or run.
pub(crate) fn read(path: &Path) -> Result<Inspection, Failure> {
    let path = path.to_owned();
    let package = match std::fs::read(&path) {
        Ok(bytes) => tieline_runtime::inspect(&bytes, &Doors::default(), &Limits::default())
            .map_err(|source| InspectError::Package { path, source: Box::new(source) }),
        Err(source) => Err(InspectError::Read { path, source }),
    };
    package.map_err(|error| Failure::new(Exit::Failed, error).code("package.unreadable"))
}

/// One thing that a connector asks for, in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Right {
    /// What it would do.
    pub(crate) what: String,
    /// Why, as the vendor says.
    pub(crate) reason: String,
}

/// Everything that a manifest asks for, the dangerous first.
pub(crate) fn rights(manifest: &Manifest) -> Vec<Right> {
    let graph = manifest.graph_permissions.iter().map(|p| (p.to_string(), &p.reason));
    let connections = manifest.connections.iter().map(|c| (c.to_string(), &c.reason));
    let origins = manifest.http_origins.iter().map(|o| (o.words(&o.origin), &o.reason));
    let capabilities =
        manifest.capabilities.iter().map(|(c, reason)| (format!("capability {}", c.name()), reason));
    let tables = manifest.datasets.iter().map(|table| (table.to_string(), &table.reason));
    let all = graph.chain(connections).chain(origins).chain(capabilities).chain(tables);
    all.map(|(what, reason)| Right { what, reason: reason.clone() }).collect()
}

fn shown(package: &Inspection, rights: &[Right]) -> String {
    let identity = &package.manifest.connector;
    let mut text = format!(
        "{} {}: {}\n  {}\n  by {}, {}\n  {}\n\n",
        identity.id,
        identity.version,
        identity.name,
        identity.description,
        identity.vendor,
        identity.licence,
        package.digest,
    );
    let rows = rights.iter().map(|right| vec![right.what.clone(), right.reason.clone()]);
    text.push_str(&table(&["Asks to", "Because"], rows.collect(), "Asks for nothing."));
    let actions = package.manifest.actions.iter();
    let rows =
        actions.map(|action| vec![action.name.clone(), action.title.clone(), action.description.clone()]);
    text.push_str(&format!("\n\n{}", table(&["Action", "Title", "Does"], rows.collect(), "No actions.")));
    let imports: Vec<&str> = package.imports.iter().map(|capability| capability.name()).collect();
    text.push_str(&format!("\n\nImports: {}", imports.join(", ")));
    if !package.wasi.is_empty() {
        let wasi: Vec<_> = package.wasi.iter().copied().collect();
        text.push_str(&format!("\nOf WASI, none of which gives anything more away: {}", wasi.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_words_with_the_dangerous_first() {
        let manifest = Manifest::parse(
            r#"
            capabilities = { storage = "remembers" }
            [connector]
            id = "t"
            version = "1.0.0"
            name = "T"
            vendor = "T"
            licence = "MIT"
            description = "T"
            minimum_host = "0.1.0"
            [[graph_permissions]]
            name = "ChannelMessage.Read.All"
            kind = "application"
            reason = "reads"
            [[http_origins]]
            origin = "https://*.example.com"
            methods = ["GET", "POST"]
            reason = "sends"
            "#,
        )
        .unwrap();
        let rights: Vec<String> = rights(&manifest).into_iter().map(|right| right.what).collect();
        assert_eq!(
            rights,
            [
                "Graph ChannelMessage.Read.All as the app",
                "GET, POST https://*.example.com",
                "capability storage",
            ]
        );
    }
}
