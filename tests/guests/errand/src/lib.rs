//! A guest that makes the calls of its configuration, one after another, and fails where it says.

mod errand;

use std::rc::Rc;

use tieline_sdk::{
    Action, Actor, Connector, Entry, Event, Failure, Plan, Problem, RecordRef, Subscription, View,
};

/// The connector.
pub struct Errand(Rc<errand::Config>);

tieline_sdk::register!(Errand);

impl Connector for Errand {
    type Config = errand::Config;

    fn new(config: Rc<Self::Config>) -> Self {
        Self(config)
    }

    fn plan(&self, _wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
        let subscriptions = vec![Subscription::created(&self.0.resource)];
        Ok(Plan { subscriptions, ..Plan::default() })
    }

    fn handle(&self, event: &Event) -> Result<(), Failure> {
        errand::run(&self.0, event.attempt, event.in_doubt)
    }

    fn view(&self, _record: &RecordRef, _actor: &Actor) -> Result<View, Problem> {
        Ok(errand::view(&self.0))
    }

    fn act(&self, _action: &Action) -> Result<serde_json::Value, Problem> {
        errand::act(&self.0)
    }
}
