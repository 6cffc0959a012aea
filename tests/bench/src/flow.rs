//! `flow`: the whole way of an event, on the host and on the native server.

use std::{collections::HashMap, fs, path::Path, process::Command, time::Duration};

use serde_json::json;
use tieline_sim::{Manifest, Options, Sim, SubscriptionView};

use crate::{
    error::BenchError,
    load::{self, Measured, Shot},
    native::Settings,
    report::Report,
    server::Server,
};

/// Runs both and compares.
pub(crate) async fn run(package: &Path, count: usize, in_flight: usize) -> Result<Report, BenchError> {
    let sim = tieline_sim::start(Options {
        record: false,
        retain_records: false,
        salesforce_daily_requests: u64::from(u32::MAX),
        ..Options::default()
    })
    .await?;
    let home = tempfile::tempdir().map_err(BenchError::io("making a folder"))?;
    eprintln!("native server: {count} notifications, {in_flight} in flight");
    let native = native(&sim, home.path(), count, in_flight).await?;
    sim.world().clear_messages();
    eprintln!("tieline: {count} notifications, {in_flight} in flight");
    let host = host(&sim, home.path(), package, count, in_flight).await?;
    Ok(Report::of((&host.0, host.1), (&native.0, native.1), in_flight))
}

async fn native(
    sim: &Sim,
    home: &Path,
    count: usize,
    in_flight: usize,
) -> Result<(Measured, Duration), BenchError> {
    let settings = serde_json::to_string(&Settings::of(sim.manifest()))?;
    let program = std::env::current_exe().map_err(BenchError::io("finding this program"))?;
    let server = Server::start(&program, &["native", &settings], &home.join("native.log")).await?;
    let url = format!("{}/hook", server.said["listening"].as_str().unwrap_or_default());
    let shots = load::messages(sim, count)?.into_iter().map(|(_, _, resource)| {
        let body = json!({ "value": [{ "changeType": "created", "resource": resource }] });
        Shot { url: url.clone(), body: body.to_string().into() }
    });
    measured(sim, &server, shots.collect(), in_flight).await
}

async fn host(
    sim: &Sim,
    home: &Path,
    package: &Path,
    count: usize,
    in_flight: usize,
) -> Result<(Measured, Duration), BenchError> {
    let program =
        std::env::current_exe().map_err(BenchError::io("finding this program"))?.with_file_name("tieline");
    let (config, tenant) = (home.join("tieline.toml"), home.join("acme.toml"));
    fs::write(&config, host_file(sim.manifest()))
        .map_err(BenchError::io("writing the host's configuration"))?;
    let package = package.canonicalize().map_err(BenchError::io(format!("finding {}", package.display())))?;
    fs::write(&tenant, tenant_file(sim.manifest(), &package))
        .map_err(BenchError::io("writing the tenant"))?;
    let config = config.display().to_string();
    let server =
        Server::start(&program, &["serve", "--json", "--config", &config], &home.join("host.log")).await?;
    apply(&program, &server, sim.manifest(), &tenant)?;
    let subscriptions = subscriptions(sim).await?;
    let shots = load::messages(sim, count)?.into_iter().map(|(channel, id, resource)| {
        let subscription = &subscriptions[&channel];
        let body = sim.world().notification_body(subscription, &resource, &id);
        Shot { url: subscription.notification_url.clone(), body }
    });
    measured(sim, &server, shots.collect(), in_flight).await
}

/// Fires the shots, and counts the processor time that the server took for them.
async fn measured(
    sim: &Sim,
    server: &Server,
    shots: Vec<Shot>,
    in_flight: usize,
) -> Result<(Measured, Duration), BenchError> {
    let before = server.cpu()?;
    let measured = load::run(sim, shots, in_flight).await?;
    let cpu = server.cpu()?.saturating_sub(before);
    Ok((measured, cpu))
}

/// Waits until every channel has its subscription.
async fn subscriptions(sim: &Sim) -> Result<HashMap<String, SubscriptionView>, BenchError> {
    let channels = &sim.manifest().tenant.channel_ids;
    for _ in 0..600 {
        let standing = sim.world().subscriptions();
        let of = |channel: &String| standing.iter().find(|s| s.resource.contains(channel.as_str())).cloned();
        let found: HashMap<_, _> = channels.iter().filter_map(|c| Some((c.clone(), of(c)?))).collect();
        if found.len() == channels.len() {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(BenchError::Server("the host did not subscribe to every channel within 30 seconds".into()))
}

fn apply(program: &Path, server: &Server, manifest: &Manifest, tenant: &Path) -> Result<(), BenchError> {
    let said = |name: &str| server.said[name].as_str().unwrap_or_default().to_owned();
    let output = Command::new(program)
        .args(["apply", "--json", "-f"])
        .arg(tenant)
        .env("TIELINE_HOST", said("listening"))
        .env("TIELINE_TOKEN", said("api_token"))
        .env("SIM_MICROSOFT_SECRET", &manifest.tenant.client_secret)
        .env("SIM_SALESFORCE_SECRET", &manifest.tenant.salesforce.client_secret)
        .output()
        .map_err(BenchError::io("applying the tenant"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(BenchError::Server(format!(
        "applying the tenant failed: {}",
        String::from_utf8_lossy(&output.stderr)
    )))
}

fn host_file(manifest: &Manifest) -> String {
    let open = |origin: &str| format!("\"{}\"", origin.trim_start_matches("http://"));
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sled:./data\"\n\
         [clouds.sim]\nlogin = \"{}\"\ngraph = \"{}\"\nsimulated = true\n\
         [egress]\nallow_private = [{}, {}, {}]\n",
        manifest.entra,
        manifest.graph,
        open(&manifest.entra),
        open(&manifest.graph),
        open(&manifest.salesforce),
    )
}

/// One rule for each channel; every message is logged, and its sender is in the mapping table.
fn tenant_file(manifest: &Manifest, package: &Path) -> String {
    let tenant = &manifest.tenant;
    let mut file = format!(
        "[tenant]\nid = \"acme\"\nname = \"Acme Ltd\"\n\
         [connections.microsoft]\nprovider = \"microsoft\"\ncloud = \"sim\"\ndirectory_id = \"{}\"\nclient_id = \"{}\"\n\
         client_secret = {{ env = \"SIM_MICROSOFT_SECRET\" }}\n\
         [connections.salesforce]\nprovider = \"salesforce\"\nlogin_url = \"{}\"\nclient_id = \"{}\"\n\
         client_secret = {{ env = \"SIM_SALESFORCE_SECRET\" }}\n\
         [[installations]]\nid = \"deal-desk\"\nconnector = \"salesforce\"\npackage = \"{}\"\n\
         [installations.grant]\ngraph = [\"ChannelMessage.Read.All\", \"Chat.Read.All\", \"User.Read.All\"]\nconnections = [\"salesforce\"]\n\
         [installations.config.owners]\n\"{}\" = \"{}\"\n",
        tenant.directory_id,
        tenant.client_id,
        manifest.salesforce,
        tenant.salesforce.client_id,
        package.display(),
        tenant.user_id,
        tenant.salesforce.user_id,
    );
    for (n, channel) in tenant.channel_ids.iter().enumerate() {
        file.push_str(&format!(
            "[[installations.config.deal_desk]]\nname = \"channel-{n}\"\nteam_id = \"{}\"\nchannel_id = \"{channel}\"\n\
             opportunity_id = \"{}\"\nkeywords = [\"commercial terms\"]\n",
            tenant.team_id, tenant.opportunity_id,
        ));
    }
    file
}
