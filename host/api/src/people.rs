//! People of a connection: links for their browsers, who is signed in, signing out.

use std::sync::Arc;

use axum::{Json as Answer, extract::State, http::StatusCode};
use tieline_delivery::Host;
use tieline_identity::{Errand, Whose};
use tieline_types::{
    ConnectionKey, ConnectionName, TenantId,
    api::{BrowserLink, ConsentRequest, PersonSummary, SignInRequest, SignOutReport},
};

use crate::{
    extract::{Json, Path},
    refusal::Refusal,
};

/// Stands for the service user where a person's id or user name stands otherwise; no user name is like it.
const SERVICE: &str = "service";

type Link = (StatusCode, Answer<BrowserLink>);

pub(crate) async fn sign_in(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    Json(request): Json<SignInRequest>,
) -> Result<Link, Refusal> {
    let errand = if request.service { Errand::Service } else { Errand::Person };
    let link = host.browser_link(&ConnectionKey { tenant, connection }, errand, request.return_to).await?;
    Ok((StatusCode::CREATED, Answer(link)))
}

pub(crate) async fn consent(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    Json(request): Json<ConsentRequest>,
) -> Result<Link, Refusal> {
    let key = ConnectionKey { tenant, connection };
    let link = host.browser_link(&key, Errand::Consent, request.return_to).await?;
    Ok((StatusCode::CREATED, Answer(link)))
}

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<Vec<PersonSummary>>, Refusal> {
    Ok(Answer(host.people(&ConnectionKey { tenant, connection }).await?))
}

pub(crate) async fn sign_everybody_out(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<SignOutReport>, Refusal> {
    Ok(Answer(host.sign_out(&ConnectionKey { tenant, connection }, Whose::Everybody).await?))
}

pub(crate) async fn sign_out(
    State(host): State<Arc<Host>>,
    Path((tenant, connection, user)): Path<(TenantId, ConnectionName, String)>,
) -> Result<Answer<SignOutReport>, Refusal> {
    let whose = if user == SERVICE { Whose::Service } else { Whose::User(&user) };
    Ok(Answer(host.sign_out(&ConnectionKey { tenant, connection }, whose).await?))
}
