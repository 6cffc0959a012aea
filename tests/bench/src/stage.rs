//! What every measurement needs: simulators, a folder, and a host in it that comes and goes.

use std::{
    collections::HashMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use tieline_sim::{Manifest, Options, Sim, SubscriptionView};

use crate::{
    api::Api,
    documents::{self, Uploaded},
    error::BenchError,
    server::Server,
    tasks,
    wire::{Shot, parts},
};

/// How long subscriptions may take to stand.
const PATIENCE: Duration = Duration::from_secs(60);

/// Simulators and the home of a host.
pub(crate) struct Stage {
    pub(crate) sim: Sim,
    pub(crate) home: TempDir,
    packages: PathBuf,
    listen: String,
    token: String,
    more: String,
}

/// A host that runs.
pub(crate) struct Host {
    pub(crate) server: Server,
    pub(crate) api: Api,
    /// `127.0.0.1:…`
    pub(crate) address: String,
}

/// Simulators that keep nothing, so that a long measurement does not fill the memory.
pub(crate) fn forgetful(channels: usize) -> Options {
    Options {
        record: false,
        keep_records: 0,
        salesforce_daily_requests: u64::from(u32::MAX),
        channels: channels.max(40),
        ..Options::default()
    }
}

impl Stage {
    /// Starts the simulators. `packages` is the folder of built packages, `more` the end of `tieline.toml`.
    pub(crate) async fn set(options: Options, packages: &Path, more: &str) -> Result<Self, BenchError> {
        let sim = tieline_sim::start(options).await?;
        let home = tempfile::tempdir().map_err(BenchError::io("making a folder"))?;
        let (listen, token) = ("127.0.0.1:0".to_owned(), String::new());
        Ok(Self { sim, home, packages: packages.into(), listen, token, more: more.into() })
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        self.sim.manifest()
    }

    /// Starts the host without waiting until it is up.
    pub(crate) fn spawn(&self) -> Result<Server, BenchError> {
        let program = std::env::current_exe().map_err(BenchError::io("finding this program"))?;
        let config = self.home.path().join("tieline.toml");
        fs::write(&config, documents::host(self.manifest(), &self.listen, &self.more))
            .map_err(BenchError::io("writing the host's configuration"))?;
        let config = config.display().to_string();
        let log = self.home.path().join("host.log");
        Server::spawn(&program.with_file_name("tieline"), &["serve", "--json", "--config", &config], &log)
    }

    /// Starts the host; from the second time on under the same address, since subscriptions know it.
    pub(crate) async fn start(&mut self) -> Result<Host, BenchError> {
        let mut server = self.spawn()?;
        let said = server.said().await?;
        let url = said["listening"].as_str().unwrap_or_default().to_owned();
        self.listen = parts(&url).0.to_owned();
        if let Some(token) = said["api_token"].as_str() {
            self.token = token.to_owned();
        }
        Ok(Host { server, api: Api::new(&url, &self.token)?, address: self.listen.clone() })
    }

    /// A built package.
    pub(crate) fn package(&self, connector: &str) -> Result<Vec<u8>, BenchError> {
        let path = self.packages.join(format!("{connector}.wasm"));
        fs::read(&path).map_err(BenchError::io(format!("reading {}", path.display())))
    }

    /// Uploads a package.
    pub(crate) async fn upload(&self, host: &Host, connector: &str) -> Result<Uploaded, BenchError> {
        let digest = host.api.upload(self.package(connector)?).await?;
        Ok(Uploaded { connector: connector.into(), digest })
    }

    /// Uploads as many connectors as asked for, that differ in nothing but their id.
    pub(crate) async fn upload_variants(
        &self,
        host: &Host,
        connector: &str,
        count: usize,
    ) -> Result<Vec<Uploaded>, BenchError> {
        let mut uploaded = Vec::new();
        for (connector, package) in self.variants(connector, count)? {
            let digest = host.api.upload(package).await?;
            uploaded.push(Uploaded { connector, digest });
        }
        Ok(uploaded)
    }

    /// The packages of [`Self::upload_variants`].
    pub(crate) fn variants(
        &self,
        connector: &str,
        count: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, BenchError> {
        let package = self.package(connector)?;
        let variant = |n| documents::variant(&package, connector, n);
        let all: Option<Vec<_>> = (0..count).map(variant).collect();
        all.ok_or_else(|| BenchError::Server(format!("the package {connector} does not say its id")))
    }

    /// Waits until each of the channels has its subscription.
    pub(crate) async fn subscriptions(
        &self,
        channels: &[String],
    ) -> Result<HashMap<String, SubscriptionView>, BenchError> {
        let begun = std::time::Instant::now();
        loop {
            let standing = self.sim.world().subscriptions();
            let channel_of = |s: &SubscriptionView| s.resource.split('/').nth(4).map(str::to_owned);
            let found: HashMap<_, _> =
                standing.into_iter().filter_map(|s| Some((channel_of(&s)?, s))).collect();
            if channels.iter().all(|channel| found.contains_key(channel)) {
                return Ok(found);
            }
            if begun.elapsed() > PATIENCE {
                let have = found.len();
                let said = format!("the host has {have} subscriptions, not the {} asked for", channels.len());
                return Err(BenchError::Server(said));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Posts messages with these numbers in turn over the channels; the answer is their notifications.
    pub(crate) fn shots(
        &self,
        subscriptions: &HashMap<String, SubscriptionView>,
        channels: &[String],
        numbers: Range<usize>,
        bytes: usize,
    ) -> Result<Vec<Shot>, BenchError> {
        let messages = tasks::post_all(&self.sim, channels, numbers, bytes)?;
        Ok(messages.iter().map(|message| self.shot(&subscriptions[&message.channel], message)).collect())
    }

    /// The notification that Graph sends about a message to whoever subscribed to its channel.
    pub(crate) fn shot(&self, subscription: &SubscriptionView, message: &Message) -> Shot {
        let body = self.sim.world().notification_body(subscription, &message.resource, &message.id);
        Shot { number: message.number, path: parts(&subscription.notification_url).1.to_owned(), body }
    }
}

/// A message in a channel.
pub(crate) struct Message {
    /// Stands in its text, and then in its Task.
    pub(crate) number: usize,
    pub(crate) channel: String,
    pub(crate) id: String,
    pub(crate) resource: String,
}
