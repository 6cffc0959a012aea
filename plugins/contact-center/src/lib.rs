//! The contact centre connector: what agents of a contact centre do with the Teams users of their organisation.
//!
//! They look somebody up in the [`directory`], and have them in a [`conference`] with a customer: the person is asked in a
//! chat, and says yes; what either side says is passed on, until somebody leaves or the session ends. `people` turn
//! that on for themselves. [`centre`] is the agents' side of the contact centre, [`teams`] the person's; [`settings`] has
//! every text.
//!
//! Of what people say this connector stores nothing: only which messages it has passed on.
//!
//! Everything but the calls is pure and tested natively.

mod act;
pub mod centre;
mod check;
pub mod conference;
pub mod directory;
mod handle;
pub(crate) mod people;
mod plan;
pub mod settings;
pub mod teams;

use std::rc::Rc;

use tieline_sdk::{Action, Actor, Connector, Entry, Event, Failure, Plan, Problem, RecordRef, Stage, View};

pub use settings::Config;

/// The connector, with the settings of one installation.
pub struct ContactCenterConnector {
    config: Rc<Config>,
}

tieline_sdk::register!(ContactCenterConnector);

impl Connector for ContactCenterConnector {
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
        act::act(&self.config, action)
    }

    fn view(&self, _record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
        people::status::view(&self.config, actor)
    }
}
