//! The files of the demo: a host's configuration and a tenant's document, as an operator would write them.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tieline_types::{ConnectionKey, ConnectorId, InstallationKey};
use url::Url;

use super::sim::Manifest;
use crate::{Exit, Failure};

/// Where the files are.
#[derive(Debug)]
pub(crate) struct Scene {
    /// `tieline.toml`
    pub(crate) config: PathBuf,
    /// The tenant's document.
    pub(crate) tenant: PathBuf,
}

/// Why the files cannot be written.
#[derive(Debug, thiserror::Error)]
enum SceneError {
    #[error("writing {} failed", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{0} names no socket address")]
    Address(Url),
    #[error("writing TOML failed")]
    Toml(#[source] toml::ser::Error),
}

impl From<SceneError> for Failure {
    fn from(error: SceneError) -> Self {
        Self::new(Exit::Failed, error)
    }
}

const TENANT: &str = "demo";
/// Where people would open records.
const ORGANIZATION: &str = "https://lakeside.crm4.dynamics.com";
/// Where people would open cases of the Service Center.
const VAULT: &str = "https://lakeside.veevavault.com";
const DEAL_DESK: &str = "deal-desk";
const CASES: &str = "cases";
const SERVICE_CENTER: &str = "service-center";
const CALLS: &str = "calls";
const CONTACT_CENTER: &str = "contact-center";
/// The connection that people sign in to.
pub(crate) const MICROSOFT: &str = "microsoft";

/// Graph permissions that an administrator consents to before anything else happens: those of an app.
pub(crate) const APPLICATION: [&str; 6] = [
    "ChannelMessage.Read.All",
    "Chat.ReadWrite.All",
    "Directory.Read.All",
    "Presence.Read.All",
    "User.Read.All",
    "User.ReadBasic.All",
];
/// The same of people.
pub(crate) const DELEGATED: [&str; 4] =
    ["ChannelMessage.Send", "Chat.Create", "ChatMessage.Send", "User.Read"];
/// The same of the people who work cases of a Service Center.
pub(crate) const OF_REPRESENTATIVES: [&str; 7] = [
    "Calendars.ReadWrite",
    "Calendars.ReadWrite.Shared",
    "Group.ReadWrite.All",
    "Mail.ReadWrite.Shared",
    "Notes.ReadWrite.All",
    "OnlineMeetingArtifact.Read.All",
    "OnlineMeetings.ReadWrite",
];

/// What conferences with people of Teams need.
pub(crate) const OF_CONFERENCES: [&str; 6] =
    ["User.Read.All", "Presence.Read.All", "Chat.Create", "Chat.Read", "ChatMessage.Send", "User.Read"];

/// What the collection of call records needs: of the app, and of whoever authorises it.
pub(crate) const OF_CALLS: [&str; 3] = ["CallRecords.Read.All", "TeamworkDevice.Read.All", "User.Read.All"];

/// The installation that logs what a channel says.
pub(crate) fn installation() -> InstallationKey {
    key(DEAL_DESK)
}

/// The installation that connects cases with chats.
pub(crate) fn cases() -> InstallationKey {
    key(CASES)
}

/// The installation that works the cases of a Service Center.
pub(crate) fn service_center() -> InstallationKey {
    key(SERVICE_CENTER)
}

/// The installation that collects call records.
pub(crate) fn calls() -> InstallationKey {
    key(CALLS)
}

/// The installation that has people of Teams in customers' sessions.
pub(crate) fn contact_center() -> InstallationKey {
    key(CONTACT_CENTER)
}

/// A connection of the demo's tenant.
pub(crate) fn connection(name: &str) -> ConnectionKey {
    let installation = installation();
    ConnectionKey { tenant: installation.tenant, connection: name.parse().expect("a test parses it") }
}

fn key(installation: &str) -> InstallationKey {
    InstallationKey {
        tenant: TENANT.parse().expect("a test parses both"),
        installation: installation.parse().expect("a test parses both"),
    }
}

/// A connector's package.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) connector: ConnectorId,
    pub(crate) path: PathBuf,
}

/// The packages of the demo.
#[derive(Debug, Clone)]
pub(crate) struct Packages {
    pub(crate) salesforce: Package,
    pub(crate) dynamics: Package,
    pub(crate) vault: Package,
    pub(crate) call_records: Package,
    pub(crate) contact_center: Package,
}

