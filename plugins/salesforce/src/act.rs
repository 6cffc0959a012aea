//! What people ask for.

use serde_json::Value;
use tieline_sdk::{Action, Problem};

use crate::salesforce::Salesforce;
use crate::{Config, on_demand, stage};

/// Does what `action` asks for.
pub(crate) fn act(config: &Config, action: &Action) -> Result<Value, Problem> {
    let salesforce = Salesforce::new(config);
    match action.name.as_str() {
        "log-message" => on_demand::log_message(config, &salesforce, action),
        "log-chat" => on_demand::log_chat(config, &salesforce, action),
        "accept-stage" => stage::accept(config, &salesforce, action),
        "decline-stage" => stage::decline(config, &salesforce, action),
        other => Err(Problem::new("salesforce.no-such-action", format!("there is no action {other}"))),
    }
}
