//! People of a connection: links for their browsers, who is signed in, signing out.

use std::sync::Arc;

use axum::{
    Extension, Json as Answer,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use tieline_access::Principal;
use tieline_delivery::{Host, HostError};
use tieline_identity::{ActorRef, Errand, Whose};
use tieline_types::{
    ConnectionKey, ConnectionName, TenantId,
    api::{BrowserLink, ConsentRequest, Page, PersonSummary, RevokeReport, SignInRequest, SignOutReport},
};

use crate::{
    extract::{Json, Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// Stands for the service user where a person's id or user name stands otherwise; no user name is like it.
const SERVICE: &str = "service";

/// Whoever has the link may follow it: it is for whoever asked, and for no cache on the way.
type Link = (StatusCode, [(HeaderName, HeaderValue); 1], Answer<BrowserLink>);

fn link(link: BrowserLink) -> Link {
    let secret = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::CREATED, secret, Answer(link))
}

/// A link at which somebody signs in to the connection.
///
/// An agent asks with `self`, for themself only; a tenant's administrator for anybody, and for the service user.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/connections/{connection}/sign-ins",
    operation_id = "makeSignInLink",
    tag = "people",
    request_body = SignInRequest,
    responses((status = 201, body = BrowserLink))
)]
pub(crate) async fn sign_in(
    State(host): State<Arc<Host>>,
    Extension(principal): Extension<Principal>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    Json(request): Json<SignInRequest>,
) -> Result<Link, Refusal> {
    let own = principal.signs_in(&tenant, request.own, request.service);
    let own = own.map_err(|problem| HostError::Forbidden { problem })?;
    if let Some((directory_id, object_id)) = own {
        let (key, person) = (ConnectionKey { tenant, connection }, ActorRef { directory_id, object_id });
        return Ok(link(host.browser_link_for(&key, person, request.return_to).await?));
    }
    let errand = if request.service { Errand::Service } else { Errand::Person };
    Ok(link(host.browser_link(&ConnectionKey { tenant, connection }, errand, request.return_to).await?))
}

/// A link at which an administrator consents to the connection's app.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/connections/{connection}/consents",
    operation_id = "makeConsentLink",
    tag = "people",
    request_body = ConsentRequest,
    responses((status = 201, body = BrowserLink))
)]
pub(crate) async fn consent(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    Json(request): Json<ConsentRequest>,
) -> Result<Link, Refusal> {
    let key = ConnectionKey { tenant, connection };
    Ok(link(host.browser_link(&key, Errand::Consent, request.return_to).await?))
}

/// Who is signed in, the service user first.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/connections/{connection}/people",
    operation_id = "listPeople",
    tag = "people",
    params(Paging),
    responses((status = 200, body = Page<PersonSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<PersonSummary>>, Refusal> {
    let people = host.people(&ConnectionKey { tenant, connection }).await?;
    let place = |person: &PersonSummary| {
        format!("{} {} {}", u8::from(!person.service), person.user_name, person.object_id)
    };
    Ok(Answer(paging.of(people, place)))
}

/// Signs everybody out, the service user too.
#[utoipa::path(
    delete,
    path = "/tenants/{tenant}/connections/{connection}/people",
    operation_id = "signEverybodyOut",
    tag = "people",
    responses((status = 200, body = SignOutReport))
)]
pub(crate) async fn sign_everybody_out(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<SignOutReport>, Refusal> {
    Ok(Answer(host.sign_out(&ConnectionKey { tenant, connection }, Whose::Everybody).await?))
}

/// Signs one person out.
#[utoipa::path(
    delete,
    path = "/tenants/{tenant}/connections/{connection}/people/{user}",
    operation_id = "signOut",
    tag = "people",
    responses((status = 200, body = SignOutReport))
)]
pub(crate) async fn sign_out(
    State(host): State<Arc<Host>>,
    Path((tenant, connection, user)): Path<(TenantId, ConnectionName, String)>,
) -> Result<Answer<SignOutReport>, Refusal> {
    let whose = if user == SERVICE { Whose::Service } else { Whose::User(&user) };
    Ok(Answer(host.sign_out(&ConnectionKey { tenant, connection }, whose).await?))
}

/// Takes back everything that the connection gave out: sign-ins, tokens, sessions.
///
/// It sends nothing until it is applied with another credential, and for a person until they sign in again.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/connections/{connection}/revoke",
    operation_id = "revokeConnection",
    tag = "connections",
    responses((status = 200, body = RevokeReport))
)]
pub(crate) async fn revoke(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<RevokeReport>, Refusal> {
    Ok(Answer(host.revoke_connection(&ConnectionKey { tenant, connection }).await?))
}
