//! From references to what they stand for.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use tieline_types::{
    ConnectionName, Digest, ReceiverName,
    tenant::{Connection, Document, Installation, SecretRef, Tenant},
};

use super::{
    Found, PackageFile, Upload,
    secret::{SecretError, follow},
};

/// Why a document cannot be sent. Names the document and the place in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResolveError {
    /// A secret is missing.
    #[error("{}: connections.{connection}.{field} cannot be resolved", document.display())]
    Secret {
        /// In which document.
        document: PathBuf,
        /// Of which connection.
        connection: ConnectionName,
        /// Which field of it.
        field: &'static str,
        /// Why.
        source: SecretError,
    },
    /// The secret of somebody who is told of alerts is missing.
    #[error("{}: tenant.alert_receivers.{receiver}.secret cannot be resolved", document.display())]
    Receiver {
        /// In which document.
        document: PathBuf,
        /// Of which receiver.
        receiver: ReceiverName,
        /// Why.
        source: SecretError,
    },
    /// A package is missing.
    #[error("{}: reading the package {} failed", document.display(), package.display())]
    Package {
        /// In which document.
        document: PathBuf,
        /// Which package.
        package: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Resolves every reference of a document; relative files are relative to it. `env` looks an environment
/// variable up.
pub(crate) fn resolve(found: Found, env: &dyn Fn(&str) -> Option<String>) -> Result<Upload, ResolveError> {
    let directory = found.path.parent().unwrap_or(Path::new(""));
    let mut connections = BTreeMap::new();
    for (name, connection) in found.file.connections {
        let mut secrets = [const { None }; 5];
        for (place, (field, reference)) in
            secrets.iter_mut().zip(Connection::<SecretRef>::SECRETS.into_iter().zip(connection.secrets()))
        {
            let followed = reference.map(|reference| follow(reference, directory, env)).transpose();
            *place = followed.map_err(|source| {
                let (document, connection) = (found.path.clone(), name.clone());
                ResolveError::Secret { document, connection, field, source }
            })?;
        }
        connections.insert(name, connection.with_secrets(secrets));
    }

    let mut packages: BTreeMap<Digest, PackageFile> = BTreeMap::new();
    let mut installations = Vec::new();
    for installation in found.file.installations {
        let path = directory.join(&installation.package);
        let bytes = std::fs::read(&path).map_err(|source| ResolveError::Package {
            document: found.path.clone(),
            package: path.clone(),
            source,
        })?;
        let digest = Digest::of(&bytes);
        packages.insert(digest, PackageFile { path, digest, bytes: Bytes::from(bytes) });
        let Installation { id, connector, package: _, grant, journal, watchdog, config } = installation;
        installations.push(Installation { id, connector, package: digest, grant, journal, watchdog, config });
    }

    let Tenant { id, name, quotas, panel, alert_receivers } = found.file.tenant;
    let mut receivers = Vec::new();
    for receiver in alert_receivers {
        let followed =
            receiver.secret.as_ref().map(|reference| follow(reference, directory, env)).transpose();
        let followed = followed.map_err(|source| {
            let (document, receiver) = (found.path.clone(), receiver.name.clone());
            ResolveError::Receiver { document, receiver, source }
        })?;
        receivers.push(receiver.with_secret(followed));
    }
    let tenant = Tenant { id, name, quotas, panel, alert_receivers: receivers };
    let document = Document { tenant, connections, installations };
    Ok(Upload { document, packages: packages.into_values().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{error::Error as _, fs};

    const DOCUMENT: &str = r#"
        [tenant]
        id = "acme"
        name = "Acme Ltd"
        [[tenant.alert_receivers]]
        name = "pager"
        webhook = "https://pager.example/"
        secret = { env = "ACME_MS" }
        [connections.microsoft]
        provider = "microsoft"
        client_secret = { env = "ACME_MS" }
        [connections.salesforce]
        provider = "salesforce"
        refresh_token = { file = "secrets/sf" }
        [[installations]]
        id = "one"
        connector = "salesforce"
        package = "salesforce.wasm"
        [[installations]]
        id = "two"
        connector = "salesforce"
        package = "salesforce.wasm"
    "#;

    fn scene(dir: &Path) -> Found {
        fs::create_dir(dir.join("secrets")).unwrap();
        fs::write(dir.join("secrets/sf"), "from-a-file\n").unwrap();
        fs::write(dir.join("salesforce.wasm"), b"\0asm").unwrap();
        Found { path: dir.join("acme.toml"), file: toml::from_str(DOCUMENT).unwrap() }
    }

    #[test]
    fn a_missing_variable_is_named_with_document_and_place() {
        let dir = tempfile::tempdir().unwrap();
        let error = resolve(scene(dir.path()), &|_| None).unwrap_err();
        let text = format!("{error} {}", error.source().unwrap());
        for part in ["acme.toml", "connections.microsoft.client_secret", "ACME_MS"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }

    #[test]
    fn a_missing_package_is_named_with_the_document() {
        let dir = tempfile::tempdir().unwrap();
        let found = scene(dir.path());
        fs::remove_file(dir.path().join("salesforce.wasm")).unwrap();
        let text = resolve(found, &|_| Some("s".into())).unwrap_err().to_string();
        assert!(text.contains("acme.toml") && text.contains("salesforce.wasm"), "{text}");
    }

    #[test]
    fn what_is_sent_holds_the_secrets_and_each_package_once() {
        let dir = tempfile::tempdir().unwrap();
        let env = |name: &str| (name == "ACME_MS").then(|| "from-env".to_owned());
        let upload = resolve(scene(dir.path()), &env).unwrap();
        assert_eq!(upload.packages.len(), 1);
        let digest = Digest::of(b"\0asm");
        let sent = serde_json::to_value(&upload.document).unwrap();
        assert_eq!(sent["connections"]["microsoft"]["client_secret"], "from-env");
        assert_eq!(sent["tenant"]["alert_receivers"][0]["secret"], "from-env");
        assert_eq!(sent["connections"]["salesforce"]["refresh_token"], "from-a-file");
        assert_eq!(sent["installations"][1]["package"], digest.to_string());
        assert!(!format!("{upload:?}").contains("from-"));
    }
}
