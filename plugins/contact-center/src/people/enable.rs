//! `enable`: a person turns the integration on for themselves.

use serde_json::{Value, json};
use tieline_sdk::{Action, Problem, clock};

use super::{Enabled, asker, enabled, keep};
use crate::teams::{chat, service};

/// Finds or makes the person's chat with the service user, and watches it from now on: an answer to an invitation is
/// heard however soon it comes.
pub(crate) fn enable(action: &Action) -> Result<Value, Problem> {
    let person = asker(&action.actor)?;
    if let Some(enabled) = enabled(&person)? {
        return Ok(json!({ "enabled": true, "since": enabled.since, "was": true }));
    }
    let service = service::user()?;
    if service.id.eq_ignore_ascii_case(&person) {
        let problem =
            Problem::new("contact-center.service-user", "the service user cannot be asked anything");
        return Err(problem.remedy("sign in another account as the service user"));
    }
    let enabled = Enabled {
        chat: chat::with(&person, &service.id)?,
        name: action.actor.display_name.clone(),
        since: clock::now(),
    };
    keep(&person, &enabled)?;
    Ok(json!({ "enabled": true, "since": enabled.since, "was": false }))
}
