//! Who asks about which case, and what they may do: what every action and the view find out first.

use serde::Deserialize;
use tieline_sdk::{Action, Actor, Problem};

use crate::case::{self, Case};
use crate::mode::{Mode, Product, setting};
use crate::people::person::{self, Person};
use crate::people::sign_in::{self, Me, SignIn};
use crate::settings::Config;
use crate::vault::{Vault, objects};

/// A person who is signed in to Microsoft, and whom the vault knows.
pub(crate) struct Visitor<'a> {
    pub(crate) config: &'a Config,
    pub(crate) actor: &'a Actor,
    pub(crate) person: Person,
}

/// A representative with their calendars, before a case or none.
pub(crate) struct Desk<'a> {
    pub(crate) visitor: Visitor<'a>,
    pub(crate) case: Option<Case>,
}

/// A representative before a case.
pub(crate) struct Asked<'a> {
    pub(crate) config: &'a Config,
    pub(crate) actor: &'a Actor,
    pub(crate) person: Person,
    pub(crate) mode: Mode,
    pub(crate) case: Case,
}

/// As the manifest's schemas have it; each action takes its part.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Input {
    /// The case, where the caller does not name the record beside the input.
    pub(crate) case_id: Option<String>,
    pub(crate) mode: Option<String>,
    pub(crate) confirmed: bool,
    pub(crate) title: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) images: Vec<crate::notes::images::Given>,
    pub(crate) page_id: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) calendar_id: Option<String>,
    pub(crate) event_id: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) attendees: Vec<String>,
    pub(crate) recipients: Vec<String>,
    pub(crate) online: bool,
    pub(crate) mailbox: Option<String>,
    pub(crate) message_id: Option<String>,
}

impl Input {
    pub(crate) fn of(action: &Action) -> Result<Self, Problem> {
        let mut input: Self = serde_json::from_str(&action.input)
            .map_err(|error| Problem::new("vault.invalid-input", error.to_string()))?;
        if let Some(record) = &action.record {
            is_a_case(&record.kind)?;
            input.case_id = Some(record.id.clone());
        }
        Ok(input)
    }
}

/// Only cases have channels, notes and meetings.
pub(crate) fn is_a_case(kind: &str) -> Result<(), Problem> {
    if kind == objects::CASE {
        return Ok(());
    }
    Err(Problem::new("vault.not-a-case", format!("records of the type {kind} are no cases"))
        .remedy(format!("name a record of the type {}", objects::CASE)))
}

impl<'a> Visitor<'a> {
    /// Lets a person in who is signed in, and whom the vault knows.
    pub(crate) fn open(config: &'a Config, actor: &'a Actor) -> Result<Self, Problem> {
        match sign_in::of(actor)? {
            SignIn::Needed(problem) => Err(problem),
            SignIn::Done(me) => Self::known(config, actor, &me),
        }
    }

    /// The same of a person who is signed in.
    pub(crate) fn known(config: &'a Config, actor: &'a Actor, me: &Me) -> Result<Self, Problem> {
        let person = person::of(&Vault { version: &config.api_version }, actor, me)?;
        Ok(Self { config, actor, person })
    }

    pub(crate) fn vault(&self) -> Vault<'a> {
        Vault { version: &self.config.api_version }
    }

    /// Lets a representative at a case, where the vault has what they need.
    pub(crate) fn at(self, id: Option<&str>, need: Product) -> Result<Asked<'a>, Problem> {
        self.person.as_representative()?;
        let vault = self.vault();
        let mode = setting::read(&vault)?.mode;
        mode.need(need)?;
        self.before(id, mode)
    }

    /// The same, whatever the vault has.
    pub(crate) fn before(self, id: Option<&str>, mode: Mode) -> Result<Asked<'a>, Problem> {
        let case = case::read(&self.vault(), id.unwrap_or_default())?;
        let Self { config, actor, person } = self;
        Ok(Asked { config, actor, person, mode, case })
    }
}

impl<'a> Desk<'a> {
    /// Lets a representative in, where the vault has anything of Microsoft.
    pub(crate) fn open(visitor: Visitor<'a>, case_id: Option<&str>) -> Result<Self, Problem> {
        visitor.person.as_representative()?;
        let vault = visitor.vault();
        setting::read(&vault)?.mode.need(Product::Any)?;
        let case = case_id.map(|id| case::read(&vault, id)).transpose()?;
        Ok(Self { visitor, case })
    }
}

impl<'a> Asked<'a> {
    /// Lets a person at a case.
    pub(crate) fn open(
        config: &'a Config,
        input: &Input,
        actor: &'a Actor,
        need: Product,
    ) -> Result<Self, Problem> {
        Visitor::open(config, actor)?.at(input.case_id.as_deref(), need)
    }

    /// What people call the case, with what it is about.
    pub(crate) fn title(&self) -> String {
        self.case.title()
    }

    /// Where people open the case.
    pub(crate) fn link(&self) -> String {
        self.config.link(&self.case.id)
    }
}
