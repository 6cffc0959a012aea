//! What a person is shown about a record.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use serde::Deserialize;
use tieline_delivery::Host;
use tieline_types::{InstallationId, InstallationKey, TenantId, api::View};

use crate::{
    extract::{Path, Query},
    refusal::Refusal,
};

/// Which record, and for whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    kind: String,
    id: String,
    /// As in a request to act; the API client itself when absent.
    #[serde(default, rename = "as")]
    user: Option<String>,
}

pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
    Query(Asked { kind, id, user }): Query<Asked>,
) -> Result<Answer<View>, Refusal> {
    let installation = InstallationKey { tenant, installation };
    Ok(Answer(host.view(&installation, (kind, id), user.as_deref()).await?))
}
