//! The settings of an installation, as an operator writes them. `config.schema.json` is made from these types.
//!
//! Which of Teams and OneNote the vault has is no setting here: the vault itself says so, for all of its cases.

mod problems;
mod scheme;

use serde::Deserialize;

pub use problems::problems;
pub use scheme::{Facts, Unknown, fill};

/// One vault, the team that works its cases, and what channels, notes and pages are called.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where people open the vault, such as https://contoso.veevavault.com: links lead there.
    pub vault_url: String,
    /// What people call the vault, in names of notebooks; the first part of its address unless said otherwise.
    #[serde(default)]
    pub vault_name: Option<String>,
    /// The team (its group's id) in which channels are created and notebooks are kept.
    pub team_id: String,
    /// Channels for cases.
    #[serde(default)]
    pub channel: Channel,
    /// Case notes in OneNote.
    #[serde(default)]
    pub notes: Notes,
    /// Mailboxes, beside each person's own, in which mail about cases is looked for: addresses of shared mailboxes.
    #[serde(default)]
    pub shared_mailboxes: Vec<String>,
    /// Version of Vault's API.
    #[serde(default = "default_api_version")]
    pub api_version: String,
}

/// Channels for cases.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Channel {
    /// What a channel is called, of {number}, {title} and {vault}. Teams takes 50 characters: more is cut.
    pub name: String,
    /// After so many seconds people are told that it takes longer than expected, and may check again.
    pub longer_than_expected_seconds: u32,
}

/// Case notes in OneNote.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Notes {
    /// Whose notebook it is.
    pub kept_by: KeptBy,
    /// What the notebook is called, of {vault}, {year} and {month}.
    pub notebook: String,
    /// What the section of a case is called, of {number}, {title}, {vault}, {year} and {month}. OneNote takes 50 characters.
    /// Several cases may share a section; without {number} the pages of a case are those whose title names its number.
    pub section: String,
    /// What a page is called, of {note} (what the person called it), {number}, {title} and {date}.
    pub page: String,
}

/// Whose notebook holds the notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeptBy {
    /// The team's: everybody in it reads them.
    Team,
    /// Each person's own.
    Person,
}

impl Default for Channel {
    fn default() -> Self {
        Self { name: "{number} {title}".to_owned(), longer_than_expected_seconds: 5 }
    }
}

impl Default for Notes {
    fn default() -> Self {
        Self {
            kept_by: KeptBy::Team,
            notebook: "{vault} case notes".to_owned(),
            section: "{number}".to_owned(),
            page: "{note}".to_owned(),
        }
    }
}

impl Config {
    /// The vault's host name: what tells the cases of one vault from those of another in the same directory.
    pub fn vault_dns(&self) -> &str {
        let host = self.vault_url.strip_prefix("https://").unwrap_or(&self.vault_url);
        host.split('/').next().unwrap_or_default()
    }

    /// What people call the vault.
    pub fn vault_name(&self) -> &str {
        let given = self.vault_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        given.unwrap_or_else(|| self.vault_dns().split('.').next().unwrap_or_default())
    }

    /// Where people open a case.
    pub fn link(&self, case: &str) -> String {
        format!("https://{}/ui/#object/{}/{case}", self.vault_dns(), crate::vault::objects::CASE)
    }
}

fn default_api_version() -> String {
    "v26.2".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vault_is_called_by_its_address_unless_said_otherwise() {
        let config = |more: &str| -> Config {
            serde_json::from_str(&format!(
                r#"{{"vault_url":"https://contoso.veevavault.com/","team_id":"t"{more}}}"#
            ))
            .unwrap()
        };
        assert_eq!(config("").vault_name(), "contoso");
        assert_eq!(config(r#","vault_name":" Service ""#).vault_name(), "Service");
        assert_eq!(config("").link("V0D1"), "https://contoso.veevavault.com/ui/#object/case__v/V0D1");
    }

    #[test]
    fn what_nobody_reads_is_refused() {
        let typo = r#"{"vault_url":"https://c.veevavault.com","team_id":"t","notes":{"sections":"x"}}"#;
        assert!(serde_json::from_str::<Config>(typo).is_err());
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
