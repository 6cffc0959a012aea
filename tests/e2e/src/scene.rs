//! The stage of one case: simulators, a folder, a host that comes and goes.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tieline_sim::{Options, Sim};
use tieline_types::{Clock as _, SystemClock};
use tokio::net::TcpStream;

use crate::{
    case::Case,
    host,
    host::{Host, Surroundings},
    json::{filled, text_filled},
    steps::{browser::Browsers, listen::Heard},
};

/// How long anything may take before a case fails. Only ever a bound: what is waited for comes in its own time.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Scene {
    folder: PathBuf,
    pub(crate) home: TempDir,
    pub(crate) sim: Sim,
    pub(crate) host: Option<Host>,
    pub(crate) surroundings: Surroundings,
    /// Why the case cannot go on here, where that is no failure.
    pub(crate) ends: Option<&'static str>,
    token: Option<String>,
    pub(crate) client: reqwest::Client,
    /// What `${…}` refers to: `sim`, `home`, and what steps saved.
    pub(crate) scope: Value,
    done: Vec<String>,
    pub(crate) browsers: Browsers,
    /// Clients that began to ask and go no further.
    pub(crate) slow: Vec<TcpStream>,
    /// Commands that run beside the steps, by name.
    pub(crate) beside: HashMap<String, Child>,
    /// Those who listen to a host, by name.
    pub(crate) heard: HashMap<String, Heard>,
}

