//! The settings of an installation, as an operator writes them. `config.schema.json` is made from these types.

mod apps;
pub mod gate;
mod problems;
mod profiles;
mod record_types;
pub mod review;
mod update_sources;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use apps::Apps;
pub(crate) use problems::is_name;
pub use problems::problems;
pub use profiles::{Profile, Profiles};
pub use record_types::{Notify, RecordType, STANDARD, Settings, ViewChoice};
pub use update_sources::{Proof, Updates};

/// Where Teams chats are on, for whom, and what happens to them at which records.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Turn on Microsoft Teams chats inside Dynamics 365.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Where people open records, such as https://contoso.crm4.dynamics.com: links in chats lead there.
    pub organization_url: String,
    /// The Dynamics 365 apps in which chats are on.
    #[serde(default)]
    pub apps: Apps,
    /// The people for whom chats are on.
    #[serde(default)]
    pub profiles: Profiles,
    /// Whether chats that exist already can be connected to records, and not only new ones.
    #[serde(default = "yes")]
    pub connect_existing: bool,
    /// What holds for a record type, by the logical name of its table. Case (incident), account, contact, knowledge
    /// article (knowledgearticle) and e-mail (email) are there without being named; naming another adds it.
    #[serde(default)]
    pub record_types: BTreeMap<String, RecordType>,
    /// How updates of records are learned of.
    #[serde(default)]
    pub updates: Updates,
    /// Version of the Dataverse Web API.
    #[serde(default = "default_api_version")]
    pub api_version: String,
}

impl Config {
    /// What holds for a record type; none where it is not there, or turned off.
    pub fn settings<'a>(&'a self, table: &'a str) -> Option<Settings<'a>> {
        Settings::of(table, self.record_types.get(table))
    }

    /// Every record type that is on: the standard ones and those that were added.
    pub fn tables(&self) -> Vec<Settings<'_>> {
        let added = self.record_types.keys().map(String::as_str);
        let mut tables: Vec<_> = STANDARD.into_iter().chain(added).collect();
        tables.sort_unstable();
        tables.dedup();
        tables.into_iter().filter_map(|table| self.settings(table)).collect()
    }

    /// Where people open a record.
    pub fn link(&self, table: &str, record: &str) -> String {
        let root = self.organization_url.trim_end_matches('/');
        format!("{root}/main.aspx?pagetype=entityrecord&etn={table}&id={record}")
    }
}

fn yes() -> bool {
    true
}

fn default_api_version() -> String {
    "v9.2".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_is_refused() {
        let typo =
            r#"{"organization_url":"https://c.crm.dynamics.com","record_types":{"incident":{"joins":true}}}"#;
        assert!(serde_json::from_str::<Config>(typo).is_err());
    }

    #[test]
    fn the_standard_record_types_are_there_and_others_can_be_added_or_turned_off() {
        let config: Config = serde_json::from_str(
            r#"{"organization_url":"https://c.crm.dynamics.com/",
                "record_types":{"opportunity":{},"email":{"on":false}}}"#,
        )
        .unwrap();
        let tables: Vec<_> = config.tables().iter().map(|settings| settings.table).collect();
        assert_eq!(tables, ["account", "contact", "incident", "knowledgearticle", "opportunity"]);
        assert_eq!(
            config.link("incident", "1"),
            "https://c.crm.dynamics.com/main.aspx?pagetype=entityrecord&etn=incident&id=1"
        );
    }

    /// The operator's form and the API check configurations against this file. To renew it, run this test with
    /// `TIELINE_BLESS=1`.
    #[test]
    fn the_schema_file_is_that_of_the_types() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config.schema.json");
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Config)).unwrap() + "\n";
        if std::env::var_os("TIELINE_BLESS").is_some() {
            std::fs::write(file, &schema).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(file).unwrap_or_default(),
            schema,
            "run this test with TIELINE_BLESS=1"
        );
    }
}
