//! What agents find in the directory.

use serde::{Deserialize, Serialize};

/// The directory of Teams users.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Directory {
    /// The types of phone numbers that are shown, in this order. The first of them that an entry has is taken when
    /// somebody is called, or a call is transferred to them.
    pub phones: Vec<PhoneType>,
}

impl Default for Directory {
    fn default() -> Self {
        Self { phones: vec![PhoneType::Business, PhoneType::Mobile] }
    }
}

/// A type of phone number, as the directory has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PhoneType {
    /// Business phone.
    Business,
    /// Mobile phone.
    Mobile,
    /// Fax, for those who keep a second line there.
    Fax,
}

impl PhoneType {
    /// As in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Mobile => "mobile",
            Self::Fax => "fax",
        }
    }
}

/// How presence is learned of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Presence {
    /// Whether Graph is to tell of changes, of those who turned the integration on. Graph allows one such subscription of
    /// an app, of up to 45 people here. Without it, presence is asked for each time.
    pub subscribe: bool,
}