impl Scene {
    /// Starts the simulators and makes an empty home for a host.
    pub(crate) async fn set(folder: &Path) -> Result<Self, String> {
        let sim =
            tieline_sim::start(Options::default()).await.map_err(|error| format!("simulators: {error}"))?;
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let manifest = serde_json::to_value(sim.manifest()).map_err(|error| error.to_string())?;
        let scope = json!({
            "sim": manifest,
            "home": home.path(),
            "listen": "127.0.0.1:0",
            "in_days": { "14": in_days(14), "400": in_days(400) },
            "open": {
                "entra": authority(&sim.manifest().entra),
                "graph": authority(&sim.manifest().graph),
                "salesforce": authority(&sim.manifest().salesforce),
                "dataverse": authority(&sim.manifest().dataverse),
                "vault": authority(&sim.manifest().vault),
                "contact_center": authority(&sim.manifest().contact_center),
                "inbox": authority(&sim.manifest().inbox),
                "smtp": authority(&sim.manifest().smtp),
                "smtp_tls": authority(&sim.manifest().smtp_tls),
                "control": authority(&sim.manifest().control),
                "entra_tls": authority(&sim.manifest().entra_tls),
                "graph_tls": authority(&sim.manifest().graph_tls),
            },
            "port": {
                "entra": port(&sim.manifest().entra),
                "smtp": port(&sim.manifest().smtp),
                "smtp_tls": port(&sim.manifest().smtp_tls),
            },
            "salesforce_wasm": host::built("salesforce.wasm")?,
            "call_records_wasm": host::built("call-records.wasm")?,
            "dynamics_wasm": host::built("dynamics.wasm")?,
            "vault_wasm": host::built("vault.wasm")?,
            "contact_center_wasm": host::built("contact-center.wasm")?,
            "hostile_wasm": host::built("hostile.wasm")?,
            "python_wasm": host::built("python.wasm")?,
            "clockwork_wasm": host::built("clockwork.wasm")?,
            "clockwork_2_wasm": host::built("clockwork-2.wasm")?,
            "ledger_wasm": host::built("ledger.wasm")?,
            "errand_wasm": host::built("errand.wasm")?,
            "errand_next_wasm": host::built("errand-next.wasm")?,
        });
        let client = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .timeout(PATIENCE)
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Self {
            folder: folder.into(),
            home,
            sim,
            host: None,
            surroundings: Surroundings::default(),
            ends: None,
            token: None,
            client,
            scope,
            done: Vec::new(),
            browsers: Browsers::default(),
            slow: Vec::new(),
            beside: HashMap::new(),
            heard: HashMap::new(),
        })
    }

    /// Walks through the steps of a case.
    pub(crate) async fn play(&mut self, case: &Case) -> Result<(), String> {
        for (number, step) in case.steps.iter().enumerate() {
            let step = serde_json::to_value(step).map_err(|error| error.to_string())?;
            let filled =
                filled(&step, &self.scope).map_err(|e| format!("step {}: {step}: {e}", number + 1))?;
            let shown = format!("step {}: {filled}", number + 1);
            self.step(filled).await.map_err(|failure| format!("{shown}\n  {failure}"))?;
            if let Some(why) = self.ends {
                eprintln!("skipped: {why}");
                break;
            }
            self.done.push(shown);
        }
        Ok(())
    }

    /// A failure with what led to it.
    pub(crate) fn report(&self, case: &Case, failure: &str) -> String {
        let log = fs::read_to_string(self.home.path().join("host.log")).unwrap_or_default();
        let tail: Vec<_> = log.lines().rev().take(40).collect();
        let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
        format!("{}\n{}\n{failure}\n--- the host's log\n{tail}", case.about, self.done.join("\n"))
    }

    /// A file of the case, or else of its module, with its references filled in.
    pub(crate) fn file(&self, name: &str) -> Result<String, String> {
        let own = self.folder.join(name);
        let shared = self.folder.with_file_name(name);
        let path = if own.exists() { own } else { shared };
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        text_filled(&text, &self.scope)
    }

    /// Starts the host in its surroundings.
    pub(crate) fn start_host(&mut self) -> Result<(), String> {
        let config = self.home.path().join("tieline.toml");
        fs::write(&config, self.file("tieline.toml")?).map_err(|error| error.to_string())?;
        let log = self.home.path().join("host.log");
        let (host, token) = Host::start(&config, &log, &self.surroundings)?;
        // Come back under the same address: subscriptions know it.
        let address = authority(&host.url).to_owned();
        self.scope["listen"] = json!(address);
        self.token = token.or(self.token.take());
        self.host = Some(host);
        Ok(())
    }

    /// Runs the CLI against the host; its last line of output is JSON.
    pub(crate) fn cli(&self, arguments: &[&str]) -> Result<Value, String> {
        let output = self.command(arguments)?.output().map_err(|error| error.to_string())?;
        said(arguments, &output)
    }

    /// The CLI, ready to be run against the host.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<Command, String> {
        let host = self.host.as_ref().ok_or("no host runs")?;
        let tenant = &self.scope["sim"]["tenant"];
        let secret = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut command = Command::new(host::built("tieline")?);
        command
            .args(arguments)
            .arg("--json")
            .env("TIELINE_HOST", &host.url)
            .env("TIELINE_TOKEN", self.token.as_deref().unwrap_or_default())
            .env("SIM_MICROSOFT_SECRET", secret(&tenant["client_secret"]))
            .env("SIM_CONTACT_CENTER_SECRET", secret(&tenant["contact_center"]["client_secret"]))
            .env("SIM_SALESFORCE_SECRET", secret(&tenant["salesforce"]["client_secret"]))
            .env("SIM_VAULT_USERNAME", secret(&tenant["vault"]["username"]))
            .env("SIM_VAULT_PASSWORD", secret(&tenant["vault"]["password"]))
            .env("SIM_SALESFORCE_REFRESH", secret(&tenant["salesforce"]["refresh_token"]));
        Ok(command)
    }

    /// Asks the simulators' control API.
    pub(crate) async fn control(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let url = format!("{}{path}", self.sim.manifest().control);
        self.http(method, &url, None, body).await
    }

    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Any request to the host: its status and what came, as far as it came within a moment; an answer may go on for ever.
    pub(crate) async fn raw(&self, method: Method, path: &str) -> Result<(u16, Vec<u8>), String> {
        let host = self.host.as_ref().ok_or("no host runs")?;
        let request = self.client.request(method, format!("{}{path}", host.url)).bearer_auth(self.token());
        let mut answer = request.send().await.map_err(|error| format!("{path}: {error}"))?;
        let (status, mut content) = (answer.status().as_u16(), Vec::new());
        let endless = answer.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let moment = if endless { Duration::from_millis(300) } else { PATIENCE };
        let read = async {
            while let Ok(Some(piece)) = answer.chunk().await {
                content.extend_from_slice(&piece);
            }
        };
        let _ = tokio::time::timeout(moment, read).await;
        Ok((status, content))
    }

    /// Asks the host's API.
    pub(crate) async fn api(&self, path: &str) -> Result<Value, String> {
        let host = self.host.as_ref().ok_or("no host runs")?;
        let url = format!("{}/api/v1{path}", host.url);
        self.http("GET", &url, self.token.as_deref(), &Value::Null).await
    }

    async fn http(
        &self,
        method: &str,
        url: &str,
        token: Option<&str>,
        body: &Value,
    ) -> Result<Value, String> {
        let method: Method = method.parse().map_err(|_| format!("`{method}` is not a method"))?;
        let mut request = self.client.request(method, url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| format!("{url}: {error}"))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| format!("{url}: {error}"))?;
        if !status.is_success() {
            return Err(format!("{url}: {status}: {text}"));
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Waits until `ask` gives something. What it says meanwhile is shown when it never does.
    pub(crate) async fn until<T>(&self, ask: impl AsyncFn(&Self) -> Result<T, String>) -> Result<T, String> {
        let begun = Instant::now();
        loop {
            match ask(self).await {
                Ok(found) => return Ok(found),
                Err(last) if begun.elapsed() > PATIENCE => return Err(format!("waited in vain: {last}")),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

/// What the CLI said on its last line, or why it failed.
pub(crate) fn said(arguments: &[&str], output: &Output) -> Result<Value, String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or(Value::Null);
    if output.status.success() {
        return Ok(said);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("`tieline {}`: {} {said} {errors}", arguments.join(" "), output.status))
}

/// A moment so many days from now, as documents write it.
fn in_days(days: u64) -> String {
    SystemClock.now().after(Duration::from_secs(days * 24 * 60 * 60)).rfc3339()
}

/// The `address:port` of an origin.
fn authority(origin: &str) -> &str {
    origin.trim_start_matches("http://").trim_start_matches("https://").trim_end_matches('/')
}

/// The port of an origin.
fn port(origin: &str) -> &str {
    authority(origin).rsplit(':').next().unwrap_or_default()
}
