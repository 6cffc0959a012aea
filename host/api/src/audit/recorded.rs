//! Nothing is changed that is not in the audit: what is asked is durable there before it is done, and how it ended before it is
//! answered.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tieline_access::Principal;
use tieline_audit::{Audit, Changed, Entry};
use tieline_types::{Problem, TenantId};
use tracing::Instrument as _;

use super::{Actions, who};
use crate::{ProblemDocument, client_address::ClientAddress, refusal};

/// What the record of a request needs.
#[derive(Clone)]
pub(crate) struct Ledger {
    pub(crate) audit: Arc<Audit>,
    pub(crate) actions: Arc<Actions>,
}

/// Records a request that may change something. What the store of the audit cannot take is not done: 503. What is done is done to
/// its end also when whoever asked goes away, so that its end is recorded too.
pub(crate) async fn recorded(State(ledger): State<Ledger>, request: Request, next: Next) -> Response {
    let Some(entry) = entry(&ledger.actions, &request) else { return next.run(request).await };
    let asked = match ledger.audit.record(entry.clone()).await {
        Ok(asked) => asked,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(action = entry.action, error, "not done, since the audit cannot take it");
            return refusal::unavailable("The audit cannot take what was asked, so it was not done.".into());
        }
    };
    let (audit, ending) = (ledger.audit.clone(), entry.clone());
    let doing = async move {
        let mut response = next.run(request).await;
        let changed = response.extensions_mut().remove::<Changed>().unwrap_or_default();
        end(&audit, ending.ended(asked, response.status().as_u16(), changed)).await;
        response
    };
    match tokio::spawn(doing.in_current_span()).await {
        Ok(response) => response,
        Err(fault) => {
            tracing::error!(
                action = entry.action,
                error = &fault as &dyn std::error::Error,
                "a request broke off"
            );
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            end(&ledger.audit, entry.ended(asked, status.as_u16(), Changed::default())).await;
            let problem =
                Problem::new("host.fault", "The host failed at it.").remedy("The host's log says why.");
            ProblemDocument::new(status, problem).into_response()
        }
    }
}

/// What was done is answered as it is, also when its end cannot be recorded: that it was asked stands there.
async fn end(audit: &Audit, entry: Entry) {
    let action = entry.action.clone();
    if let Err(error) = audit.record(entry).await {
        tracing::error!(
            action,
            error = &error as &dyn std::error::Error,
            "the audit lacks the end of what was asked"
        );
    }
}

