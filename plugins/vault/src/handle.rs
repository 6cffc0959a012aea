//! An event, handled: what people asked for, and what could wait.

use tieline_sdk::{Event, Failure, Payload, Problem};

use crate::channel::{self, create::ToMake};
use crate::settings::Config;
use crate::timeline;

/// A channel that is to be made, or entries of a timeline.
pub(crate) fn handle(config: &Config, event: &Event) -> Result<(), Failure> {
    match &event.payload {
        Payload::Custom(custom) if custom.type_ == channel::MAKE => {
            let to_make: ToMake = serde_json::from_str(&custom.body).map_err(|error| {
                Failure::permanent(Problem::new("vault.unreadable-event", error.to_string()))
            })?;
            channel::make::make(config, event, &to_make)
        }
        Payload::Custom(custom) if custom.type_ == timeline::WRITE => timeline::write(config, &custom.body),
        Payload::Timer((key, Some(body))) if key.starts_with(timeline::WRITE) => {
            timeline::write(config, body)
        }
        other => {
            let message = format!("this connector never asked for {}", other.kind());
            Err(Failure::permanent(Problem::new("vault.not-handled", message)))
        }
    }
}
