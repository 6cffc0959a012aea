//! An event, handled.

use serde::de::DeserializeOwned;
use tieline_sdk::{Event, Failure, Payload, Problem};

use crate::connect::introduction::{self, INTRODUCE, Introduction};
use crate::settings::Config;
use crate::timeline::{backfill, spoken};
use crate::updates::change::Update;
use crate::updates::{GONE, UPDATE, announce, gone, tracking, webhook};

/// Who speaks in a chat, what a record became, and what is left to do of either.
pub(crate) fn handle(config: &Config, event: &Event) -> Result<(), Failure> {
    match &event.payload {
        Payload::Webhook(call) if call.key == webhook::KEY => webhook::called(config, event, call),
        Payload::Timer((key, _)) if key == tracking::KEY => tracking::all(config),
        Payload::Notification(notification) => spoken::noted(config, &notification.resource),
        // Who spoke last is asked, whatever was missed.
        Payload::Gap(gap) => spoken::noted(config, &gap.resource),
        Payload::Custom(custom) => match custom.type_.as_str() {
            UPDATE => announce::announce(config, &read::<Update>(&custom.body)?),
            INTRODUCE => introduction::post(&read::<Introduction>(&custom.body)?),
            GONE => {
                let (table, record) = read::<(String, String)>(&custom.body)?;
                gone::forget(config, &table, &record)
            }
            tracking::MORE => tracking::go_on(config, &custom.body),
            backfill::BACKFILL => backfill::go_on(config, &custom.body),
            other => Err(not_asked_for(other)),
        },
        other => Err(not_asked_for(other.kind())),
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    serde_json::from_str(body)
        .map_err(|error| Failure::permanent(Problem::new("dynamics.unreadable-event", error.to_string())))
}

fn not_asked_for(what: &str) -> Failure {
    Failure::permanent(Problem::new("dynamics.not-handled", format!("this connector never asked for {what}")))
}
