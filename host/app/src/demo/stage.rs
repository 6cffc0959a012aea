//! Everything that must stand before the first message: simulators, host, connector, subscription.

use std::path::Path;

use serde::Deserialize;
use tieline_types::{InstallationKey, Secret, TenantId};
use url::Url;

use super::{
    Connector, Outcome,
    child::{self, ChildError},
    messages::{Channel, until},
    scene::{self, Package, Packages, Scene},
    sim::{Control, Manifest},
    steps::{Steps, Stopped},
    walk,
};
use crate::{
    Exit, Failure,
    cli::demo::Demo,
    client::Client,
    cmd::{apply, inspect},
    document,
    table::time,
};

/// The host's log in the demo's folder.
pub(crate) const HOST_LOG: &str = "host.log";
/// The simulators' log beside it.
pub(crate) const SIM_LOG: &str = "sim.log";

/// The one line with which `tieline serve --json` begins.
#[derive(Debug, Deserialize)]
struct Up {
    listening: Url,
    api_token: Option<Secret>,
}

impl From<ChildError> for Failure {
    fn from(error: ChildError) -> Self {
        Self::new(Exit::Failed, error)
    }
}

/// Brings the stage up, step by step.
pub(crate) async fn set(
    args: &Demo,
    folder: &Path,
    steps: &mut Steps,
    outcome: &mut Outcome,
) -> Result<Channel, Stopped> {
    let key = scene::installation();
    let sim = steps.take("simulators up", simulators(args, folder, outcome)).await?;
    let control = Control::at(sim.control.clone()).map_err(Stopped)?;
    steps.take("administrator consents", consented(&control)).await?;
    let salesforce = steps.take("salesforce read", async { connector(&args.package) }).await?;
    let dynamics = steps.take("dynamics read", async { connector(&args.dynamics) }).await?;
    let vault = steps.take("vault read", async { connector(&args.vault) }).await?;
    let call_records = steps.take("call-records read", async { connector(&args.call_records) }).await?;
    let contact_center = steps.take("contact-center read", async { connector(&args.contact_center) }).await?;
    let packages = Packages {
        salesforce: package(&salesforce, &args.package).map_err(Stopped)?,
        dynamics: package(&dynamics, &args.dynamics).map_err(Stopped)?,
        vault: package(&vault, &args.vault).map_err(Stopped)?,
        call_records: package(&call_records, &args.call_records).map_err(Stopped)?,
        contact_center: package(&contact_center, &args.contact_center).map_err(Stopped)?,
    };
    outcome.connectors = vec![salesforce, dynamics, vault, call_records, contact_center];
    let (client, scene) = steps.take("host up", host(folder, outcome, &sim, &packages)).await?;
    steps.take("connectors installed", installed(&client, &scene, &key.tenant)).await?;
    steps.take("connections tested", tested(&client, &key)).await?;
    steps.take("subscription created", subscribed(&client, &key.tenant)).await?;
    Ok(Channel { client, tenant: key.tenant, control, sim, tasks: vec![], events: vec![], deliveries: 0 })
}

async fn simulators(
    args: &Demo,
    folder: &Path,
    outcome: &mut Outcome,
) -> Result<(Manifest, String), Failure> {
    let arguments = ["--json", "--exit-with-parent"];
    let (running, sim) = child::start::<Manifest>(&args.sim, &arguments, folder.join(SIM_LOG)).await?;
    outcome.children.push(running);
    let at = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    let [entra, graph, salesforce, dataverse, vault, centre] = [
        &sim.entra_tls,
        &sim.graph_tls,
        &sim.salesforce_tls,
        &sim.dataverse_tls,
        &sim.vault_tls,
        &sim.contact_center_tls,
    ]
    .map(at);
    let seen = format!(
        "Entra {entra}, Graph {graph}, Salesforce {salesforce}, Dataverse {dataverse}, Vault {vault}, contact centre {centre}"
    );
    Ok((sim, seen))
}

