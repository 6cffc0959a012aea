//! An event, handled.

use serde::de::DeserializeOwned;
use tieline_sdk::{Event, Failure, Payload, Problem, graph};

use crate::centre::webhook::{self, HAPPENED, Happened};
use crate::conference::Input;
use crate::conference::desk::{self, Desk};
use crate::directory::{presence, watch};
use crate::people;
use crate::settings::Config;

/// What happens in a customer's session, in a chat of Teams, or because time passes.
pub(crate) fn handle(config: &Config, event: &Event) -> Result<(), Failure> {
    match &event.payload {
        Payload::Webhook(call) if call.key == webhook::KEY => webhook::called(call),
        Payload::Notification(notification) => changed(config, &notification.resource, event.in_doubt),
        Payload::Gap(gap) if is_presence(&gap.resource) => presence::forget_all(),
        Payload::Gap(gap) => changed(config, &gap.resource, event.in_doubt),
        Payload::Timer((key, body)) if key.starts_with(desk::ANSWER) => {
            let wake: desk::Wake = read(body.as_deref().unwrap_or_default())?;
            // In the person's order, like everything else that happens to them.
            webhook::hand_on(&Happened { person: wake.person, inputs: vec![Input::Due(wake.seat)] })
        }
        Payload::Custom(custom) if custom.type_ == HAPPENED => {
            let happened: Happened = read(&custom.body)?;
            let mut desk = Desk::of(config, &happened.person, event.in_doubt)?;
            for input in &happened.inputs {
                if matches!(input, Input::Due(_)) {
                    // An answer that came in time is none too late, though nobody told of it yet.
                    desk.read()?;
                }
                desk.take(input)?;
            }
            desk.keep()
        }
        other => Err(not_asked_for(other.kind())),
    }
}

/// Something changed at Graph: in a person's chat, or of their presence.
fn changed(config: &Config, resource: &str, in_doubt: bool) -> Result<(), Failure> {
    if is_presence(resource) {
        return watch::changed(resource);
    }
    let chat = graph::chat_of(resource).ok_or_else(|| not_asked_for(resource))?;
    let Some(person) = people::of_chat(chat)? else { return Ok(()) };
    let mut desk = Desk::of(config, &person, in_doubt)?;
    desk.read()?;
    desk.keep()
}

fn is_presence(resource: &str) -> bool {
    let head = resource.trim_start_matches('/').get(..24);
    head.is_some_and(|head| head.eq_ignore_ascii_case("communications/presences"))
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    serde_json::from_str(body).map_err(|error| {
        Failure::permanent(Problem::new("contact-center.unreadable-event", error.to_string()))
    })
}

fn not_asked_for(what: &str) -> Failure {
    Failure::permanent(Problem::new(
        "contact-center.not-handled",
        format!("this connector never asked for {what}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_to_presence_is_known() {
        assert!(is_presence("/communications/presences?$filter=id in ('a')") && !is_presence("chats('a')"));
    }
}