/// What a request asks for; none when it changes nothing, or comes from nobody and will be refused.
fn entry(actions: &Actions, request: &Request) -> Option<Entry> {
    let path = request.extensions().get::<MatchedPath>()?;
    let action = actions.name(request.method(), path.as_str())?;
    let principal = request.extensions().get::<Principal>()?;
    let target = request.uri().path();
    let tenant = match target.strip_prefix("/tenants/") {
        Some(rest) => Some(rest.split('/').next()?.parse::<TenantId>().ok()?),
        None => None,
    };
    // Whoever has no right to a tenant hears that it is not there, and writes nothing into what is told of it.
    if let Some(tenant) = &tenant {
        principal.role_in(tenant)?;
    }
    let entry = Entry::asked(tenant, who(principal), action.to_owned(), target.to_owned());
    Some(entry.from(ClientAddress::of(request)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        net::SocketAddr,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use axum::{Extension, Router, middleware, routing::put};
    use tieline_store::Store;
    use tieline_types::{
        SystemClock,
        api::{ApplyReport, AuditOutcome, AuditRecord, Change, ChangeKind, FieldChange},
    };
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::Notify,
    };
    use utoipa::openapi::OpenApi;

    /// Routes over a real socket, behind somebody who is known unless they say that they are nobody.
    struct Scene {
        audit: Arc<Audit>,
        store: Arc<dyn Store>,
        address: SocketAddr,
        calls: Arc<AtomicUsize>,
        /// Lets a request go on that waits.
        go: Arc<Notify>,
        _folder: tempfile::TempDir,
    }

    async fn known(mut request: Request, next: Next) -> Response {
        if !request.headers().contains_key("nobody") {
            request.extensions_mut().insert(Principal::bootstrap());
        }
        request.extensions_mut().insert(ClientAddress("192.0.2.7".parse().unwrap()));
        next.run(request).await
    }

    fn changed() -> Changed {
        let field = FieldChange { field: "/name".into(), before: Some("a".into()), after: Some("b".into()) };
        let change = Change {
            kind: "tenant".into(),
            name: "acme".into(),
            done: ChangeKind::Updated,
            details: Vec::new(),
            fields: vec![field],
        };
        Changed::report(&ApplyReport { tenant: "acme".parse().unwrap(), changes: vec![change] })
    }

    impl Scene {
        async fn set() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = tieline_store::open("sled:data", folder.path(), Arc::new(SystemClock)).unwrap();
            let audit = Arc::new(Audit::start(store.clone(), Arc::new(SystemClock)));
            let calls = Arc::new(AtomicUsize::new(0));
            let (called, go) = (calls.clone(), Arc::new(Notify::new()));
            let held = go.clone();
            let apply = async move |body: String| {
                called.fetch_add(1, Ordering::SeqCst);
                match body.as_str() {
                    "refuse" => StatusCode::CONFLICT.into_response(),
                    "panic" => panic!("as asked"),
                    "wait" => {
                        held.notified().await;
                        StatusCode::NO_CONTENT.into_response()
                    }
                    _ => (Extension(changed()), "done").into_response(),
                }
            };
            let described: OpenApi = serde_json::from_value(serde_json::json!({
                "openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/tenants/{tenant}": {
                    "put": {"operationId": "applyTenant", "responses": {}},
                    "get": {"operationId": "showTenant", "responses": {}},
                    "post": {"operationId": "compareTenant", "responses": {}}}},
            }))
            .unwrap();
            let actions = Arc::new(Actions::of(&described, "/api"));
            let ledger = Ledger { audit: audit.clone(), actions };
            let routes = Router::new()
                .route("/tenants/{tenant}", put(apply.clone()).get(apply.clone()).post(apply))
                .layer(middleware::from_fn_with_state(ledger, recorded))
                .layer(middleware::from_fn(known));
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let router = Router::new().nest("/api", routes);
            tokio::spawn(async move { axum::serve(listener, router).await });
            Self { audit, store, address, calls, go, _folder: folder }
        }

        async fn ask(&self, method: &str, body: &str) -> u16 {
            self.ask_with(method, body, "").await
        }

        async fn ask_with(&self, method: &str, body: &str, header: &str) -> u16 {
            let mut connection = tokio::net::TcpStream::connect(self.address).await.unwrap();
            let length = body.len();
            let request = format!(
                "{method} /api/tenants/acme?x=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{header}Content-Length: {length}\r\n\r\n{body}"
            );
            connection.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            connection.read_to_string(&mut answer).await.unwrap();
            answer.split(' ').nth(1).unwrap().parse().unwrap()
        }

        /// What the chain of the tenant says, oldest first.
        async fn told(&self) -> Vec<AuditRecord> {
            let acme = "acme".parse().unwrap();
            let page = self.audit.list(Some(&acme), &Default::default(), None, 100).await.unwrap();
            page.items.into_iter().rev().collect()
        }
    }

    #[tokio::test]
    async fn tells_what_is_asked_and_how_it_ended() {
        let scene = Scene::set().await;
        assert_eq!(scene.ask("PUT", "").await, 200);
        assert_eq!(scene.ask("PUT", "refuse").await, 409);
        assert_eq!(scene.ask("PUT", "panic").await, 500);
        let told = scene.told().await;
        let ends: Vec<_> = told.iter().map(|record| (record.outcome, record.status, record.asked)).collect();
        let asked = (AuditOutcome::Asked, None, None);
        assert_eq!(
            ends,
            [
                asked,
                (AuditOutcome::Done, Some(200), Some(1)),
                asked,
                (AuditOutcome::Refused, Some(409), Some(3)),
                asked,
                (AuditOutcome::Failed, Some(500), Some(5)),
            ]
        );
        assert_eq!((told[1].action.as_str(), told[1].target.as_str()), ("applyTenant", "/tenants/acme"));
        assert_eq!(told[1].from, "192.0.2.7".parse().ok());
        assert_eq!(told[1].before, Some(serde_json::json!({"/tenants/acme/name": "a"})));
        assert_eq!(told[3].before, None);
    }

    #[tokio::test]
    async fn looking_and_comparing_are_not_told_and_neither_is_nobody() {
        let scene = Scene::set().await;
        for method in ["GET", "POST"] {
            assert_eq!(scene.ask(method, "").await, 200);
        }
        scene.ask_with("PUT", "", "nobody: 1\r\n").await;
        assert!(scene.told().await.is_empty());
    }

    #[tokio::test]
    async fn what_the_audit_cannot_take_is_not_done() {
        let scene = Scene::set().await;
        scene.store.close().await.unwrap();
        assert_eq!(scene.ask("PUT", "").await, 503);
        assert_eq!(scene.calls.load(Ordering::SeqCst), 0);
        assert_eq!(scene.ask("GET", "").await, 200, "looking needs no audit");
    }

    #[tokio::test]
    async fn the_end_is_told_also_when_whoever_asked_goes_away() {
        let scene = Scene::set().await;
        let asking = scene.ask("PUT", "wait");
        tokio::select! {
            _ = asking => panic!("nobody waited for it"),
            () = async { while scene.calls.load(Ordering::SeqCst) == 0 { tokio::task::yield_now().await } } => {}
        }
        scene.go.notify_one();
        loop {
            let told = scene.told().await;
            if let [_, end] = &told[..] {
                assert_eq!((end.outcome, end.status), (AuditOutcome::Done, Some(204)));
                break;
            }
            tokio::task::yield_now().await;
        }
    }
}
