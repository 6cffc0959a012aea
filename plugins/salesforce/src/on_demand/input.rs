//! Which conversation the input of an action names, and who may read it for the person who asks.

use serde::Deserialize;
use tieline_sdk::{Action, Identity, Problem};

use crate::Config;
use crate::salesforce::id;
use crate::teams::place::Place;
use crate::teams::source::is_id;

/// The part of an input that names a place.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    team_id: Option<String>,
    channel_id: Option<String>,
    chat_id: Option<String>,
}

impl Named {
    /// The channel or chat.
    pub(super) fn place(&self) -> Result<Place<'_>, Problem> {
        let (team, channel, chat) =
            (self.team_id.as_deref(), self.channel_id.as_deref(), self.chat_id.as_deref());
        let ids = [team, channel, chat];
        Place::named(team, channel, chat)
            .filter(|_| ids.into_iter().flatten().all(is_id))
            .ok_or_else(|| invalid("a conversation is named by team and channel, or by a chat"))
    }
}

/// Who reads a place for whoever asks. A watched one is read as always. Any other is read as the person: the app may
/// read every conversation of the tenant, the person who asks may not, and a Task would show it to them.
pub(super) fn reader(config: &Config, place: Place<'_>, action: &Action) -> Result<Identity, Problem> {
    if config.watches(place) {
        return Ok(config.read_as.identity());
    }
    if action.actor.directory_id.is_empty() {
        let problem = Problem::new("salesforce.not-watched", "no rule watches this channel or chat");
        return Err(problem.remedy(
            "name the person who asks and has signed in to the Microsoft connection (--as), or ask the operator for a \
             rule that watches it",
        ));
    }
    Ok(Identity::Actor)
}

/// A record that a Task can be about.
pub(super) fn record(id: &str) -> Result<&str, Problem> {
    match id::check(id, &[]) {
        Ok(()) => Ok(id),
        Err(wrong) => Err(invalid(wrong.message()).remedy(wrong.remedy())),
    }
}

pub(super) fn invalid(what: &str) -> Problem {
    Problem::new("salesforce.invalid-input", what)
}

/// The input of an action.
pub(super) fn read<T: serde::de::DeserializeOwned>(action: &Action) -> Result<T, Problem> {
    serde_json::from_str(&action.input).map_err(|error| invalid(&error.to_string()))
}
