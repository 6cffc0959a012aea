//! Who asks about which record, and what they may do with it: what every action and the view find out first.

use serde::Deserialize;
use tieline_sdk::{Action, Actor, Problem};

use crate::dataverse::Dataverse;
use crate::dataverse::ids::guid;
use crate::dataverse::metadata::Table;
use crate::dataverse::person::{Access, Person};
use crate::dataverse::record::Record;
use crate::settings::gate::{self, Asked as Kind};
use crate::settings::{Config, Settings};

/// A person before a record that they may see.
pub(crate) struct Asked<'a> {
    pub(crate) config: &'a Config,
    pub(crate) settings: Settings<'a>,
    pub(crate) table: Table,
    /// The record.
    pub(crate) id: String,
    pub(crate) actor: &'a Actor,
    pub(crate) person: Person,
    pub(crate) access: Access,
}

/// As the manifest's schemas have it; each action takes its part.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Input {
    /// Where the caller does not name the record beside the input.
    pub(crate) table: Option<String>,
    pub(crate) record_id: Option<String>,
    pub(crate) app: Option<String>,
    pub(crate) chat_id: Option<String>,
    pub(crate) team_id: Option<String>,
    pub(crate) channel_id: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) participants: Vec<String>,
    pub(crate) search: Option<String>,
    pub(crate) on: Option<bool>,
}

impl Input {
    pub(crate) fn of(action: &Action) -> Result<Self, Problem> {
        let mut input: Self = serde_json::from_str(&action.input)
            .map_err(|error| Problem::new("dynamics.invalid-input", error.to_string()))?;
        if let Some(record) = &action.record {
            input.record_id = Some(record.id.clone());
            let kind = Kind::read(&record.kind);
            input.table = Some(kind.table.to_owned());
            input.app = input.app.or_else(|| kind.app.map(str::to_owned));
        }
        Ok(input)
    }

    /// The record type, and the app in which the caller is.
    pub(crate) fn kind(&self) -> Kind<'_> {
        Kind { table: self.table.as_deref().unwrap_or_default(), app: self.app.as_deref() }
    }
}

impl<'a> Asked<'a> {
    /// Lets a person in, if chats are on for them here and the upstream says that they may see the record.
    pub(crate) fn open(
        config: &'a Config,
        kind: Kind<'a>,
        id: &str,
        actor: &'a Actor,
    ) -> Result<Self, Problem> {
        let settings = gate::pass(config, kind, actor)?;
        let invalid = || {
            let problem = Problem::new("dynamics.invalid-input", format!("`{id}` is no id of a record"));
            problem.remedy("give the record's guid, and its table's logical name")
        };
        let id = guid(id).ok_or_else(invalid)?;
        if guid(&actor.object_id).is_none() {
            let problem = Problem::new("dynamics.nobody", "this is done for a person, and nobody is named");
            return Err(problem.remedy("name a signed-in person, with `--as` on the command line"));
        }
        let dataverse = Dataverse { version: &config.api_version };
        let person = dataverse.person(&actor.object_id)?;
        let table = dataverse.table(settings.table)?.ok_or_else(|| {
            let message = format!("the organisation has no table {}", settings.table);
            Problem::new("dynamics.no-such-table", message)
                .remedy("compare the settings with the organisation")
        })?;
        let access = dataverse.access(&person, &table.set, &id)?;
        if !access.read {
            let message = format!("you may not see this {}", table.label.to_lowercase());
            return Err(
                Problem::new("dynamics.may-not-read", message).remedy("ask its owner to share it with you")
            );
        }
        Ok(Self { config, settings, table, id, actor, person, access })
    }

    pub(crate) fn dataverse(&self) -> Dataverse<'a> {
        Dataverse { version: &self.config.api_version }
    }

    /// The record with these columns.
    pub(crate) fn record(&self, columns: &[&str]) -> Result<Record, Problem> {
        let record = self.dataverse().record(&self.table, &self.id, columns)?;
        record.ok_or_else(|| {
            let message = format!("this {} is not there any more", self.table.label.to_lowercase());
            Problem::new("dynamics.no-such-record", message)
        })
    }

    /// Where people open the record.
    pub(crate) fn link(&self) -> String {
        self.config.link(&self.table.name, &self.id)
    }
}
