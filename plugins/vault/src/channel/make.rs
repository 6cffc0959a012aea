//! Makes the channel of a case, once: it looks before it makes, and an answer that does not come or comes late is looked
//! for, not asked for again.

use serde_json::json;
use tieline_sdk::{Event, Failure, Identity, Problem, clock, graph, path};

use super::create::{ToMake, have_made, keep, known, ready};
use super::find::{self, Found, look, next_name};
use super::heard::{self, Heard, Named, Progress};
use super::name::Wanted;
use super::state::{Channel, State};
use crate::settings::Config;

/// Goes on with a channel that somebody asked for.
pub(crate) fn make(config: &Config, event: &Event, to_make: &ToMake) -> Result<(), Failure> {
    let Some(State::Creating { since, by, operation }) = known(&to_make.case)? else { return Ok(()) };
    let work = Work { config, to_make, by: &by, since, wanted: to_make.wanted(config)? };
    match operation {
        Some(operation) => work.follow(&operation),
        None => work.begin(event),
    }
}

/// A channel that is being made.
struct Work<'a> {
    config: &'a Config,
    to_make: &'a ToMake,
    by: &'a str,
    since: u64,
    wanted: Wanted,
}

impl Work<'_> {
    fn begin(&self, event: &Event) -> Result<(), Failure> {
        let found = self.look()?;
        if let Some(own) = found.own {
            return self.ready(own);
        }
        let name = next_name(&self.wanted, &found, event.attempt, false);
        self.heard(self.ask(name)?, event.attempt)
    }

    /// Graph says that the name is taken, and the look before saw nobody who has it.
    fn taken(&self, attempt: u32) -> Result<(), Failure> {
        let found = self.look()?;
        if let Some(own) = found.own {
            return self.ready(own);
        }
        let name = next_name(&self.wanted, &found, attempt, true);
        if name == self.wanted.name {
            let message = format!("Teams says that the name {name} is taken, and shows no such channel yet");
            return Err(Failure::retry(Problem::new("vault.channel-unseen", message)));
        }
        match self.ask(name)? {
            Heard::NameTaken => self.refused(Problem::new(
                "vault.channel-name-taken",
                format!(
                    "the team has channels called {} and {name}, and neither is this case's",
                    self.wanted.name
                ),
            )),
            heard => self.heard(heard, attempt),
        }
    }

    fn heard(&self, heard: Heard, attempt: u32) -> Result<(), Failure> {
        match heard {
            Heard::Made(named) => self.ready(named),
            Heard::Operation(operation) => {
                self.keep(Some(operation))?;
                have_made(self.to_make, None)
            }
            Heard::InDoubt(problem) => match self.look()?.own {
                Some(own) => self.ready(own),
                None => Err(Failure::retry(problem)),
            },
            Heard::NameTaken => self.taken(attempt),
            Heard::Refused(problem) => self.refused(problem),
            Heard::Later(failure) => Err(failure),
        }
    }

    /// Asks how far Graph is.
    fn follow(&self, operation: &str) -> Result<(), Failure> {
        let answer = graph::get(operation).identity(Identity::Actor).send()?;
        match heard::progress(&answer)? {
            Progress::Underway => Err(Failure::retry(Problem::new(
                "vault.channel-under-way",
                "Teams is still making the channel",
            ))),
            Progress::Done(Some(id)) => match find::by_id(&self.config.team_id, &id)? {
                Some(named) => self.ready(named),
                None => Err(self.unseen()),
            },
            Progress::Done(None) => match self.look()?.own {
                Some(own) => self.ready(own),
                None => Err(self.unseen()),
            },
            Progress::Failed(why) => self.refused(Problem::new(
                "vault.channel-failed",
                format!("Teams could not make the channel: {why}"),
            )),
            // It is over, however it ended: look, and make it if it is not there.
            Progress::Forgotten => {
                self.keep(None)?;
                have_made(self.to_make, None)
            }
        }
    }

    fn look(&self) -> Result<Found, Failure> {
        look(&self.config.team_id, &self.wanted)
    }

    fn ask(&self, name: &str) -> Result<Heard, Failure> {
        let channel = json!({
            "displayName": name,
            "description": self.wanted.description(&self.to_make.number, self.config.vault_name()),
            "membershipType": "standard",
        });
        let request =
            graph::post(path(["teams", &self.config.team_id, "channels"])).identity(Identity::Actor);
        Ok(heard::of(request.json(&channel)?.effect_key(format!("channel/{name}")).send()))
    }

    fn keep(&self, operation: Option<String>) -> Result<(), Failure> {
        keep(&self.to_make.case, &State::Creating { since: self.since, by: self.by.to_owned(), operation })
    }

    fn ready(&self, named: Named) -> Result<(), Failure> {
        ready(&self.to_make.case, channel(self.config, named, self.by))
    }

    /// It cannot be: whoever asked is told, and may ask again.
    fn refused(&self, problem: Problem) -> Result<(), Failure> {
        keep(&self.to_make.case, &State::Failed { at: clock::now(), because: problem.into() })
    }

    fn unseen(&self) -> Failure {
        Failure::retry(Problem::new(
            "vault.channel-unseen",
            "Teams made the channel and does not show it yet",
        ))
    }
}

/// What is kept of a channel that is there.
pub(crate) fn channel(config: &Config, named: Named, by: &str) -> Channel {
    let link = named.web_url.clone().filter(|link| link.starts_with("https://"));
    let link = link.unwrap_or_else(|| {
        let id = tieline_sdk::encode(&named.id);
        format!("https://teams.microsoft.com/l/channel/{id}/conversations?groupId={}", config.team_id)
    });
    Channel { id: named.id, name: named.display_name, link, at: clock::now(), by: by.to_owned() }
}
