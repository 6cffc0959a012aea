//! The settings of an installation, as an operator writes them. `config.schema.json` is made from these types.

mod directory;
mod problems;
mod texts;

use serde::Deserialize;

pub use directory::{Directory, PhoneType, Presence};
pub use problems::problems;
pub use texts::{Notices, Texts};

/// What people are told, whom agents find, and how long an invitation stands.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The system messages of conferencing a Teams user into a customer chat.
    pub texts: Texts,
    /// What else people are told, where something cannot be passed on as it is.
    pub notices: Notices,
    /// How many seconds somebody has to answer an invitation.
    pub answer_within_seconds: u32,
    /// What agents find in the directory.
    pub directory: Directory,
    /// How presence is learned of.
    pub presence: Presence,
    /// How the contact centre proves itself when it calls the webhook.
    pub proof: Proof,
}

/// What comes with each call of the webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// The HMAC-SHA256 of the body under the hook's secret, in `x-signature`.
    Signature,
    /// The hook's secret itself, in `x-tieline-key`.
    Header,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            texts: Texts::default(),
            notices: Notices::default(),
            answer_within_seconds: 120,
            directory: Directory::default(),
            presence: Presence::default(),
            proof: Proof::Signature,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_is_refused() {
        for typo in [r#"{"text":{}}"#, r#"{"texts":{"invite":"x"}}"#, r#"{"directory":{"phones":["sms"]}}"#] {
            assert!(serde_json::from_str::<Config>(typo).is_err(), "{typo}");
        }
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