/// Writes the files. Secrets go into files of their own, to which the document refers.
pub(crate) fn write(folder: &Path, sim: &Manifest, packages: &Packages) -> Result<Scene, Failure> {
    let scene = Scene { config: folder.join("tieline.toml"), tenant: folder.join("demo.toml") };
    put(&folder.join("microsoft.secret"), &sim.tenant.client_secret)?;
    put(&folder.join("salesforce.secret"), &sim.tenant.salesforce.client_secret)?;
    put(&folder.join("contact-center.secret"), &sim.tenant.contact_center.client_secret)?;
    put(&folder.join("vault.user"), &sim.tenant.vault.username)?;
    put(&folder.join("vault.secret"), &sim.tenant.vault.password)?;
    put(&scene.config, &toml(&config(sim)?)?)?;
    put(&scene.tenant, &toml(&document(sim, packages))?)?;
    Ok(scene)
}

fn config(sim: &Manifest) -> Result<Value, Failure> {
    let private = [
        &sim.entra_tls,
        &sim.graph_tls,
        &sim.salesforce_tls,
        &sim.dataverse_tls,
        &sim.vault_tls,
        &sim.contact_center_tls,
    ];
    let private = private.map(address).into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(json!({
        "server": { "listen": "127.0.0.1:0" },
        "store": { "url": "sled:./data" },
        "clouds": { "sim": {
            "login": sim.entra_tls, "graph": sim.graph_tls, "ca": sim.ca, "simulated": true,
        } },
        "egress": { "allow_private": private, "ca": sim.ca },
        "delivery": { "retry_schedule_ms": [500, 1000, 2000, 4000, 8000] },
    }))
}

fn address(url: &Url) -> Result<SocketAddr, SceneError> {
    let addresses = url.socket_addrs(|| None).ok().and_then(|found| found.first().copied());
    addresses.ok_or_else(|| SceneError::Address(url.clone()))
}

fn document(sim: &Manifest, packages: &Packages) -> Value {
    let Packages { salesforce, dynamics, vault, call_records, contact_center } = packages;
    let seeded = &sim.tenant;
    let place = json!({
        "team_id": seeded.team_id, "channel_id": seeded.channel_id, "channel_name": seeded.channel_name,
        "opportunity_id": seeded.opportunity_id,
    });
    let rule = |more: Value| match (place.clone(), more) {
        (Value::Object(place), Value::Object(more)) => Value::Object(more.into_iter().chain(place).collect()),
        (place, _) => place,
    };
    json!({
        "tenant": { "id": TENANT, "name": "The demo's tenant" },
        "connections": {
            "microsoft": {
                "provider": "microsoft", "cloud": "sim", "directory_id": seeded.directory_id,
                "client_id": seeded.client_id, "client_secret": { "file": "microsoft.secret" },
            },
            "salesforce": {
                "provider": "salesforce", "login_url": sim.salesforce_tls,
                "client_id": seeded.salesforce.client_id, "client_secret": { "file": "salesforce.secret" },
            },
            "dynamics": {
                "provider": "dynamics", "cloud": "sim", "directory_id": seeded.directory_id,
                "environment_url": sim.dataverse_tls, "client_id": seeded.client_id,
                "client_secret": { "file": "microsoft.secret" },
            },
            "contact-center": {
                "provider": "contact-center", "login_url": sim.contact_center_tls,
                "client_id": seeded.contact_center.client_id, "client_secret": { "file": "contact-center.secret" },
            },
            "vault": {
                "provider": "vault", "url": sim.vault_tls, "username": { "file": "vault.user" },
                "password": { "file": "vault.secret" },
            },
        },
        "installations": [{
            "id": DEAL_DESK, "connector": salesforce.connector, "package": salesforce.path,
            "grant": {
                "graph": ["ChannelMessage.Read.All", "User.Read.All"], "connections": ["salesforce"],
            },
            "config": {
                "deal_desk": [rule(json!({ "name": "terms", "keywords": ["discount", "net 60", "approval"] }))],
                "competitors": [rule(json!({ "name": "Globex", "names": ["globex"] }))],
            },
        }, {
            "id": CASES, "connector": dynamics.connector, "package": dynamics.path, "journal": "shape",
            "grant": {
                "graph": APPLICATION.iter().chain(&DELEGATED).collect::<Vec<_>>(), "connections": ["dynamics"],
                "service": true,
            },
            "config": { "organization_url": ORGANIZATION },
        }, {
            "id": SERVICE_CENTER, "connector": vault.connector, "package": vault.path, "journal": "shape",
            "grant": {
                "graph": OF_REPRESENTATIVES.iter().chain(["User.Read"].iter()).collect::<Vec<_>>(),
                "connections": ["vault"],
            },
            "config": { "vault_url": VAULT, "team_id": seeded.team_id },
        }, {
            "id": CALLS, "connector": call_records.connector, "package": call_records.path, "journal": "shape",
            "grant": { "graph": OF_CALLS.iter().chain(["User.Read"].iter()).collect::<Vec<_>>() },
            "config": { "name": "All calls" },
        }, {
            "id": CONTACT_CENTER, "connector": contact_center.connector, "package": contact_center.path,
            "journal": "shape",
            "grant": { "graph": OF_CONFERENCES, "connections": ["contact-center"], "service": true },
            "config": {},
        }],
    })
}

