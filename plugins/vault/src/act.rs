//! The actions, by name: who may, what the vault must have for it, and what is done.

use serde_json::Value;
use tieline_sdk::{Action, Problem};

use crate::asked::{Asked, Desk, Input, Visitor};
use crate::calendar::{artefacts, events, meeting};
use crate::channel::{check, create};
use crate::mode::{Product, set};
use crate::settings::Config;
use crate::{mail, notes};

/// Does what `action` asks for.
pub(crate) fn act(config: &Config, action: &Action) -> Result<Value, Problem> {
    let input = Input::of(action)?;
    let key = action.idempotency_key.as_str();
    let visitor = || Visitor::open(config, &action.actor);
    let asked = |need| Asked::open(config, &input, &action.actor, need);
    let desk = || Desk::open(visitor()?, input.case_id.as_deref());
    match action.name.as_str() {
        "set-integration" => set::set(&visitor()?, &input),
        "create-channel" => create::create(&asked(Product::Teams)?),
        "check-channel" => check::check(&asked(Product::Teams)?),
        "list-notes" => notes::list(&asked(Product::None)?),
        "read-note" => notes::read(&asked(Product::OneNote)?, &input),
        "add-note" => notes::write::add(&asked(Product::None)?, &input, key),
        "append-note" => notes::write::append(&asked(Product::None)?, &input, key),
        "list-calendars" => desk().and_then(|_| events::calendars(&input)),
        "list-events" => events::list(desk()?.case.as_ref(), &input),
        "create-event" => events::create(&desk()?.visitor, &input, key),
        "update-event" => desk().and_then(|_| events::update(&input)),
        "delete-event" => desk().and_then(|_| events::delete(&input)),
        "schedule-meeting" => meeting::schedule(&asked(Product::Any)?, &input),
        "collect-meeting-artifacts" => artefacts::collect(&asked(Product::Any)?),
        "list-mail" => mail::list(&asked(Product::Any)?, &input),
        "draft-mail" => mail::draft(&asked(Product::Any)?, &input),
        "log-mail" => mail::log(&asked(Product::Any)?, &input),
        other => Err(Problem::new("vault.no-such-action", format!("there is no action {other}"))),
    }
}
