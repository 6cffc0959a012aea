//! What calls that change something cost, and what is left of them: over real sockets and a real store.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use tieline_egress::{Egress, Policy};
use tieline_identity::{Clouds, Connections, MasterKey, Vault};
use tieline_store::{
    Batch, CommitError, Committed, EventFilter, Key, Retention, Snapshot, Store, StoreError, Swept, Value,
};
use tieline_types::{
    Delivery, Digest, Event, EventId, EventRef, Grant, InstallationKey, Limits, Manifest, Rights,
    SystemClock, TenantId, Timestamp,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use crate::{
    Allowance, Circuits, EffectMemory, Mode, Run, RunSpec, Services, Source,
    bindings::{
        http::Request,
        types::{CallError, Identity, Response},
    },
};

/// A store that counts its commits.
struct Counting {
    store: Arc<dyn Store>,
    commits: AtomicUsize,
}

#[async_trait]
impl Store for Counting {
    async fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        self.store.get(key).await
    }

    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Value)>, StoreError> {
        self.store.scan(prefix, after, limit).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, CommitError> {
        self.commits.fetch_add(1, Ordering::SeqCst);
        self.store.commit(batch).await
    }

    async fn pending(
        &self,
        after: Option<&EventRef>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        self.store.pending(after, limit).await
    }

    async fn event(&self, event: &EventRef) -> Result<Option<(Event, Delivery)>, StoreError> {
        self.store.event(event).await
    }

    async fn events(
        &self,
        tenant: &TenantId,
        filter: &EventFilter,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        self.store.events(tenant, filter, after, limit).await
    }

    async fn put_blob(&self, bytes: Bytes) -> Result<Digest, StoreError> {
        self.store.put_blob(bytes).await
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError> {
        self.store.blob(digest).await
    }

    async fn remove_blob(&self, digest: &Digest) -> Result<(), StoreError> {
        self.store.remove_blob(digest).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.store.snapshot().await
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.store.sweep(retention).await
    }

    async fn forget(&self, tenant: &TenantId) -> Result<Swept, StoreError> {
        self.store.forget(tenant).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.store.close().await
    }
}

/// The requests that an upstream has read.
type Asked = mpsc::UnboundedReceiver<String>;

/// An upstream that answers what it is told to, and shows what it was asked.
struct Upstream {
    url: String,
    answer: mpsc::UnboundedSender<&'static str>,
}

const CREATED: &str = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
const BUSY: &str = "HTTP/1.1 429 Slow down\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno";

impl Upstream {
    async fn start() -> (Self, Asked) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (seen, asked) = mpsc::unbounded_channel();
        let (answer, mut answers) = mpsc::unbounded_channel::<&'static str>();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut head = vec![0; 4096];
                let mut read = 0;
                // Every request of these tests ends in its body `x`.
                while !head[..read].ends_with(b"\r\n\r\nx") {
                    match socket.read(&mut head[read..]).await {
                        Ok(0) | Err(_) => break,
                        Ok(more) => read += more,
                    }
                }
                let _ = seen.send(String::from_utf8_lossy(&head[..read]).into_owned());
                let Some(answer) = answers.recv().await else { return };
                let _ = socket.write_all(answer.as_bytes()).await;
            }
        });
        (Self { url, answer }, asked)
    }
}

struct Stage {
    services: Arc<Services>,
    store: Arc<Counting>,
    event: EventRef,
    rights: Arc<Rights>,
    upstream: Upstream,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn set() -> (Self, Asked) {
        let (upstream, asked) = Upstream::start().await;
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        let store = tieline_store::open("sled:store", folder.path(), clock.clone()).unwrap();
        let store = Arc::new(Counting { store, commits: AtomicUsize::new(0) });
        let address = upstream.url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        let egress = Egress::new(&Policy { allow_private: [address].into(), ..Policy::default() }).unwrap();
        let vault = Vault::open(store.clone(), &MasterKey::new([7; 32])).await.unwrap();
        let clouds = Clouds::new([].into()).unwrap();
        let connections = Connections::new(store.clone(), egress.clone(), vault, clouds, clock.clone());
        let services = Services {
            store: store.clone(),
            egress,
            connections: connections.into(),
            circuits: Circuits::default(),
            governor: Default::default(),
            datasets: Default::default(),
            clock,
        };
        store.commits.store(0, Ordering::SeqCst);
        let installation =
            InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
        let origin = upstream.url.trim_end_matches('/').to_owned();
        let rights = Arc::new(rights(&origin));
        let event = EventRef { installation, id: EventId::generate() };
        (Self { services: services.into(), store, event, rights, upstream, _folder: folder }, asked)
    }

    /// An attempt at the event, as a dispatcher begins it.
    async fn attempt(&self) -> Run {
        let effects = EffectMemory::load(&*self.store, &self.event).await.unwrap();
        Run::new(RunSpec {
            mode: Mode::Handle,
            installation: self.event.installation.clone(),
            rights: self.rights.clone(),
            limits: Arc::new(Allowance::new(Limits::default())),
            tables: Default::default(),
            event: Some(self.event.clone()),
            actor: None,
            effects,
            seed: [0; 16],
            source: Source::live(self.services.clone()),
        })
    }

