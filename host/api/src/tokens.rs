//! API tokens: listing, making, revoking.

use std::{error::Error, sync::Arc};

use axum::{
    Extension, Json as Answer,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use tieline_access::{Access, AccessError, Principal, RevokedToken};
use tieline_audit::Changed;
use tieline_delivery::Host;
use tieline_types::{
    Problem,
    api::{CreateTokenRequest, CreatedToken, Page, TokenSummary},
};

use crate::{
    ProblemDocument,
    extract::{Json, Path, Query},
    paging::{Paging, greatest_first},
    refusal,
};

type Created = (StatusCode, [(HeaderName, &'static str); 1], Extension<Changed>, Answer<CreatedToken>);

/// The tokens that allow nothing which whoever asks may not themself, the newest first. What has ended stays in the list
/// for a month.
#[utoipa::path(
    get,
    path = "/tokens",
    operation_id = "listTokens",
    tag = "access",
    params(Paging),
    responses((status = 200, body = Page<TokenSummary>))
)]
pub(crate) async fn list(
    State(access): State<Arc<Access>>,
    Extension(principal): Extension<Principal>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<TokenSummary>>, AccessRefusal> {
    let tokens = access.tokens(&principal).await?;
    Ok(Answer(paging.of(tokens, |token| format!("{} {}", greatest_first(token.created.0), token.id))))
}

/// Makes a token, and shows it this once. Nobody makes one that may more than they may themself.
#[utoipa::path(
    post,
    path = "/tokens",
    operation_id = "createToken",
    tag = "access",
    request_body = CreateTokenRequest,
    responses((status = 201, body = CreatedToken))
)]
pub(crate) async fn create(
    State(access): State<Arc<Access>>,
    State(host): State<Arc<Host>>,
    Extension(principal): Extension<Principal>,
    Json(request): Json<CreateTokenRequest>,
) -> Result<Created, AccessRefusal> {
    let created = access.create_token(&principal, request).await?;
    host.endings_changed();
    let changed = Extension(Changed::between(None, Some(&created.summary)));
    // Shown once: it is not to be kept for whoever asks again, either.
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], changed, Answer(created)))
}

/// Ends a token at once, and the sessions that began with it.
#[utoipa::path(
    delete,
    path = "/tokens/{token}",
    operation_id = "revokeToken",
    tag = "access",
    responses((status = 200, body = TokenSummary))
)]
pub(crate) async fn revoke(
    State(access): State<Arc<Access>>,
    State(host): State<Arc<Host>>,
    Extension(principal): Extension<Principal>,
    Path(token): Path<String>,
) -> Result<(Extension<Changed>, Answer<TokenSummary>), AccessRefusal> {
    let RevokedToken { before, after } = access.revoke_token(&principal, &token).await?;
    host.endings_changed();
    Ok((Extension(Changed::between(Some(&before), Some(&after))), Answer(after)))
}

/// An error about credentials on its way to the caller.
#[derive(Debug)]
pub(crate) struct AccessRefusal(AccessError);

impl From<AccessError> for AccessRefusal {
    fn from(error: AccessError) -> Self {
        Self(error)
    }
}

impl IntoResponse for AccessRefusal {
    fn into_response(self) -> Response {
        let message = refusal::sentence(&self.0);
        match self.0 {
            AccessError::Invalid(problems) => refusal::invalid(problems).into_response(),
            AccessError::Forbidden(problem) => {
                ProblemDocument::new(StatusCode::FORBIDDEN, problem).into_response()
            }
            AccessError::NoToken(_) => {
                let problem = Problem::new("not-found", message)
                    .remedy("`tieline tokens list` shows the tokens that you may see, with their ids.");
                ProblemDocument::new(StatusCode::NOT_FOUND, problem).into_response()
            }
            error => {
                tracing::warn!(cause = refusal::causes(&error as &(dyn Error + 'static)), "{message}");
                refusal::unavailable(message)
            }
        }
    }
}
