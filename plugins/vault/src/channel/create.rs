//! `create-channel`: notes that a channel is asked for, and has it made. A second click finds the first.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, Problem, Timestamp, clock, storage, time};

use super::MAKE;
use super::find::look;
use super::make;
use super::name::Wanted;
use super::state::{Asking, Channel, Shown, State};
use crate::asked::Asked;
use crate::settings::{Config, Unknown};
use crate::timeline;

/// A channel that is to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ToMake {
    pub(crate) case: String,
    pub(crate) number: String,
    pub(crate) subject: String,
}

/// Begins, unless somebody did before.
pub(crate) fn create(asked: &Asked<'_>) -> Result<Value, Problem> {
    let known = known(&asked.case.id)?;
    match State::asked(known.as_ref()) {
        Asking::Wait(_) | Asking::There(_) => {}
        Asking::Begin => begin(asked)?,
    }
    said(asked.config, &asked.case.id)
}

/// Who is not in the team is told so at once, by Graph's own answer; a channel that is there already is taken.
fn begin(asked: &Asked<'_>) -> Result<(), Problem> {
    let (to_make, by) = (ToMake::of(asked), asked.person.name.clone());
    if let Some(own) = look(&asked.config.team_id, &to_make.wanted(asked.config)?)?.own {
        return Ok(ready(&asked.case.id, make::channel(asked.config, own, &by))?);
    }
    keep(&asked.case.id, &State::Creating { since: clock::now(), by, operation: None })?;
    Ok(have_made(&to_make, None)?)
}

impl ToMake {
    pub(crate) fn of(asked: &Asked<'_>) -> Self {
        let case = &asked.case;
        Self { case: case.id.clone(), number: case.number.clone(), subject: case.subject().to_owned() }
    }

    /// What the channel is called, and how it is known again.
    pub(crate) fn wanted(&self, config: &Config) -> Result<Wanted, Failure> {
        let wanted = Wanted::of(config, &self.case, &self.number, &self.subject);
        wanted.map_err(|Unknown(word)| {
            let problem = Problem::new("vault.invalid-config", format!("`{word}` stands for nothing here"));
            Failure::permanent(problem.at("/channel/name"))
        })
    }
}

/// Has it made by an event, which follows the person who asks: everything at Microsoft is done as them.
pub(crate) fn have_made(to_make: &ToMake, dedupe_key: Option<String>) -> Result<(), Failure> {
    let body = serde_json::to_string(to_make)
        .map_err(|error| Failure::permanent(Problem::new("vault.internal", error.to_string())))?;
    let ordering_key = Some(format!("channel/{}", to_make.case));
    Ok(events::emit(&NewEvent { type_: MAKE.to_owned(), body, ordering_key, dedupe_key })?)
}

/// What is known of a case's channel.
pub(crate) fn known(case: &str) -> Result<Option<State>, Failure> {
    storage::get_json(&key(case))
}

/// Keeps what is known.
pub(crate) fn keep(case: &str, state: &State) -> Result<(), Failure> {
    storage::put_json(&key(case), state, None)
}

/// Forgets a channel that is not there any more.
pub(crate) fn forget(case: &str) -> Result<(), Failure> {
    Ok(storage::delete(&key(case), storage::Condition::Always)?)
}

/// The channel is there: kept, and told on the timeline.
pub(crate) fn ready(case: &str, channel: Channel) -> Result<(), Failure> {
    timeline::tell(vec![timeline::channel(case, &channel.link)], true)?;
    keep(case, &State::Ready(channel))
}

/// What people see, as JSON.
pub(crate) fn said(config: &Config, case: &str) -> Result<Value, Problem> {
    Ok(words(&shown(config, case)?))
}

/// What people see.
pub(crate) fn shown(config: &Config, case: &str) -> Result<Shown, Failure> {
    let patience = u64::from(config.channel.longer_than_expected_seconds) * 1_000;
    Ok(State::shown(known(case)?.as_ref(), clock::now(), patience))
}

/// The same, for programs and for people.
pub(crate) fn words(shown: &Shown) -> Value {
    let since = |at: &Timestamp| time::iso(*at);
    match shown {
        Shown::Nothing => json!({ "state": "none" }),
        Shown::Creating(at) => json!({ "state": "creating", "since": since(at), "says": "Creating Channel" }),
        Shown::Late(at) => json!({
            "state": "late", "since": since(at),
            "says": "The request for Teams is taking longer than expected.",
        }),
        Shown::Ready(channel) => json!({
            "state": "ready", "name": channel.name, "link": channel.link, "channel_id": channel.id,
            "since": since(&channel.at), "by": channel.by,
        }),
        Shown::Failed(problem) => json!({
            "state": "failed", "code": problem.code, "says": problem.message, "remedy": problem.remedy,
        }),
    }
}

fn key(case: &str) -> String {
    format!("channel/{case}")
}
