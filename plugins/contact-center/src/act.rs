//! The actions, by name.

use serde::de::DeserializeOwned;
use serde_json::Value;
use tieline_sdk::{Action, Problem};

use crate::directory::{call, list, presence};
use crate::people::{disable, enable, end_all, status};
use crate::settings::Config;

/// Does what `action` asks for.
pub(crate) fn act(config: &Config, action: &Action) -> Result<Value, Problem> {
    match action.name.as_str() {
        "list-directory" => list::list(config, &input(action)?),
        "presence" => presence::of(&input(action)?),
        "call" | "transfer" => call::number(config, &input(action)?),
        "enable" => enable::enable(action),
        "disable" => disable::disable(config, action),
        "status" => status::status(),
        "end-all" => end_all::end_all(config),
        other => Err(Problem::new("contact-center.no-such-action", format!("there is no action {other}"))),
    }
}

fn input<T: DeserializeOwned>(action: &Action) -> Result<T, Problem> {
    serde_json::from_str(&action.input)
        .map_err(|error| Problem::new("contact-center.invalid-input", error.to_string()))
}
