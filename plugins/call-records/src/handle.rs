//! An event, handled.

use serde::de::DeserializeOwned;
use tieline_sdk::{Event, Failure, Notification, Payload, Problem, log};

use crate::collect::{self, Missed, Rest, Window};
use crate::{Config, devices};

/// What is announced, what is listed, and what is left to do of either.
pub(crate) fn handle(config: &Config, event: &Event) -> Result<(), Failure> {
    match &event.payload {
        Payload::Notification(notification) => announced(config, event, notification),
        Payload::Gap(gap) => collect::missed(gap),
        Payload::Timer((key, _)) => match key.as_str() {
            collect::BEGIN => collect::begin(config),
            collect::LOOK_AGAIN => collect::look_again(config),
            devices::TIMER if config.devices => devices::note(config.people),
            other => {
                log::info("nothing of the configuration wants this timer any more", [("timer", other)]);
                Ok(())
            }
        },
        Payload::Custom(custom) => match custom.type_.as_str() {
            collect::WINDOW => collect::step(config, read::<Window>(&custom.body)?),
            collect::MISSED => {
                let Missed { id } = read(&custom.body)?;
                collect::collect(config, &id, event.attempt)
            }
            collect::REST => collect::go_on(config, read::<Rest>(&custom.body)?),
            collect::DEVICES => devices::note(config.people),
            other => Err(not_asked_for(other)),
        },
        other => Err(not_asked_for(other.kind())),
    }
}

fn announced(config: &Config, event: &Event, notification: &Notification) -> Result<(), Failure> {
    match collect::id_of(&notification.resource) {
        Some(id) => collect::collect(config, id, event.attempt),
        None => {
            let what = format!("{} is not a call record", notification.resource);
            Err(Failure::permanent(Problem::new("calls.not-a-call-record", what)))
        }
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    serde_json::from_str(body)
        .map_err(|error| Failure::permanent(Problem::new("calls.unreadable-event", error.to_string())))
}

fn not_asked_for(what: &str) -> Failure {
    Failure::permanent(Problem::new("calls.not-handled", format!("this connector never asked for {what}")))
}
