//! What notebook, section and page are called. Pure.
//!
//! learn.microsoft.com, "OneNote API overview": names of sections and notebooks.

use crate::settings::{Config, Facts, Unknown, fill};
use crate::words::{cut, names};

/// Words that may stand in braces.
pub const OF_NOTEBOOK: &[&str] = &["vault", "year", "month"];
/// The same in a section's name.
pub const OF_SECTION: &[&str] = &["number", "title", "vault", "year", "month"];
/// The same in a page's name.
pub const OF_PAGE: &[&str] = &["note", "number", "title", "date"];
/// OneNote takes names of notebooks and sections this long; notebooks may be longer, and need not be.
pub const LONGEST: usize = 50;
/// Pages are called whatever people like, within reason.
const LONGEST_PAGE: usize = 200;
/// What no name of a notebook or a section may hold.
const ILLEGAL: &str = "?*\\/:<>|&#'%~\"";

/// What the notes of a case are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The notebook.
    pub notebook: String,
    /// The first section.
    pub section: String,
    /// Whether the section is this case's alone.
    pub own_section: bool,
}

impl Names {
    /// Those of a case, on a day.
    ///
    /// # Errors
    /// When a scheme has a word that stands for nothing.
    pub fn of(config: &Config, number: &str, title: &str, day: u64) -> Result<Self, Unknown> {
        let facts = Facts { vault: config.vault_name(), number, title, day, note: "" };
        let notebook = legal(&fill(&config.notes.notebook, OF_NOTEBOOK, &facts)?, LONGEST, "Case notes");
        let section = legal(&fill(&config.notes.section, OF_SECTION, &facts)?, LONGEST, "Case notes");
        Ok(Self { notebook, section, own_section: config.notes.section.contains("{number}") })
    }

    /// The n-th section, counted from 1: when one is full, the next is taken.
    pub fn nth_section(&self, n: usize) -> String {
        if n <= 1 {
            return self.section.clone();
        }
        let number = format!(" ({n})");
        format!("{}{number}", cut(&self.section, LONGEST - number.len()))
    }

    /// Whether a section is one of these, whichever: `C-1`, `C-1 (2)`.
    pub fn is_section(&self, name: &str) -> bool {
        self.which(name).is_some()
    }

    /// Which of these a section is.
    pub fn which(&self, name: &str) -> Option<usize> {
        if name.eq_ignore_ascii_case(&self.section) {
            return Some(1);
        }
        let n: usize = name.strip_suffix(')')?.rsplit_once(" (")?.1.parse().ok()?;
        (n > 1 && name.eq_ignore_ascii_case(&self.nth_section(n))).then_some(n)
    }

    /// Whether a page of one of these sections belongs to the case.
    pub fn is_page(&self, title: &str, number: &str) -> bool {
        self.own_section || names(title, number)
    }
}

/// What a page is called.
///
/// # Errors
/// When the scheme has a word that stands for nothing.
pub fn page(config: &Config, number: &str, title: &str, note: &str, day: u64) -> Result<String, Unknown> {
    let facts = Facts { vault: config.vault_name(), number, title, note, day };
    let name = fill(&config.notes.page, OF_PAGE, &facts)?;
    Ok(cut(&name, LONGEST_PAGE).to_owned())
}

/// A name that OneNote takes.
fn legal(name: &str, most: usize, instead: &str) -> String {
    let kept: String =
        name.chars().map(|c| if ILLEGAL.contains(c) || c.is_control() { ' ' } else { c }).collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept = cut(kept.trim_matches(['.', ' ']), most).trim_end_matches(['.', ' ']);
    if kept.is_empty() { instead.to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config(section: &str) -> Config {
        let notes = serde_json::json!({ "section": section, "page": "{number} {note}" });
        let config =
            serde_json::json!({ "vault_url": "https://a.veevavault.com", "team_id": "t", "notes": notes });
        serde_json::from_value(config).unwrap()
    }

    #[test]
    fn a_full_section_is_followed_by_the_next() {
        let names = Names::of(&config("{number}"), "C-0001", "Pump", 20_778).unwrap();
        assert_eq!((names.notebook.as_str(), names.section.as_str()), ("a case notes", "C-0001"));
        assert_eq!(names.nth_section(2), "C-0001 (2)");
        for (section, which) in [
            ("C-0001", Some(1)),
            ("c-0001", Some(1)),
            ("C-0001 (2)", Some(2)),
            ("C-0001 (17)", Some(17)),
            ("C-0001 (1)", None),
            ("C-0001 (x)", None),
            ("C-0001 (2) ", None),
            ("C-00012", None),
            ("C-0002", None),
        ] {
            assert_eq!(names.which(section), which, "{section}");
        }
    }

    #[test]
    fn in_a_shared_section_the_title_says_whose_page_it_is() {
        let own = Names::of(&config("{number}"), "C-1", "", 0).unwrap();
        assert!(own.is_page("whatever", "C-1"));
        let shared = Names::of(&config("{year}"), "C-1", "", 20_778).unwrap();
        assert_eq!(shared.section, "2026");
        assert!(shared.is_page("C-1 call", "C-1") && !shared.is_page("C-12 call", "C-1"));
        assert_eq!(page(&config("x"), "C-1", "", "Call back", 0).unwrap(), "C-1 Call back");
    }

    proptest! {
        #[test]
        fn whatever_a_case_is_called_its_sections_have_legal_names(title in r"\PC{0,80}", n in 1_usize..999) {
            let names = Names::of(&config("{title}"), "C-1", &title, 0).unwrap();
            let section = names.nth_section(n);
            prop_assert!((1..=LONGEST).contains(&section.encode_utf16().count()), "{section}");
            prop_assert!(!section.chars().any(|c| ILLEGAL.contains(c) || c.is_control()), "{section}");
            prop_assert_eq!(names.which(&section), Some(n));
        }
    }
}