fn toml(value: &Value) -> Result<String, SceneError> {
    toml::to_string(value).map_err(SceneError::Toml)
}

fn put(path: &Path, text: &str) -> Result<(), SceneError> {
    fs::write(path, text).map_err(|source| SceneError::Write { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, document};

    fn sim(dir: &Path) -> Manifest {
        let ca = dir.join("ca.pem");
        fs::write(&ca, "PEM").unwrap();
        let person = json!({ "id": "u", "name": "Priya" });
        serde_json::from_value(json!({
            "entra_tls": "https://127.0.0.1:1", "graph_tls": "https://127.0.0.1:2",
            "salesforce_tls": "https://127.0.0.1:3", "dataverse_tls": "https://127.0.0.1:5",
            "vault_tls": "https://127.0.0.1:6", "contact_center_tls": "https://127.0.0.1:7", "control": "http://127.0.0.1:4", "ca": ca,
            "tenant": {
                "directory_id": "d", "client_id": "c", "client_secret": "s1", "team_id": "t",
                "channel_id": "19:x", "channel_name": "deals", "users": [person], "opportunity_id": "006",
                "opportunity_name": "o",
                "salesforce": { "client_id": "c", "client_secret": "s2", "users": [person] },
                "dataverse": { "case_id": "1", "case_title": "It squeaks" },
                "contact_center": { "client_id": "c", "client_secret": "s4" },
                "vault": { "username": "u", "password": "s3", "case_id": "V0D1" },
            },
        }))
        .unwrap()
    }

    #[test]
    fn the_names_are_names() {
        assert_eq!(installation().to_string(), "demo/deal-desk");
        assert_eq!(cases().to_string(), "demo/cases");
        assert_eq!(connection(MICROSOFT).to_string(), "demo/microsoft");
    }

    #[test]
    fn the_files_are_what_serve_and_apply_read() {
        let dir = tempfile::tempdir().unwrap();
        let package = dir.path().join("salesforce.wasm");
        fs::write(&package, b"\0asm").unwrap();
        let packaged = |name: &str| Package { connector: name.parse().unwrap(), path: package.clone() };
        let packages = Packages {
            salesforce: packaged("salesforce"),
            dynamics: packaged("dynamics"),
            vault: packaged("vault"),
            call_records: packaged("call-records"),
            contact_center: packaged("contact-center"),
        };
        let scene = write(dir.path(), &sim(dir.path()), &packages).unwrap();

        let config = config::read(&scene.config).unwrap();
        assert_eq!(config.egress.allow_private.len(), 6);
        let found = document::read(&scene.tenant).unwrap().remove(0);
        let upload = document::resolve(found, &|_| None).unwrap();
        let sent = serde_json::to_value(&upload.document).unwrap();
        assert_eq!(sent["connections"]["salesforce"]["client_secret"], "s2");
        assert_eq!(sent["installations"][0]["config"]["competitors"][0]["channel_id"], "19:x");
    }
}
