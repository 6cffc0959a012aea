//! The service user: who posts, and so must be in every connected chat.

use serde::Deserialize;
use tieline_sdk::{Failure, Identity, graph, storage};

use crate::dataverse::tables::remember;

/// Who it is changes when an administrator signs in as somebody else.
const REMEMBERED: u64 = 15 * 60_000;

/// The object id of the connection's signed-in service user.
pub(crate) fn user() -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Me {
        id: String,
    }
    if let Some(id) = storage::get_json("service-user")? {
        return Ok(id);
    }
    let me: Me = graph::get("/me").select(&["id"]).identity(Identity::Service).fetch()?;
    remember("service-user", &me.id, REMEMBERED)?;
    Ok(me.id)
}
