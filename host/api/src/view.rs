//! What a person is shown about a record.

use std::sync::Arc;

use axum::{Extension, Json as Answer, extract::State};
use serde::Deserialize;
use tieline_access::Principal;
use tieline_delivery::{Host, HostError};
use tieline_types::{InstallationId, InstallationKey, TenantId, api::View};
use utoipa::IntoParams;

use crate::{
    extract::{Path, Query},
    refusal::Refusal,
};

/// Which record, and for whom.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The kind of the record.
    kind: String,
    /// Its id.
    id: String,
    /// As in a request to act; the API client itself when absent.
    #[serde(default, rename = "as")]
    user: Option<String>,
}

/// What a person is shown about a record, and what they may ask.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}/view",
    operation_id = "getView",
    tag = "installations",
    params(Asked),
    responses((status = 200, body = View))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Extension(principal): Extension<Principal>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
    Query(Asked { kind, id, user }): Query<Asked>,
) -> Result<Answer<View>, Refusal> {
    let installation = InstallationKey { tenant, installation };
    let asker = principal.acts_as(&installation.tenant, user.as_deref());
    let asker = asker.map_err(|problem| HostError::Forbidden { problem })?;
    Ok(Answer(host.view(&installation, (kind, id), asker).await?))
}
