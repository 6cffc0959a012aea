//! The agents' side, as another system sees it that brings people of its own into sessions: our own contract.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::errors::ApiError;
use super::{Centre, done, oauth};
use crate::call::{self, Call, Reply};

#[derive(Deserialize)]
struct Told {
    events: Vec<Map<String, Value>>,
}

pub(super) fn handle(centre: &Centre, call: &Call<'_>, rest: &[&str]) -> Result<Reply, ApiError> {
    oauth::check(centre, call)?;
    match rest {
        ["integration"] if call.method() == Method::GET => {
            let webhook = centre.courier.webhook().is_some();
            Ok(call::json(StatusCode::OK, &json!({ "name": "Microsoft Teams", "webhook": webhook })))
        }
        ["chats", chat, "parties", party, "events"] if call.method() == Method::POST => {
            let told: Told =
                serde_json::from_slice(call.body).map_err(|error| ApiError::unreadable(&error))?;
            centre.within(chat, |session| {
                told.events.iter().try_for_each(|event| session.take(party, event))
            })?;
            Ok(done())
        }
        _ => Err(ApiError::new(StatusCode::NOT_FOUND, "5955", "Unspecified server error")),
    }
}
