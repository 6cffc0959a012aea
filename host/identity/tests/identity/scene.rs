//! A store in a folder of its own, a token server on a socket of its own, and the connections between them.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use tempfile::TempDir;
use tieline_egress::{Egress, Policy};
use tieline_identity::{Access, Clouds, ConnectionError, Connections, Identity, MasterKey, Vault};
use tieline_store::Store;
use tieline_types::{
    Clock, ConnectionKey, ManualClock, Secret, TenantId, Timestamp, config::Cloud, tenant::Connection,
};
use tokio::sync::Semaphore;
use url::Url;

/// Status, `Retry-After` and body of an answer, given the request's number (from 1) and form.
type Script = Box<dyn Fn(usize, &str) -> (u16, Option<u64>, String) + Send + Sync>;

/// A token server that does as its script says.
pub(crate) struct TokenServer {
    pub(crate) address: SocketAddr,
    state: Arc<Served>,
}

struct Served {
    script: Script,
    forms: Mutex<Vec<String>>,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    /// One permit for each answer that may go out.
    answers: Semaphore,
}

impl TokenServer {
    pub(crate) async fn start(
        script: impl Fn(usize, &str) -> (u16, Option<u64>, String) + Send + Sync + 'static,
    ) -> Self {
        let state = Arc::new(Served {
            script: Box::new(script),
            forms: Mutex::default(),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            answers: Semaphore::new(Semaphore::MAX_PERMITS),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, state }
    }

    /// A server whose tokens are `token-1`, `token-2`, … and last an hour.
    pub(crate) async fn hourly() -> Self {
        Self::start(|n, _| (200, None, token(n, r#","expires_in":3600"#))).await
    }

    /// The forms that were posted.
    pub(crate) fn forms(&self) -> Vec<String> {
        self.state.forms.lock().unwrap().clone()
    }

    pub(crate) fn requests(&self) -> usize {
        self.forms().len()
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.state.most_at_once.load(Ordering::SeqCst)
    }

    /// Answers are held back from now on.
    pub(crate) fn hold(&self) {
        self.state.answers.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Lets `answers` go out.
    pub(crate) fn release(&self, answers: usize) {
        self.state.answers.add_permits(answers);
    }

    /// Returns when so many requests have come.
    pub(crate) async fn came(&self, requests: usize) {
        while self.requests() < requests {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn answer(State(served): State<Arc<Served>>, form: String) -> impl IntoResponse {
    let number = {
        let mut forms = served.forms.lock().unwrap();
        forms.push(form.clone());
        forms.len()
    };
    let at_once = served.at_once.fetch_add(1, Ordering::SeqCst) + 1;
    served.most_at_once.fetch_max(at_once, Ordering::SeqCst);
    served.answers.acquire().await.unwrap().forget();
    served.at_once.fetch_sub(1, Ordering::SeqCst);
    let (status, retry_after, body) = (served.script)(number, &form);
    let mut headers = vec![("content-type", "application/json".to_owned())];
    headers.extend(retry_after.map(|seconds| ("retry-after", seconds.to_string())));
    (StatusCode::from_u16(status).unwrap(), axum::response::AppendHeaders(headers), body)
}

/// A token answer with more fields.
pub(crate) fn token(number: usize, more: &str) -> String {
    format!(r#"{{"token_type":"Bearer","access_token":"token-{number}"{more}}}"#)
}

/// An access token as Entra ID writes it, with these app roles. Nobody here checks its signature.
pub(crate) fn jwt(roles: &[&str]) -> String {
    let roles = if roles.is_empty() { String::new() } else { format!(r#","roles":{roles:?}"#) };
    let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"tid":"t","idtyp":"app"{roles}}}"#));
    format!("eyJhbGciOiJSUzI1NiJ9.{payload}.c2ln")
}

/// The folder of a store.
pub(crate) struct Disk(TempDir);

impl Disk {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Store> {
        tieline_store::open("sled:.", self.0.path(), clock).unwrap()
    }

    /// The bytes of every file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut folders: Vec<PathBuf> = vec![self.0.path().to_owned()];
        let mut bytes = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { bytes.extend(std::fs::read(path).unwrap()) }
            }
        }
        bytes
    }
}

/// A host's worth of connections.
pub(crate) struct Scene {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) connections: Connections,
    pub(crate) key: ConnectionKey,
}

pub(crate) const MASTER: [u8; 32] = [7; 32];

impl Scene {
    /// Opens a store and a cloud `sim` at the server.
    pub(crate) async fn open(disk: &Disk, server: &TokenServer) -> Self {
        Self::reaching(disk, server, &[server.address]).await
    }

    /// The same with these addresses opened.
    pub(crate) async fn reaching(disk: &Disk, server: &TokenServer, opened: &[SocketAddr]) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp(1_800_000_000_000)));
        let store = disk.open(clock.clone());
        let vault = Vault::open(store.clone(), &MasterKey::new(MASTER)).await.unwrap();
        let policy = Policy { allow_private: opened.iter().copied().collect(), ..Policy::default() };
        let url = origin(server);
        let cloud = Cloud { simulated: true, ..Cloud::at(url.clone(), url) };
        let connections = Connections::new(
            store.clone(),
            Egress::new(&policy).unwrap(),
            vault,
            Clouds::new(BTreeMap::from([("sim".to_owned(), cloud)])).unwrap(),
            clock.clone() as Arc<dyn Clock>,
        );
        Self { clock, store, connections, key: key("main") }
    }

    /// Applies a connection as the apply of a tenant document does.
    pub(crate) async fn apply(&self, connection: Connection<Secret>) {
        let prepared = self.connections.prepare(&self.key.tenant, &self.key.connection, connection).await;
        self.store.commit(prepared.unwrap().batch).await.unwrap();
        self.connections.changed(&self.key);
    }

    pub(crate) async fn authorize(&self) -> Result<Arc<Access>, ConnectionError> {
        self.connections.authorize(&self.key, &Identity::App).await
    }

    pub(crate) async fn renew(&self, stale: &Access) -> Result<Arc<Access>, ConnectionError> {
        self.connections.renew(&self.key, &Identity::App, stale).await
    }

    /// Ends this host; its store can then be opened again.
    pub(crate) async fn close(self) {
        self.store.close().await.unwrap();
    }
}

pub(crate) fn tenant() -> TenantId {
    "acme".parse().unwrap()
}

pub(crate) fn key(connection: &str) -> ConnectionKey {
    ConnectionKey { tenant: tenant(), connection: connection.parse().unwrap() }
}

pub(crate) fn origin(server: &TokenServer) -> Url {
    format!("http://{}", server.address).parse().unwrap()
}

/// A Microsoft connection in the cloud `sim`.
pub(crate) fn microsoft() -> Connection<Secret> {
    read(json!({
        "provider": "microsoft", "cloud": "sim", "directory_id": "contoso.com",
        "client_id": "client", "client_secret": "canary-secret",
    }))
}

/// A Salesforce connection at the server, signed in with this refresh token.
pub(crate) fn salesforce(server: &TokenServer, refresh_token: Option<&str>) -> Connection<Secret> {
    read(json!({
        "provider": "salesforce", "login_url": origin(server),
        "client_id": "client", "client_secret": "canary-secret", "refresh_token": refresh_token,
    }))
}

pub(crate) fn read(connection: serde_json::Value) -> Connection<Secret> {
    serde_json::from_value(connection).unwrap()
}

/// The token inside an access.
pub(crate) fn bearer(access: &Access) -> &str {
    access.authorization.to_str().unwrap().strip_prefix("Bearer ").unwrap()
}
