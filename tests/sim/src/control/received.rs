//! `/received`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use http::StatusCode;

use super::{Refusal, Shared};
use crate::record::{Received, ReceivedFilter};
use crate::upstream::Upstream;

pub(super) async fn list(
    State(world): Shared,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Vec<Received>>, Refusal> {
    let mut filter = ReceivedFilter::default();
    for (name, value) in query.into_iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "upstream" => filter.upstream = Some(upstream(&value)?),
            "method" => filter.method = Some(value),
            "path_contains" => filter.path_contains = Some(value),
            other => return Err(Refusal::bad(format!("unknown parameter {other}"))),
        }
    }
    Ok(Json(world.received(&filter)))
}

pub(super) async fn clear(State(world): Shared) -> StatusCode {
    world.clear_received();
    StatusCode::NO_CONTENT
}

fn upstream(name: &str) -> Result<Upstream, Refusal> {
    Upstream::ALL.into_iter().find(|upstream| upstream.name() == name).ok_or_else(|| {
        let names = Upstream::ALL.map(Upstream::name).join(", ");
        Refusal::bad(format!("there is no upstream {name}; there are {names}"))
    })
}
