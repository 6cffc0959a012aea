//! The audit: looking at it, verifying it; [`recorded`] is how it comes about.

mod actions;
mod applied;
pub(crate) mod recorded;
pub(crate) mod sign_ins;

use std::sync::Arc;

use axum::{Json as Answer, extract::State, response::IntoResponse as _, response::Response};
use serde::{Deserialize, Deserializer, de::Error as _};
use tieline_access::{Principal, Who};
use tieline_audit::{Audit, AuditError, Filter};
use tieline_delivery::HostError;
use tieline_types::{
    Digest, TenantId, Timestamp,
    api::{AuditHead, AuditRecord, AuditVerdict, AuditWho, AuditWhoKind, Page},
};
use utoipa::IntoParams;

pub(crate) use actions::Actions;
pub(crate) use applied::Applied;

use crate::{
    ProblemDocument,
    extract::{Path, Query},
    paging::{length, usual},
    refusal::Refusal,
};

/// Which records, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Selection {
    /// By whom: an id or a name.
    who: Option<String>,
    /// What: an operation's id, such as `applyTenant`.
    action: Option<String>,
    /// To what: how the path below `/api/v1` begins.
    target: Option<String>,
    /// Not before this time.
    #[serde(default, deserialize_with = "time")]
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Continue after this: `next` of the page before.
    after: Option<String>,
    /// How many records at most.
    #[serde(default = "usual", deserialize_with = "length")]
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: usize,
}

/// A head that was remembered.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Remembered {
    /// The number of the last record then.
    seq: Option<u64>,
    /// Its digest.
    digest: Option<Digest>,
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let wrong = || D::Error::custom("`since` is as RFC 3339 writes it: 2026-11-21T08:30:00Z");
    Timestamp::parse_rfc3339(&text).map(Some).ok_or_else(wrong)
}

/// What was done to the host itself, newest first.
///
/// Each tenant has a chain of its own. A page may be shorter than asked and still have a next one.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "listHostAudit",
    tag = "audit",
    params(Selection),
    responses((status = 200, body = Page<AuditRecord>))
)]
pub(crate) async fn list_host(
    State(audit): State<Arc<Audit>>,
    Query(selection): Query<Selection>,
) -> Result<Answer<Page<AuditRecord>>, Response> {
    listed(&audit, None, selection).await
}

/// What was done to a tenant, newest first.
///
/// A page may be shorter than asked and still have a next one. What was done to a tenant that is gone can be listed still.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/audit",
    operation_id = "listAudit",
    tag = "audit",
    params(Selection),
    responses((status = 200, body = Page<AuditRecord>))
)]
pub(crate) async fn list(
    State(audit): State<Arc<Audit>>,
    Path(tenant): Path<TenantId>,
    Query(selection): Query<Selection>,
) -> Result<Answer<Page<AuditRecord>>, Response> {
    listed(&audit, Some(&tenant), selection).await
}

/// Verifies every chain: the host's own first, then those of all tenants.
#[utoipa::path(
    get,
    path = "/audit/verifications",
    operation_id = "verifyAllAudits",
    tag = "audit",
    responses((status = 200, body = Vec<AuditVerdict>))
)]
pub(crate) async fn verify_all(
    State(audit): State<Arc<Audit>>,
) -> Result<Answer<Vec<AuditVerdict>>, Refusal> {
    let mut verdicts = vec![audit.verify(None, None).await.map_err(unread)?];
    for tenant in audit.tenants().await.map_err(unread)? {
        verdicts.push(audit.verify(Some(&tenant), None).await.map_err(unread)?);
    }
    Ok(Answer(verdicts))
}

/// Verifies the host's own chain.
///
/// With a head that was remembered elsewhere, also that it is still in the chain.
#[utoipa::path(
    get,
    path = "/audit/verification",
    operation_id = "verifyHostAudit",
    tag = "audit",
    params(Remembered),
    responses((status = 200, body = AuditVerdict))
)]
pub(crate) async fn verify_host(
    State(audit): State<Arc<Audit>>,
    Query(remembered): Query<Remembered>,
) -> Result<Answer<AuditVerdict>, Response> {
    verified(&audit, None, remembered).await
}

/// Verifies a tenant's chain.
///
/// With a head that was remembered elsewhere, also that it is still in the chain.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/audit/verification",
    operation_id = "verifyAudit",
    tag = "audit",
    params(Remembered),
    responses((status = 200, body = AuditVerdict))
)]
pub(crate) async fn verify(
    State(audit): State<Arc<Audit>>,
    Path(tenant): Path<TenantId>,
    Query(remembered): Query<Remembered>,
) -> Result<Answer<AuditVerdict>, Response> {
    verified(&audit, Some(&tenant), remembered).await
}

async fn listed(
    audit: &Audit,
    tenant: Option<&TenantId>,
    selection: Selection,
) -> Result<Answer<Page<AuditRecord>>, Response> {
    let Selection { who, action, target, since, after, limit } = selection;
    let after = after.map(|after| after.parse::<u64>()).transpose().map_err(|_| {
        ProblemDocument::malformed("query.invalid", "`after` is `next` of the page before.").into_response()
    })?;
    let page = audit.list(tenant, &Filter { who, action, target, since }, after, limit).await;
    page.map(Answer).map_err(|error| unread(error).into_response())
}

async fn verified(
    audit: &Audit,
    tenant: Option<&TenantId>,
    remembered: Remembered,
) -> Result<Answer<AuditVerdict>, Response> {
    let remembered = match (remembered.seq, remembered.digest) {
        (Some(seq), Some(digest)) => Some(AuditHead { seq, digest }),
        (None, None) => None,
        _ => {
            let message = "A head is `seq` and `digest` together.";
            return Err(ProblemDocument::malformed("query.invalid", message).into_response());
        }
    };
    let verdict = audit.verify(tenant, remembered).await;
    verdict.map(Answer).map_err(|error| unread(error).into_response())
}

/// Somebody as the audit names them.
fn who(principal: &Principal) -> AuditWho {
    let (kind, id, name) = match &principal.who {
        Who::Token { id, name } => (AuditWhoKind::Token, id.to_string(), name.clone()),
        Who::Person { oid, user_name, .. } => (AuditWhoKind::Person, oid.clone(), user_name.clone()),
        Who::Bootstrap => (AuditWhoKind::Bootstrap, String::new(), String::new()),
    };
    AuditWho { kind, id, name }
}

fn unread(error: AuditError) -> Refusal {
    HostError::Unavailable { doing: "reading the audit", source: Some(Box::new(error)) }.into()
}
