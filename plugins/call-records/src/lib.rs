//! The call-records connector: every Teams call of an organisation becomes rows that charts can be made of.
//!
//! - [`authorize`](mod@authorize) lets a Global Administrator begin the collection; [`plan`](mod@plan) says what exists then.
//!   [`again`](mod@again) lists calls once more because a person asks for it.
//! - [`collect`] reads records: those that are announced, and those of a time that it lists. A version of a call is
//!   written once, whichever way it came.
//! - [`record`] is a call as Graph tells it, [`rows`] what is written of it, [`tables`] the tables that this goes into.
//! - [`quality`] scores how speech sounded.
//! - [`devices`] notes how the Teams Rooms devices are, as long as Graph has them.
//!
//! Everything but the calls is pure and tested natively, with the records in `cases/`.

mod again;
mod authorize;
mod check;
pub mod collect;
pub mod config;
pub mod devices;
mod handle;
pub mod plan;
pub mod quality;
pub mod record;
pub mod rows;
pub mod tables;

use std::rc::Rc;

use tieline_sdk::{Action, Connector, Entry, Event, Failure, Plan, Problem, Stage};

pub use config::Config;

/// The connector, with the configuration of one installation.
pub struct CallRecordsConnector {
    config: Rc<Config>,
}

tieline_sdk::register!(CallRecordsConnector);

impl Connector for CallRecordsConnector {
    type Config = Config;

    fn new(config: Rc<Config>) -> Self {
        Self { config }
    }

    fn plan(&self, wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
        plan::plan(&self.config, wants)
    }

    fn check(&self) -> Vec<Stage> {
        check::check(&self.config)
    }

    fn handle(&self, event: &Event) -> Result<(), Failure> {
        handle::handle(&self.config, event)
    }

    fn act(&self, action: &Action) -> Result<serde_json::Value, Problem> {
        match action.name.as_str() {
            authorize::ACTION => authorize::authorize(&self.config, &action.actor),
            again::ACTION => again::look(&self.config, action),
            other => Err(Problem::new("calls.no-such-action", format!("there is no action {other}"))),
        }
    }
}
