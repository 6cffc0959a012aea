//! The Salesforce connector: what people say in Teams about a deal reaches its Opportunity, and what happens to the
//! deal reaches Teams.
//!
//! One folder a use, each with a list of rules in the [`config`]:
//!
//! - [`deal_desk`] logs the messages of a deal's channel or chat, [`competitors`] notices when a competitor is named,
//!   `stage` proposes the stage that people agree on. All three begin in `conversation`, with a message.
//! - [`handoff`] tells account executives of deals that are theirs now.
//! - [`meetings`] makes Tasks of what people promise in meetings.
//! - `on_demand` logs a message or a chat because a person asks for it.
//!
//! They share [`teams`] (what is said where), [`tasks`] (what a Task says, whose it is, that there is one of each) and
//! [`salesforce`] (the calls, and what their answers mean). What was missed is found again by [`catch_up`]; `pause` leaves
//! API requests to others.
//!
//! Everything but the calls is pure and tested natively, with the tables in `cases/`.

mod act;
pub mod catch_up;
mod check;
pub mod competitors;
pub mod config;
mod conversation;
pub mod deal_desk;
mod handle;
pub mod handoff;
pub mod meetings;
pub mod on_demand;
mod pause;
mod plan;
mod run;
pub mod salesforce;
pub mod stage;
pub mod tasks;
pub mod teams;

use std::rc::Rc;

use tieline_sdk::{Action, Actor, Connector, Entry, Event, Failure, Plan, Problem, RecordRef, Stage, View};

pub use config::Config;

/// The connector, with the configuration of one installation.
pub struct SalesforceConnector {
    config: Rc<Config>,
}

tieline_sdk::register!(SalesforceConnector);

impl Connector for SalesforceConnector {
    type Config = Config;

    fn new(config: Rc<Config>) -> Self {
        Self { config }
    }

    fn plan(&self, _wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
        plan::plan(&self.config)
    }

    fn check(&self) -> Vec<Stage> {
        check::check(&self.config)
    }

    fn handle(&self, event: &Event) -> Result<(), Failure> {
        handle::handle(&self.config, event)
    }

    fn act(&self, action: &Action) -> Result<serde_json::Value, Problem> {
        act::act(&self.config, action)
    }

    fn view(&self, record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
        stage::view(&self.config, record, actor)
    }
}
