//! The HTTP face of a host: the admin API under `/api/v1`, the hooks that the outside world calls, and two
//! health answers. The only crate that knows HTTP statuses of ours; what they mean is decided behind it.

mod activity;
mod alerts;
mod audit;
mod auth;
mod browser;
mod client_address;
mod connections;
mod console;
mod cookies;
mod datasets;
mod edition;
mod events;
mod extract;
mod guard;
mod headers;
mod health;
mod hooks;
mod idempotency;
mod installations;
mod keys;
mod live;
mod openapi;
mod packages;
mod paging;
mod people;
mod problem;
mod rate;
mod receivers;
mod refusal;
mod replay;
mod routes;
mod schedules;
mod session;
mod strict;
mod subscriptions;
mod tapes;
mod tenants;
mod tokens;
mod usage;
mod vendors;
mod view;
mod webhooks;

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderValue, header},
    middleware,
    routing::get,
};
use rate::Rate;
use tieline_access::Access;
use tieline_audit::Audit;
use tieline_delivery::Host;
use tieline_types::{Network, Role};

pub use self::{
    health::metrics_alone,
    problem::ProblemDocument,
    refusal::{answer_too_late, body_too_slow},
};

/// What the routes stand on. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    host: Arc<Host>,
    access: Arc<Access>,
    audit: Arc<Audit>,
    rate: Arc<Rate>,
    proxies: Arc<[Network]>,
}

impl Api {
    /// The API of this host, for whom `access` knows; what they change is in the audit. `proxies` are believed when they say
    /// who asks.
    pub fn new(host: Arc<Host>, access: Arc<Access>, audit: Arc<Audit>, proxies: Vec<Network>) -> Self {
        let rate = Arc::new(Rate::new(host.doors().requests_per_second));
        Self { host, access, audit, rate, proxies: proxies.into() }
    }
}

impl FromRef<Api> for Arc<Host> {
    fn from_ref(api: &Api) -> Self {
        api.host.clone()
    }
}

impl FromRef<Api> for Arc<Audit> {
    fn from_ref(api: &Api) -> Self {
        api.audit.clone()
    }
}

impl FromRef<Api> for Arc<Access> {
    fn from_ref(api: &Api) -> Self {
        api.access.clone()
    }
}

/// Every route of the host. The API answers to whom it knows, and to each as far as their role goes; what it offers is
/// open to everybody. Hooks are guarded by their unguessable address and by what `Host::receive` verifies, health answers
/// say nothing worth guarding.
pub fn router(api: Api) -> Router {
    let doors = api.host.doors();
    let (routes, described) = routes::all(doors).split_for_parts();
    let actions = Arc::new(audit::Actions::of(&described, openapi::BASE));
    let ledger = audit::recorded::Ledger { audit: api.audit.clone(), actions };
    let (counts, counted) = guard::all([guard::least(Role::Operator, health::counts())]).split_for_parts();
    let (health, open) = health::open().split_for_parts();
    let document = openapi::document(described, [counted, open]);
    let routes = routes
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::wrong_method)
        .layer(DefaultBodyLimit::max(doors.body_bytes))
        .layer(Extension(api.clone()))
        .layer(middleware::from_fn_with_state(ledger, audit::recorded::recorded))
        .layer(middleware::from_fn_with_state(api.clone(), rate::limit))
        // Around the fallbacks too: whoever has no token does not learn which paths exist.
        .layer(middleware::from_fn_with_state(api.access.clone(), auth::identify));
    let browser =
        browser::routes().layer(middleware::from_fn_with_state(api.audit.clone(), audit::sign_ins::recorded));
    let counts = counts
        .layer(Extension(api.clone()))
        .layer(middleware::from_fn_with_state(api.clone(), rate::limit))
        .layer(middleware::from_fn_with_state(api.access.clone(), auth::identify));
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Router::new()
        .nest(openapi::BASE, routes)
        .merge(browser)
        .merge(counts)
        .merge(console::routes())
        .route("/api/openapi.json", get(async move || (json, document)))
        .merge(health)
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::wrong_method)
        // Whoever judges or records a request below knows where it came from.
        .layer(middleware::from_fn_with_state(api.proxies.clone(), client_address::found))
        // Around all that a browser may show, and what is added here later.
        .layer(middleware::from_fn_with_state(api.access.is_public_over_tls(), headers::protect))
        // No layer stands before hooks: that path must be cheap.
        .merge(hooks::routes(doors).method_not_allowed_fallback(refusal::wrong_method))
        .with_state(api)
}