async fn consented(control: &Control) -> Result<((), String), Failure> {
    let app = distinct([&scene::APPLICATION[..], &scene::OF_CALLS].concat());
    let people = [&scene::DELEGATED[..], &scene::OF_REPRESENTATIVES, &scene::OF_CONFERENCES];
    let people = distinct(people.concat());
    control.consent(&app, &people).await?;
    let (app, people) = (app.len(), people.len());
    Ok(((), format!("to {app} permissions of the app and {people} of people")))
}

fn distinct(mut permissions: Vec<&'static str>) -> Vec<&'static str> {
    permissions.sort_unstable();
    permissions.dedup();
    permissions
}

fn connector(path: &Path) -> Result<(Connector, String), Failure> {
    let package = inspect::read(path)?;
    let rights = inspect::rights(&package.manifest);
    let identity = package.manifest.connector;
    let rights: String = rights.iter().map(|right| format!("\n  asks to {}", right.what)).collect();
    let seen = format!("{} {}, {}{rights}", identity.id, identity.version, package.digest);
    Ok((Connector { id: identity.id, version: identity.version, digest: package.digest }, seen))
}

/// A connector's package, wherever the host's folder is.
fn package(connector: &Connector, path: &Path) -> Result<Package, Failure> {
    let path = std::path::absolute(path).map_err(|error| Failure::new(Exit::Failed, error))?;
    Ok(Package { connector: connector.id.clone(), path })
}

async fn host(
    folder: &Path,
    outcome: &mut Outcome,
    sim: &Manifest,
    packages: &Packages,
) -> Result<((Client, Scene), String), Failure> {
    let scene = scene::write(folder, sim, packages)?;
    let program = std::env::current_exe().map_err(|error| Failure::new(Exit::Failed, error))?;
    let config = scene.config.display().to_string();
    let arguments = ["serve", "--config", &config, "--json", "--exit-with-parent", "--log-format", "text"];
    let (running, up) = child::start::<Up>(&program, &arguments, folder.join(HOST_LOG)).await?;
    outcome.children.push(running);
    let address = up.listening.as_str().trim_end_matches('/');
    let seen = format!("at {address}");
    let token = up.api_token.as_ref().map_or("", Secret::expose);
    outcome.entrance = format!("{address}/console/ lets in whoever has the token {token}");
    Ok(((Client::at(up.listening, up.api_token)?, scene), seen))
}

/// Through the same code as `tieline apply`.
async fn installed(client: &Client, scene: &Scene, tenant: &TenantId) -> Result<((), String), Failure> {
    for found in document::read(&scene.tenant)? {
        apply::apply(client, &document::resolve(found, &|_| None)?).await?;
    }
    let installations = client.installations(tenant).await?;
    let mut seen = String::new();
    for installation in &installations {
        if let Some(problem) = installation.problems.first() {
            return Err(Failure::new(Exit::Failed, format!("{} does not run: {problem}", installation.id)));
        }
        let begin = if seen.is_empty() { "" } else { "\n" };
        seen.push_str(&format!("{begin}{} of {}", installation.id, installation.connector));
        seen.extend(installation.rights.iter().map(|right| format!("\n  may use {right}")));
        seen.extend(installation.ungranted.iter().map(|right| format!("\n  not granted: {right}")));
    }
    Ok(((), seen))
}

async fn tested(client: &Client, key: &InstallationKey) -> Result<((), String), Failure> {
    Ok(((), walk::test(client, key).await?.join(", ")))
}

async fn subscribed(client: &Client, tenant: &TenantId) -> Result<((), String), Failure> {
    let subscription = until("the subscription", async || {
        let subscriptions = client.subscriptions(tenant).await?;
        Ok(subscriptions.into_iter().find(|s| s.id.is_some() && s.expires.is_some() && s.problem.is_none()))
    });
    let subscription = subscription.await?;
    let id = subscription.id.unwrap_or_default();
    let until = subscription.expires.map(time).unwrap_or_default();
    Ok(((), format!("{id} until {until}\n{}", subscription.resource)))
}
