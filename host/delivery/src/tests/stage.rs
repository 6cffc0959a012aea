//! Setting the scene: a host over a folder, installations that plan what a test wants, Graph beside it.

use std::{path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};
use tempfile::TempDir;
use tieline_capabilities::Services;
use tieline_egress::{Egress, Policy};
use tieline_identity::{Clouds, Connections, MasterKey, Sealed, Vault};
use tieline_runtime::{Runtime, RuntimeOptions};
use tieline_store::{Batch, Store};
use tieline_types::{
    Clock, Digest, Doors, InstallationKey, Limits, RouteKey, Secret, SystemClock, TenantId, Verification,
    api::EventSummary,
    config::{Cloud, Delivery},
    tenant::{Connection, Tenant},
};

use super::fake_graph::{Graph, Shared};
use crate::{
    EventQuery, Host, HostOptions, Received,
    installations::{
        Stored,
        plan::{Plan as Stands, Planned},
        stored::tenant_key,
    },
};

/// A channel's messages.
pub(super) const MESSAGES: &str = "/teams/1/channels/2/messages";
/// The path part of a message in it, as Graph writes it.
pub(super) const MESSAGE: &str = "teams('1')/channels('2')/messages";

/// What an installation plans: resources with their change types.
pub(super) type Plan<'a> = &'a [(&'a str, &'a [&'a str])];
/// One installation that wants new messages.
pub(super) const ONE: &[(&str, Plan<'_>)] = &[("desk", &[(MESSAGES, &["created"])])];

/// A host and what is around it.
pub(super) struct Stage {
    pub(super) host: Arc<Host>,
    pub(super) graph: Shared,
    pub(super) store: Arc<dyn Store>,
    pub(super) folder: TempDir,
    pub(super) address: std::net::SocketAddr,
    clock: Arc<dyn Clock>,
}

pub(super) fn acme() -> TenantId {
    "acme".parse().unwrap()
}

impl Stage {
    /// A host whose tenant `acme` has these installations, each with what it plans.
    pub(super) async fn with(installations: &[(&str, Plan<'_>)]) -> Self {
        Self::at(Arc::new(SystemClock), installations).await
    }

    /// The same by this clock.
    pub(super) async fn at(clock: Arc<dyn Clock>, installations: &[(&str, Plan<'_>)]) -> Self {
        let (graph, address) = Graph::start().await;
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), &clock);
        let services = services(&store, address, &clock).await.0;
        store.commit(applied(&services, &acme(), installations).await).await.unwrap();
        let host = start(&store, address, folder.path(), &clock).await;
        Self { host, graph, store, folder, address, clock }
    }

    /// The same host, after another tenant came that has the same app and one installation.
    pub(super) async fn shared_with(self, tenant: &str) -> Self {
        let services = services(&self.store, self.address, &self.clock).await.0;
        self.store.commit(applied(&services, &tenant.parse().unwrap(), ONE).await).await.unwrap();
        self.start_again(true).await
    }

    /// The same host, after its installations became these.
    pub(super) async fn wanting(self, installations: &[(&str, Plan<'_>)]) -> Self {
        let mut batch = Batch::new();
        for (name, plan) in installations {
            let key = InstallationKey { tenant: acme(), installation: name.parse().unwrap() };
            batch = batch.put(Stored::key(&key), stored(name, plan).bytes());
        }
        self.store.commit(batch).await.unwrap();
        self.start_again(true).await
    }

    /// The same host, after its installation `desk` planned these webhooks.
    pub(super) async fn hooked(self, webhooks: &[(&str, Verification)]) -> Self {
        let key = InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() };
        let mut stored = stored("desk", &[]);
        let one = |(key, verification): &(&str, Verification)| ((*key).into(), verification.clone());
        stored.plan.webhooks = webhooks.iter().map(one).collect();
        self.store.commit(Batch::new().put(Stored::key(&key), stored.bytes())).await.unwrap();
        self.start_again(true).await
    }

    /// Starts another host over the same folder, after the first one was shut down or cut off.
    pub(super) async fn start_again(self, clean: bool) -> Self {
        let Self { host, graph, store, folder, address, clock } = self;
        if clean {
            host.shutdown().await;
        }
        drop(host);
        let host = start(&store, address, folder.path(), &clock).await;
        Self { host, graph, store, folder, address, clock }
    }

    /// Waits until something is so; the test's own time limit ends the waiting.
    pub(super) async fn until<T>(&self, mut seen: impl FnMut(&Self) -> Option<T>) -> T {
        loop {
            if let Some(seen) = seen(self) {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until Graph has confirmed a subscription to the resource, and gives Graph's idea of it.
    pub(super) async fn subscribed(&self, resource: &str, other_than: &str) -> Value {
        self.until(|stage| {
            let known = stage.host.subscriptions.summaries(&acme());
            let id = known.into_iter().find(|summary| summary.resource == resource)?.id?;
            let graph = stage.graph.lock();
            graph.standing.iter().find(|standing| standing["id"] == json!(id) && id != other_than).cloned()
        })
        .await
    }

    /// Sends items to a subscription's own address.
    pub(super) async fn deliver(&self, subscription: &Value, items: Vec<Value>) -> Received {
        let body = json!({ "value": items }).to_string();
        self.host.receive(&route(subscription), Bytes::from(body)).await
    }

    /// The tenant's events, oldest first.
    pub(super) async fn events(&self) -> Vec<EventSummary> {
        let page = self.host.events(&acme(), &EventQuery::default(), None, 100).await.unwrap();
        page.items.into_iter().rev().collect()
    }
}

/// A tenant with these installations, as it would have been applied.
async fn applied(services: &Services, tenant: &TenantId, installations: &[(&str, Plan<'_>)]) -> Batch {
    let document = Tenant::<Sealed> {
        id: tenant.clone(),
        name: "Acme".into(),
        quotas: Default::default(),
        panel: Default::default(),
        alert_receivers: Vec::new(),
    };
    let mut batch = Batch::new().put(tenant_key(tenant), serde_json::to_vec(&document).unwrap());
    let prepared = services.connections.prepare(tenant, &"microsoft".parse().unwrap(), microsoft()).await;
    batch = batch.ops(prepared.unwrap().batch.ops);
    for (name, plan) in installations {
        let key = InstallationKey { tenant: tenant.clone(), installation: name.parse().unwrap() };
        batch = batch.put(Stored::key(&key), stored(name, plan).bytes());
    }
    batch
}

/// The route at the end of a subscription's address.
pub(super) fn route(subscription: &Value) -> RouteKey {
    let url = subscription["notificationUrl"].as_str().unwrap();
    RouteKey::parse(url.rsplit('/').next().unwrap()).unwrap()
}

/// A genuine item of a subscription.
pub(super) fn created(subscription: &Value, message: &str) -> Value {
    json!({"subscriptionId": subscription["id"], "clientState": subscription["clientState"], "changeType": "created",
        "resource": format!("{MESSAGE}('{message}')"), "resourceData": {"id": message}})
}

fn stored(name: &str, plan: Plan<'_>) -> Stored {
    let planned = |(resource, kinds): &(&str, &[&str])| Planned {
        resource: (*resource).into(),
        subscriber: Default::default(),
        change_types: kinds.iter().map(|kind| (*kind).into()).collect(),
        with_content: false,
        ordering_key: None,
    };
    Stored {
        installation: tieline_types::tenant::Installation {
            id: name.parse().unwrap(),
            connector: "salesforce".parse().unwrap(),
            package: Digest::of(b"never uploaded"),
            grant: Default::default(),
            journal: Default::default(),
            watchdog: None,
            config: json!({}),
        },
        version: String::new(),
        plan: Stands { subscriptions: plan.iter().map(planned).collect(), ..Stands::default() },
    }
}

fn microsoft() -> Connection<Secret> {
    let connection = json!({
        "provider": "microsoft",
        "cloud": "sim",
        "directory_id": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222",
        "client_secret": "s3cret",
    });
    serde_json::from_value(connection).unwrap()
}

fn open(folder: &Path, clock: &Arc<dyn Clock>) -> Arc<dyn Store> {
    tieline_store::open("sled:store", folder, clock.clone()).unwrap()
}

async fn services(
    store: &Arc<dyn Store>,
    graph: std::net::SocketAddr,
    clock: &Arc<dyn Clock>,
) -> (Arc<Services>, Vault) {
    let clock = clock.clone();
    let vault = Vault::open(store.clone(), &MasterKey::new([7; 32])).await.unwrap();
    let policy = Policy { allow_private: [graph].into(), ..Policy::default() };
    let egress = Egress::new(&policy).unwrap();
    let url = url::Url::parse(&format!("http://{graph}")).unwrap();
    let cloud = Cloud { simulated: true, ..Cloud::at(url.clone(), url) };
    let clouds = Clouds::new([("sim".to_owned(), cloud)].into()).unwrap();
    let connections = Connections::new(store.clone(), egress.clone(), vault.clone(), clouds, clock.clone());
    let services = Services {
        store: store.clone(),
        egress,
        connections: connections.into(),
        circuits: Default::default(),
        governor: Default::default(),
        datasets: Default::default(),
        clock,
    };
    (Arc::new(services), vault)
}

async fn start(
    store: &Arc<dyn Store>,
    graph: std::net::SocketAddr,
    folder: &Path,
    clock: &Arc<dyn Clock>,
) -> Arc<Host> {
    let (services, vault) = services(store, graph, clock).await;
    let options = RuntimeOptions {
        cache_dir: folder.join("cache"),
        cache_key: [7; 32],
        instances: 1,
        limits: Limits { memory_bytes: 1 << 20, ..Limits::default() },
        doors: Doors::default(),
        reuse: true,
    };
    let runtime = Arc::new(Runtime::new(options).unwrap());
    let public_url = "http://127.0.0.1:1/".parse().unwrap();
    let (delivery, limits) = (Delivery::default(), Limits::default());
    let files =
        tieline_datasets::Place::open("datasets", folder, &Default::default(), &services.egress).unwrap();
    Host::start(HostOptions {
        services,
        runtime,
        vault,
        key_file: None,
        keys: tieline_types::config::Keys { settle_s: 0 },
        files,
        rows_wait: std::time::Duration::from_secs(60),
        public_url,
        delivery,
        subscriptions: Default::default(),
        alerts: Default::default(),
        endings: Vec::new(),
        forgets: Vec::new(),
        limits,
        doors: Doors::default(),
    })
    .await
    .unwrap()
}
