//! What vendors ship: connectors, their versions, and what packages say of themselves.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    ConnectorId, Digest,
    api::{ConnectorSummary, ConnectorVersion, PackageDetail, PackageSummary, Page},
};

use crate::{
    extract::{Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// The connectors of which packages were uploaded, by id.
#[utoipa::path(
    get,
    path = "/connectors",
    operation_id = "listConnectors",
    tag = "connectors",
    params(Paging),
    responses((status = 200, body = Page<ConnectorSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<ConnectorSummary>>, Refusal> {
    Ok(Answer(paging.of(host.connectors().await?, |connector| connector.id.to_string())))
}

/// The versions of a connector, the newest first.
#[utoipa::path(
    get,
    path = "/connectors/{connector}/versions",
    operation_id = "listConnectorVersions",
    tag = "connectors",
    params(Paging),
    responses((status = 200, body = Page<ConnectorVersion>))
)]
pub(crate) async fn versions(
    State(host): State<Arc<Host>>,
    Path(connector): Path<ConnectorId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<ConnectorVersion>>, Refusal> {
    let versions = host.connector_versions(&connector).await?;
    // They come in their order, which no text of theirs has.
    let placed: Vec<_> = versions.into_iter().enumerate().collect();
    let page = paging.of(placed, |(place, _)| format!("{place:06}"));
    Ok(Answer(Page { items: page.items.into_iter().map(|(_, version)| version).collect(), next: page.next }))
}

/// The packages that were uploaded, by connector and content address.
#[utoipa::path(
    get,
    path = "/packages",
    operation_id = "listPackages",
    tag = "connectors",
    params(Paging),
    responses((status = 200, body = Page<PackageSummary>))
)]
pub(crate) async fn packages(
    State(host): State<Arc<Host>>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<PackageSummary>>, Refusal> {
    let place = |package: &PackageSummary| format!("{} {}", package.connector, package.digest);
    Ok(Answer(paging.of(host.packages().await?, place)))
}

/// What a package says of itself: its manifest, and the schema of its configuration.
#[utoipa::path(
    get,
    path = "/packages/{digest}/manifest",
    operation_id = "getManifest",
    tag = "connectors",
    responses((status = 200, body = PackageDetail))
)]
pub(crate) async fn manifest(
    State(host): State<Arc<Host>>,
    Path(digest): Path<Digest>,
) -> Result<Answer<PackageDetail>, Refusal> {
    Ok(Answer(host.package_detail(&digest).await?))
}
