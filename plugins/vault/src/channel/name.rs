//! What a channel is called, and the mark by which it is known again. Pure.
//!
//! learn.microsoft.com, "Limits and specifications for Microsoft Teams", "Channel names".

use crate::settings::{Config, Facts, Unknown, fill};
use crate::words::{code, cut};

/// Words that may stand in braces.
pub const WORDS: &[&str] = &["number", "title", "vault"];
/// Teams takes names this long.
pub const LONGEST: usize = 50;
/// What no name may hold.
const ILLEGAL: &str = "~#%&*{}/\\:<>?+|'\"";
/// Names that Windows keeps for itself cannot be folders, and a channel is one.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
/// Length of what tells two channels with one name apart.
const SUFFIX: usize = 8;

/// What a channel is to be called, and how it is known again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Wanted {
    /// As the scheme says.
    pub name: String,
    /// Where another case has a channel of that name.
    pub other_name: String,
    /// Stands in the channel's description: names vault and case, and so this channel among those of all vaults that share
    /// the directory.
    pub mark: String,
}

impl Wanted {
    /// What the channel of a case is called: always the same.
    ///
    /// # Errors
    /// When the scheme has a word that stands for nothing.
    pub fn of(config: &Config, case: &str, number: &str, title: &str) -> Result<Self, Unknown> {
        let facts = Facts { vault: config.vault_name(), number, title, ..Facts::default() };
        let name = legal(&fill(&config.channel.name, WORDS, &facts)?, number);
        let dns = config.vault_dns().to_ascii_lowercase();
        let own = &code(&[&dns, case])[..SUFFIX - 3];
        let other_name = format!("{} ({own})", cut(&name, LONGEST - SUFFIX));
        Ok(Self { name, other_name, mark: format!("tieline:{dns}/{case}") })
    }

    /// The description of the channel: for people, and with the mark.
    pub fn description(&self, number: &str, vault: &str) -> String {
        format!("Case {number} of {vault}. {}", self.mark)
    }

    /// Whether a description has the mark, and not that of a case whose id goes on.
    pub fn is_marked(&self, description: &str) -> bool {
        description.match_indices(&self.mark).any(|(at, mark)| {
            !description[at + mark.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
        })
    }
}

/// A name that Teams takes: what it does not is left out, blanks are put in order, and what is too long is cut.
pub fn legal(name: &str, instead: &str) -> String {
    let clean = |text: &str| {
        let kept: String =
            text.chars().map(|c| if ILLEGAL.contains(c) || c.is_control() { ' ' } else { c }).collect();
        let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
        let begun = kept.trim_start_matches(['_', '.', ' ']);
        cut(begun, LONGEST).trim_end_matches(['.', ' ']).to_owned()
    };
    let right = |name: &String| !name.is_empty() && !RESERVED.contains(&name.to_lowercase().as_str());
    [clean(name), clean(instead)].into_iter().find(right).unwrap_or_else(|| "Case".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config(dns: &str) -> Config {
        serde_json::from_str(&format!(r#"{{"vault_url":"https://{dns}","team_id":"t"}}"#)).unwrap()
    }

    #[test]
    fn names_are_as_teams_takes_them() {
        for (name, legal_name) in [
            ("C-0001 Pump leaks", "C-0001 Pump leaks"),
            ("C-0001 50% <b>off</b>: \"why?\"", "C-0001 50 b off b why"),
            ("__.hidden.", "hidden"),
            ("...", "C-1"),
            ("CON", "C-1"),
            ("C-0001 äöü €", "C-0001 äöü €"),
        ] {
            assert_eq!(legal(name, "C-1"), legal_name, "{name}");
        }
    }

    #[test]
    fn a_channel_is_known_by_vault_and_case() {
        let one = Wanted::of(&config("a.veevavault.com"), "V0D1", "C-1", "Pump").unwrap();
        let other = Wanted::of(&config("b.veevavault.com"), "V0D1", "C-1", "Pump").unwrap();
        let next = Wanted::of(&config("a.veevavault.com"), "V0D12", "C-1", "Pump").unwrap();
        assert_eq!(one.name, other.name);
        assert_ne!(one.other_name, other.other_name);
        assert!(one.is_marked(&one.description("C-1", "a")));
        assert!(!one.is_marked(&other.description("C-1", "b")), "another vault");
        assert!(!one.is_marked(&next.description("C-1", "a")), "a case whose id goes on");
        assert!(!one.is_marked(""));
    }

    proptest! {
        #[test]
        fn whatever_a_case_is_called_its_channel_has_a_legal_name(title in r"\PC{0,80}") {
            let wanted = Wanted::of(&config("a.veevavault.com"), "V0D1", "C-1", &title).unwrap();
            for name in [&wanted.name, &wanted.other_name] {
                prop_assert!((1..=LONGEST).contains(&name.encode_utf16().count()), "{name}");
                prop_assert!(!name.chars().any(|c| ILLEGAL.contains(c) || c.is_control()), "{name}");
                prop_assert!(!name.starts_with(['_', '.', ' ']) && !name.ends_with(['.', ' ']), "{name}");
            }
        }
    }
}
