//! The Vault connector: Microsoft Teams, OneNote, calendars and mail for the cases of a Service Center.
//!
//! What a vault has of it is said by its own setting ([`mode`]). What people do about a case: create a [`channel`], keep
//! [`notes`] in OneNote, meet ([`calendar`]), find its [`mail`]; what came of it stands on the case's [`timeline`]. What
//! they see is the view (`view`); `asked` lets a person in. Everything at Microsoft is done as the person who asks.
//!
//! Everything but the calls ([`vault`] and those of Graph) is pure and tested natively.

mod act;
mod asked;
pub mod calendar;
mod case;
pub mod channel;
mod check;
mod handle;
pub mod mail;
pub mod mode;
pub mod notes;
pub mod people;
mod plan;
pub mod settings;
pub mod timeline;
pub mod vault;
mod view;
pub mod words;

use std::rc::Rc;

use tieline_sdk::{Action, Actor, Connector, Entry, Event, Failure, Plan, Problem, RecordRef, Stage, View};

pub use settings::Config;

/// The connector, with the settings of one installation.
pub struct VaultConnector {
    config: Rc<Config>,
}

tieline_sdk::register!(VaultConnector);

impl Connector for VaultConnector {
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
        view::panel::view(&self.config, record, actor)
    }
}
