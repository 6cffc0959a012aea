//! What a connector is.

use std::rc::Rc;

use serde::de::DeserializeOwned;

use crate::{Action, Actor, Entry, Event, Failure, Plan, Problem, RecordRef, Stage, View};

/// The six questions that the host asks.
///
/// The host calls each whenever it needs to, in no fixed order, and from several instances at once. Every call
/// constructs the connector anew from the installation's configuration, so nothing leaks from one event to
/// the next; what must outlive a call belongs into [`storage`](crate::storage). Every question has a default
/// that declines, so that a connector answers only those it knows about.
pub trait Connector: Sized {
    /// The installation's configuration, as its JSON Schema describes it. One that does not decode is a
    /// problem with code `config.invalid`, and the connector is not constructed.
    type Config: DeserializeOwned + 'static;

    /// The connector for one call. The configuration is decoded once for an instance, and nobody can change it.
    fn new(config: Rc<Self::Config>) -> Self;

    /// What should exist for this installation: subscriptions, timers, webhooks, tables. Pure: every capability
    /// refuses during it. `wants` are the installation's storage entries under `plan/`.
    ///
    /// Called when an installation is applied or upgraded, and when an entry under `plan/` changes.
    ///
    /// # Errors
    /// Everything that is wrong with the configuration, each with the field at fault; the installation is then
    /// refused as a whole.
    fn plan(&self, wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
        let _ = wants;
        Ok(Plan::default())
    }

    /// The staged test of the installation, for the operator who set it up. Writes nothing, here or upstream.
    fn check(&self) -> Vec<Stage> {
        Vec::new()
    }

    /// Handles one event. A transaction: what it wrote to the host is committed with `Ok`, and with nothing else;
    /// a mutating upstream call that was answered is remembered and not repeated by a later attempt.
    ///
    /// # Errors
    /// [`Failure::Retry`] for what may pass, [`Failure::Permanent`] for what will not: the event becomes a dead
    /// letter that a person can replay.
    fn handle(&self, event: &Event) -> Result<(), Failure> {
        Err(Failure::permanent(Problem::new(
            "connector.not-handled",
            format!("this connector does not handle {}", event.payload.kind()),
        )))
    }

    /// Does what a person or an API client asked for, within one transaction. The input is valid under the
    /// manifest's schema; the answer is JSON.
    ///
    /// # Errors
    /// Why it was not done; nothing is committed then.
    fn act(&self, action: &Action) -> Result<serde_json::Value, Problem> {
        Err(Problem::new("connector.no-such-action", format!("this connector has no action {}", action.name)))
    }

    /// What the panel shows `actor` about `record`. Writes nothing.
    ///
    /// # Errors
    /// Why there is nothing to see.
    fn view(&self, record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
        let _ = actor;
        Err(Problem::new("connector.no-view", format!("this connector shows nothing about {}", record.kind)))
    }

    /// Brings storage from an older version's shape to this one's, within one transaction, before any other call
    /// of the new version.
    ///
    /// # Errors
    /// Why it cannot; the older version then stays.
    fn migrate(from_version: &str) -> Result<(), Problem> {
        let _ = from_version;
        Ok(())
    }
}
