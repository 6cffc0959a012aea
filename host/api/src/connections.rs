//! Connections of a tenant: their list, their staged test, what was consented to. Their secrets can be set, never
//! read.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    ConnectionKey, ConnectionName, GivenSecret, SetSecret, TenantId,
    api::{AcceptRequest, Accepted, ApplyReport, ConnectionSummary, ConnectionTest, ConsentReport, Page},
    tenant::Connection,
};

use crate::{
    audit::Applied,
    edition::{IfMatch, Tagged, tagged},
    extract::{Json, Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// The connections, by name. Secrets are named, never shown.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/connections",
    operation_id = "listConnections",
    tag = "connections",
    params(Paging),
    responses((status = 200, body = Page<ConnectionSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<ConnectionSummary>>, Refusal> {
    let connections = host.connections(&tenant).await?;
    Ok(Answer(paging.of(connections, |connection| connection.name.to_string())))
}

/// A connection.
///
/// What `PUT` takes, but that a secret is shown as `true`, which stands for the one that is set.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/connections/{connection}",
    operation_id = "getConnection",
    tag = "connections",
    responses((status = 200, body = Connection<SetSecret>, headers(("etag" = String, description = "For `If-Match`."))))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Tagged<Connection<SetSecret>>, Refusal> {
    Ok(tagged(host.connection(&ConnectionKey { tenant, connection }).await?))
}

/// Puts a connection.
///
/// A secret is given as it is, or as `true` when the one that is set stays; it stays only where the connection leads to
/// the same place as before. What is left out goes.
#[utoipa::path(
    put,
    path = "/tenants/{tenant}/connections/{connection}",
    operation_id = "putConnection",
    tag = "connections",
    params(
        ("if-match" = Option<String>, Header, description = "Only if the connection stands as this `ETag` says."),
        ("if-none-match" = Option<String>, Header, description = "`*`: only if there is no such connection yet.")
    ),
    request_body = Connection<GivenSecret>,
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn put(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    IfMatch(expected): IfMatch,
    Json(given): Json<Connection<GivenSecret>>,
) -> Result<Applied, Refusal> {
    Ok(Applied(host.put_connection(&ConnectionKey { tenant, connection }, given, &expected).await?))
}

/// Removes a connection, with its secrets and everybody's sign-in.
#[utoipa::path(
    delete,
    path = "/tenants/{tenant}/connections/{connection}",
    operation_id = "removeConnection",
    tag = "connections",
    params(("if-match" = Option<String>, Header, description = "Only if the connection stands as this `ETag` says.")),
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn remove(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    IfMatch(expected): IfMatch,
) -> Result<Applied, Refusal> {
    Ok(Applied(host.remove_connection(&ConnectionKey { tenant, connection }, &expected).await?))
}

/// Tests a connection, stage by stage.
///
/// 200 also when stages failed: the test was made, and the report says how it went.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/connections/{connection}/test",
    operation_id = "testConnection",
    tag = "connections",
    responses((status = 200, body = ConnectionTest))
)]
pub(crate) async fn test(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<ConnectionTest>, Refusal> {
    Ok(Answer(host.test_connection(&ConnectionKey { tenant, connection }).await?))
}

/// What was consented to, beside what installations need.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/connections/{connection}/consent",
    operation_id = "getConsent",
    tag = "connections",
    responses((status = 200, body = ConsentReport))
)]
pub(crate) async fn consent(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<ConsentReport>, Refusal> {
    Ok(Answer(host.consent(&ConnectionKey { tenant, connection }).await?))
}

/// Says that consent was given, and has only to spread.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/connections/{connection}/consent/accept",
    operation_id = "acceptConsent",
    tag = "connections",
    request_body = AcceptRequest,
    responses((status = 200, body = Accepted))
)]
pub(crate) async fn accept_consent(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    Json(request): Json<AcceptRequest>,
) -> Result<Answer<Accepted>, Refusal> {
    Ok(Answer(host.accept_consent(&ConnectionKey { tenant, connection }, &request.by).await?))
}
