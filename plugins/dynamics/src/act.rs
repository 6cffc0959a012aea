//! The actions, by name.

use serde_json::Value;
use tieline_sdk::{Action, Problem};

use crate::asked::Input;
use crate::connect::{create, existing, join};
use crate::disconnect::act as disconnect;
use crate::people::suggest;
use crate::settings::Config;
use crate::timeline::sync;
use crate::view::panel;

/// Does what `action` asks for.
pub(crate) fn act(config: &Config, action: &Action) -> Result<Value, Problem> {
    let input = Input::of(action)?;
    let asked = || panel::asked(config, action, &input);
    match action.name.as_str() {
        "create-chat" => create::create(&asked()?, &input),
        "connect-chat" => existing::connect(&asked()?, &input),
        "disconnect-chat" => disconnect::disconnect(&asked()?, &input),
        "join-chat" => join::join(&asked()?, &input),
        "list-chats" => panel::list(&asked()?),
        "suggest-participants" => suggest::suggest(&asked()?, &input),
        "sync-timeline" => sync::turn(action, &input),
        "review-record-type" => crate::review::review(config, &input),
        other => Err(Problem::new("dynamics.no-such-action", format!("there is no action {other}"))),
    }
}
