//! The Dynamics connector: Teams chats and channels connected to records of Dynamics 365.
//!
//! What people do: [`connect`] a chat to a record, [`disconnect`] it, find [`people`] for it; what they see is
//! the view (`view`). What happens by itself: [`updates`] of a record are told to its chats, and the record's
//! [`timeline`] tells who spoke last. [`settings`] say where, for whom and how; `asked` lets a person in.
//!
//! Of a chat this connector stores which record it is connected to, and by whom, and no word that was written in it.
//!
//! Everything but the calls ([`dataverse`], [`teams`]) is pure and tested natively.

mod act;
mod asked;
mod check;
pub mod connect;
pub mod dataverse;
pub mod disconnect;
mod handle;
pub mod people;
mod plan;
mod review;
pub mod settings;
pub mod teams;
pub mod timeline;
pub mod updates;
mod view;

use std::rc::Rc;

use tieline_sdk::{Action, Actor, Connector, Entry, Event, Failure, Plan, Problem, RecordRef, Stage, View};

pub use settings::Config;

/// The connector, with the settings of one installation.
pub struct DynamicsConnector {
    config: Rc<Config>,
}

tieline_sdk::register!(DynamicsConnector);

impl Connector for DynamicsConnector {
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

    fn view(&self, record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
        view::panel::view(&self.config, record, actor)
    }
}
