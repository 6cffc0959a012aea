//! Which of Microsoft's products the vault has: one setting of the vault itself, for all of its cases.

pub(crate) mod set;
pub(crate) mod setting;

use serde::{Deserialize, Serialize};
use tieline_sdk::Problem;

/// The setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Standard case notes, and nothing of Microsoft.
    #[serde(rename = "none__v")]
    None,
    /// Channels; standard case notes.
    #[serde(rename = "ms_teams__v")]
    Teams,
    /// Case notes in OneNote.
    #[serde(rename = "ms_onenote__v")]
    OneNote,
    /// Both.
    #[serde(rename = "ms_teams_and_onenote__v")]
    TeamsAndOneNote,
}

/// What a change of the setting brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What it was.
    pub from: Mode,
    /// What it is to be.
    pub to: Mode,
}

/// Said before case notes move between the vault and OneNote.
pub const WARNING: &str = "Toggling between Microsoft OneNote and Case Note is not recommended: notes are not moved. Those \
                           written the other way stay where they are, and are not shown beside the cases any more.";

impl Mode {
    /// Every mode, as the vault lists them.
    pub const ALL: [Self; 4] = [Self::None, Self::Teams, Self::OneNote, Self::TeamsAndOneNote];

    /// The mode with this name in the vault's picklist.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Its name in the vault's picklist.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none__v",
            Self::Teams => "ms_teams__v",
            Self::OneNote => "ms_onenote__v",
            Self::TeamsAndOneNote => "ms_teams_and_onenote__v",
        }
    }

    /// As the vault's page shows it.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Teams => "MS Teams",
            Self::OneNote => "MS OneNote",
            Self::TeamsAndOneNote => "MS Teams and OneNote",
        }
    }

    /// Whether cases may have channels.
    pub fn teams(self) -> bool {
        matches!(self, Self::Teams | Self::TeamsAndOneNote)
    }

    /// Whether case notes are kept in OneNote.
    pub fn onenote(self) -> bool {
        matches!(self, Self::OneNote | Self::TeamsAndOneNote)
    }

    /// Whether anything of Microsoft is on: calendars, meetings and mail come with either.
    pub fn microsoft(self) -> bool {
        self != Self::None
    }

    /// Lets what needs a product through where the vault has it.
    ///
    /// # Errors
    /// `vault.integration-off`, with what the vault has.
    pub fn need(self, what: Product) -> Result<(), Problem> {
        let (on, name) = match what {
            Product::Teams => (self.teams(), "MS Teams"),
            Product::OneNote => (self.onenote(), "MS OneNote"),
            Product::Any => (self.microsoft(), "a Microsoft integration"),
            Product::None => return Ok(()),
        };
        if on {
            return Ok(());
        }
        let message = format!("this needs {name}, and the vault has {}", self.label());
        Err(Problem::new("vault.integration-off", message).remedy(
            "ask a Business Admin to change the Microsoft Integration of the Console Application Settings",
        ))
    }
}

/// What an action needs of the setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Nothing: it is there whatever was chosen.
    None,
    /// Channels.
    Teams,
    /// Notes in OneNote.
    OneNote,
    /// Calendars, meetings and mail.
    Any,
}

impl Change {
    /// Whether case notes move between the vault and OneNote.
    pub fn moves_notes(self) -> bool {
        self.from.onenote() != self.to.onenote()
    }

    /// The warning that comes with it.
    pub fn warning(self) -> Option<&'static str> {
        self.moves_notes().then_some(WARNING)
    }

    /// Lets it through if nobody need be warned, or somebody was.
    ///
    /// # Errors
    /// `vault.confirm-toggle`, with the warning.
    pub fn confirmed(self, confirmed: bool) -> Result<(), Problem> {
        match self.warning() {
            Some(warning) if !confirmed => Err(Problem::new("vault.confirm-toggle", warning)
                .remedy("ask again with `confirmed` to do it all the same")),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// None, Teams, OneNote, both: across from, down to; `!` warns.
    const TABLE: [&str; 4] = ["..!!", "..!!", "!!..", "!!.."];

    #[test]
    fn whatever_moves_notes_warns_and_nothing_else_does() {
        for (from, row) in Mode::ALL.into_iter().zip(TABLE) {
            for (to, cell) in Mode::ALL.into_iter().zip(row.chars()) {
                let change = Change { from, to };
                assert_eq!(change.warning().is_some(), cell == '!', "{change:?}");
                assert_eq!(change.confirmed(false).is_ok(), cell == '.', "{change:?}");
                assert!(change.confirmed(true).is_ok());
            }
        }
    }

    #[test]
    fn each_mode_has_its_name_and_what_it_names() {
        for mode in Mode::ALL {
            assert_eq!(Mode::named(mode.name()), Some(mode));
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{}\"", mode.name()));
            assert_eq!(mode.need(Product::Teams).is_ok(), mode.teams());
            assert_eq!(mode.need(Product::OneNote).is_ok(), mode.onenote());
            assert_eq!(mode.need(Product::Any).is_ok(), mode != Mode::None);
        }
        assert_eq!(Mode::named("teams"), None);
    }
}
