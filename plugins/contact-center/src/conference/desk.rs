//! A person's conference as it is kept, and what follows from what happens carried out.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, alert, clock, log, schedule, storage};

use super::{Conference, Effect, Input, Person, Seat, Told, seats, step};
use crate::centre;
use crate::people::{self, Enabled};
use crate::settings::Config;
use crate::teams::{chat, html, service};

/// Timers that end invitations, by person.
pub(crate) const ANSWER: &str = "answer/";

/// The person whose conference it is, and it.
pub(crate) struct Desk<'a> {
    config: &'a Config,
    /// Object id.
    id: String,
    enabled: Option<Enabled>,
    kept: Kept,
    /// As it was read.
    before: Kept,
    /// Whether an earlier attempt may have posted what this one is about to.
    in_doubt: bool,
}

/// What a timer that ends an invitation carries.
#[derive(Serialize, Deserialize)]
pub(crate) struct Wake {
    pub(crate) person: String,
    pub(crate) seat: Seat,
}

/// What is kept of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Conference>,
    /// When the service user's last message was posted of which we know, by Teams' own clock.
    posted: u64,
}

/// How far the clock of Teams may be behind the host's.
const CLOCKS: u64 = 5 * 60_000;

fn key(person: &str) -> String {
    format!("desk/{person}")
}

/// Everybody's conference, for those who look after them.
pub(crate) fn all() -> Result<Vec<(String, Conference)>, Failure> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = storage::scan("desk/", after.as_deref(), 1_000)?;
        for entry in &page.entries {
            if let Ok(Kept { open: Some(open), .. }) = serde_json::from_slice(&entry.value) {
                all.push((entry.key.trim_start_matches("desk/").to_owned(), open));
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

impl<'a> Desk<'a> {
    /// A person's conference as it is kept; `in_doubt` is what the event says of its earlier attempts.
    pub(crate) fn of(config: &'a Config, id: &str, in_doubt: bool) -> Result<Self, Failure> {
        let mut kept: Kept = storage::get_json(&key(id))?.unwrap_or_default();
        let enabled = people::enabled(id)?;
        let before = kept.clone();
        // Of an earlier account's messages nothing is known but that they are older.
        let since = enabled.as_ref().map_or(0, |enabled| enabled.since.saturating_sub(CLOCKS));
        kept.posted = kept.posted.max(since);
        Ok(Self { config, id: id.to_owned(), enabled, kept, before, in_doubt })
    }

    /// The conference, if there is one.
    pub(crate) fn open(&self) -> Option<&Conference> {
        self.kept.open.as_ref()
    }

    /// Reads what the person wrote since the last look, and lets all of it happen.
    pub(crate) fn read(&mut self) -> Result<(), Failure> {
        let (Some(open), Some(enabled)) = (&self.kept.open, &self.enabled) else { return Ok(()) };
        let said = chat::said(&enabled.chat, &self.id, open.read.until)?;
        for said in said {
            self.take(&Input::Teams(said))?;
        }
        Ok(())
    }

    /// Lets something happen, with all that follows.
    pub(crate) fn take(&mut self, input: &Input) -> Result<(), Failure> {
        let mut effects = self.step(input);
        while let Some(effect) = effects.pop_front() {
            match self.carry_out(&effect)? {
                Done::Well => {}
                Done::Instead(effect) => effects.push_front(effect),
                Done::Not(what) => effects = self.step(&what),
            }
        }
        Ok(())
    }

    /// Keeps what has become of the conference. To be called last: what was not kept happens again.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        if self.kept == self.before { Ok(()) } else { storage::put_json(&key(&self.id), &self.kept, None) }
    }

    fn step(&mut self, input: &Input) -> VecDeque<Effect> {
        let person = Person {
            name: self.enabled.as_ref().map(|enabled| enabled.name.clone()).unwrap_or_default(),
            enabled: self.enabled.is_some(),
        };
        let (open, effects) = step(self.kept.open.take(), &person, input, self.config, clock::now());
        self.kept.open = open;
        effects.into()
    }

    fn carry_out(&mut self, effect: &Effect) -> Result<Done, Failure> {
        match effect {
            Effect::Post { key, html } => return self.post(key, html),
            Effect::Tell { seat, told } => return self.tell(seat, told),
            Effect::Wake { at } => {
                if let Some(open) = &self.kept.open {
                    let wake = Wake { person: self.id.clone(), seat: open.seat.clone() };
                    let body = serde_json::to_string(&wake).unwrap_or_default();
                    schedule::at(&format!("{ANSWER}{}", self.id), *at, &body)?;
                }
            }
            Effect::Sleep => schedule::cancel(&format!("{ANSWER}{}", self.id))?,
            Effect::Forget { seat } => seats::leave(seat)?,
        }
        Ok(Done::Well)
    }

    fn tell(&self, seat: &Seat, told: &Told) -> Result<Done, Failure> {
        let alarm = format!("session/{}", self.id);
        let here = self.kept.open.as_ref().is_some_and(|open| open.seat == *seat);
        match centre::tell(seat, told) {
            Ok(centre::Answer::Taken) => {
                alert::clear(&alarm)?;
                Ok(Done::Well)
            }
            // The end of what is over anyway needs no telling.
            Ok(centre::Answer::Gone) => Ok(if here { Done::Not(Input::Gone) } else { Done::Well }),
            // What would be refused again must not stand before all that comes after it.
            Err(Failure::Permanent(problem)) => {
                alert::warn(&alarm, &problem)?;
                Ok(match told {
                    Told::Message { id, .. } if here => Done::Instead(Effect::Post {
                        key: format!("{id}/refused"),
                        html: html::notice(&self.config.notices.not_passed_on),
                    }),
                    _ => Done::Well,
                })
            }
            Err(failure) => Err(failure),
        }
    }

    fn post(&mut self, key: &str, html: &str) -> Result<Done, Failure> {
        let Some(enabled) = &self.enabled else { return Ok(Done::Well) };
        let alarm = format!("chat/{}", self.id);
        let already = match self.in_doubt {
            true => chat::posted(&enabled.chat, html, self.kept.posted, &service::user()?.id)?,
            false => None,
        };
        let posted = match already.map_or_else(|| chat::post(&enabled.chat, html, format!("post:{key}")), Ok)
        {
            Ok(posted) => posted,
            Err(Failure::Permanent(problem)) => {
                let remedy =
                    "see whether the service user is blocked, or may not write to the person in Teams";
                alert::warn(&alarm, &problem.remedy(remedy))?;
                log::warn("a person cannot be written to", [("person", self.id.as_str())]);
                let open = self.kept.open.is_some();
                return Ok(if open { Done::Not(Input::Unreachable) } else { Done::Well });
            }
            Err(failure) => return Err(failure),
        };
        alert::clear(&alarm)?;
        self.kept.posted = self.kept.posted.max(posted);
        if let Some(open) = &mut self.kept.open {
            open.invited_at(posted);
        }
        Ok(Done::Well)
    }
}

/// What became of an effect.
enum Done {
    /// It is done.
    Well,
    /// Something else is to be done in its place.
    Instead(Effect),
    /// It cannot be done, which is something that happens too.
    Not(Input),
}