    async fn post(&self, run: &mut Run, path: &str) -> Result<Response, CallError> {
        let request = Request {
            connection: None,
            method: "POST".into(),
            url: format!("{}{path}", self.upstream.url),
            identity: Identity::App,
            headers: Vec::new(),
            body: Some(b"x".to_vec()),
            effect_key: None,
        };
        run.send(request).await.unwrap()
    }

    fn commits(&self) -> usize {
        self.store.commits.load(Ordering::SeqCst)
    }
}

fn rights(origin: &str) -> Rights {
    let manifest = format!(
        r#"
        capabilities = {{ http = "calls" }}
        [connector]
        id = "t"
        version = "1.0.0"
        name = "T"
        vendor = "T"
        licence = "MIT"
        description = "T"
        minimum_host = "0.1.0"
        [[http_origins]]
        origin = "{origin}"
        methods = ["GET", "POST"]
        reason = "tests"
        [[connections]]
        name = "microsoft"
        provider = "microsoft"
        reason = "to go around the firewall"
        "#
    );
    let connections = ["microsoft".parse().unwrap()].into();
    let grant = Grant { http: [origin.parse().unwrap()].into(), connections, ..Grant::default() };
    Rights::of(&Manifest::parse(&manifest).unwrap(), &grant)
}

#[tokio::test]
async fn graph_is_not_called_past_its_firewall() {
    let (stage, _asked) = Stage::set().await;
    let mut run = stage.attempt().await;
    let request = Request {
        connection: Some("microsoft".into()),
        method: "GET".into(),
        url: "/v1.0/users/1/messages".into(),
        identity: Identity::App,
        headers: Vec::new(),
        body: None,
        effect_key: None,
    };
    let refused = run.send(request).await.unwrap();
    assert!(matches!(refused, Err(CallError::Denied(denial)) if denial.allow_with.is_none()));
}

/// The value of a header field in a request.
fn field<'a>(request: &'a str, name: &str) -> &'a str {
    request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

#[tokio::test]
async fn one_call_writes_nothing_and_each_further_one_what_was_before_it() {
    let (stage, mut asked) = Stage::set().await;
    let mut run = stage.attempt().await;
    for (number, path) in ["a", "b", "c"].into_iter().enumerate() {
        stage.upstream.answer.send(CREATED).unwrap();
        assert_eq!(stage.post(&mut run, path).await.unwrap().status, 201);
        asked.recv().await.unwrap();
        assert_eq!(stage.commits(), number, "after {path}");
    }
    // A host that dies here has forgotten the last call, and no other.
    let mut next = stage.attempt().await;
    for path in ["a", "b"] {
        assert_eq!(stage.post(&mut next, path).await.unwrap().status, 201);
    }
    assert!(asked.try_recv().is_err(), "what was remembered was not sent");
    let mut finished = run.finish(Ok(()), 0, 0).await;
    let batch = finished.effects.add_to(&stage.event, Timestamp(0), Batch::new());
    assert_eq!(batch.ops.len(), 1, "the settlement carries the last call, once");
}

#[tokio::test]
async fn what_was_not_done_is_not_remembered_and_costs_nothing() {
    let (stage, mut asked) = Stage::set().await;
    let mut run = stage.attempt().await;
    for answer in [BUSY, CREATED] {
        stage.upstream.answer.send(answer).unwrap();
        stage.post(&mut run, "a").await.unwrap();
        asked.recv().await.unwrap();
    }
    assert_eq!(stage.commits(), 0);
    let mut finished = run.finish(Ok(()), 0, 0).await;
    assert!(!finished.in_doubt);
    assert_eq!(finished.effects.add_to(&stage.event, Timestamp(0), Batch::new()).ops.len(), 1);
}

#[tokio::test]
async fn a_call_once_sent_is_finished_although_its_run_was_ended() {
    let (stage, mut asked) = Stage::set().await;
    let mut run = stage.attempt().await;
    tokio::select! {
        _ = stage.post(&mut run, "a") => panic!("nothing was answered yet"),
        _ = asked.recv() => {}
    }
    stage.upstream.answer.send(CREATED).unwrap();
    let mut finished = run.finish(Ok(()), 0, 0).await;
    assert_eq!(finished.effects.add_to(&stage.event, Timestamp(0), Batch::new()).ops.len(), 1);
    assert!(!finished.in_doubt);
}

#[tokio::test]
async fn a_call_that_is_sent_again_carries_the_same_key_and_another_call_another() {
    let (stage, mut asked) = Stage::set().await;
    let mut keys = Vec::new();
    for (path, answer) in [("a", BUSY), ("a", CREATED), ("b", CREATED)] {
        let mut run = stage.attempt().await;
        stage.upstream.answer.send(answer).unwrap();
        stage.post(&mut run, path).await.unwrap();
        keys.push(field(&asked.recv().await.unwrap(), "idempotency-key").to_owned());
    }
    assert!(!keys[0].is_empty());
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
}
