//! The Salesforce connector: what people say in Teams about a deal becomes Tasks of its Opportunity.
//!
//! Two uses, each a list of rules in the [`config`]: [`deal_desk`] logs the messages of a deal's channel or chat,
//! [`competitors`] notices when a competitor is named. The way of a message:
//!
//! [`notification`] (where is it) → [`message`] (who said what) → [`deal_desk`] and [`competitors`] (is it of
//! interest) → [`owner`] (whose Task is it) → [`task`] (what it says) → `salesforce` (the calls).
//!
//! What was missed is found again by [`catch_up`], and takes the same way.
//!
//! Everything but the calls is pure and tested natively, with the tables in `cases/`.

mod act;
pub mod catch_up;
mod check;
pub mod competitors;
pub mod config;
pub mod deal_desk;
pub mod field_update;
mod handle;
mod log_task;
pub mod message;
pub mod notification;
pub mod owner;
pub mod place;
mod plan;
mod problems;
mod rules;
mod salesforce;
mod soql;
pub mod task;
mod text;
pub mod time;

use std::rc::Rc;

use tieline_sdk::{Action, Connector, Entry, Event, Failure, Plan, Problem, Stage};

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
}
