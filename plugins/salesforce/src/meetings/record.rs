//! Which record a meeting belongs to, by its subject.

use serde::Deserialize;
use tieline_sdk::{Failure, log};

use crate::config::Meetings;
use crate::salesforce::soql::{list, quoted};
use crate::salesforce::{Salesforce, id};
use crate::teams::phrases::Text;

/// Words of a name, at most.
const LONGEST_NAME: usize = 6;
/// Words of a subject that are looked at.
const WORDS: usize = 20;
/// A shorter one names too many things.
const SHORTEST: usize = 3;

/// A record with its name.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    id: String,
    name: String,
}

/// The record: what the configuration says of the subject, else an id that stands in it, else the open Opportunity or
/// the Account whose name does; of an Account with one open Opportunity, that one. None if nothing fits, or several
/// records do.
///
/// # Errors
/// When Salesforce cannot be asked.
pub(crate) fn of(
    meetings: &Meetings,
    salesforce: &Salesforce<'_>,
    subject: &str,
) -> Result<Option<String>, Failure> {
    if let Some(known) = configured(meetings, subject).or_else(|| id_in(subject)) {
        return Ok(Some(known.to_owned()));
    }
    let names = names_in(subject);
    if names.is_empty() {
        return Ok(None);
    }
    let names = list(names.iter().copied());
    let open = format!("SELECT Id, Name FROM Opportunity WHERE Name IN ({names}) AND IsClosed = false");
    if let Some(opportunity) = longest(salesforce.query(&open)?) {
        return Ok(Some(opportunity));
    }
    let Some(account) =
        longest(salesforce.query(&format!("SELECT Id, Name FROM Account WHERE Name IN ({names})"))?)
    else {
        return Ok(None);
    };
    let of_account = quoted(&account);
    let open = format!(
        "SELECT Id, Name FROM Opportunity WHERE AccountId = {of_account} AND IsClosed = false LIMIT 2"
    );
    let mut deals: Vec<Named> = salesforce.query(&open)?;
    Ok(Some(match deals.len() {
        1 => deals.remove(0).id,
        _ => account,
    }))
}

/// What the configuration says. Pure.
pub fn configured<'a>(meetings: &'a Meetings, subject: &str) -> Option<&'a str> {
    let subject = Text::new(subject);
    let fits = meetings.records.iter().find(|record| subject.mentions_any(&record.subject));
    fits.map(|record| record.record_id.as_str())
}

/// The id of an Opportunity or Account in the subject. Pure.
pub fn id_in(subject: &str) -> Option<&str> {
    let mut words = subject.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(|word| id::check(word, &["006", "001"]).is_ok())
}

/// Everything in the subject that may be a name: some words in a row, without the punctuation around them. Pure.
pub fn names_in(subject: &str) -> Vec<&str> {
    let mut words = vec![];
    let mut from = None;
    for (at, c) in subject.char_indices().chain([(subject.len(), ' ')]) {
        match (c.is_whitespace(), from) {
            (false, None) => from = Some(at),
            (true, Some(begun)) => {
                words.push((begun, at));
                from = None;
            }
            _ => {}
        }
    }
    words.truncate(WORDS);
    let mut names: Vec<&str> = vec![];
    for (at, (begun, _)) in words.iter().enumerate() {
        for (_, end) in words.iter().skip(at).take(LONGEST_NAME) {
            let name = subject[*begun..*end]
                .trim_matches(|c: char| matches!(c, ':' | ',' | ';' | '-' | '–' | '|' | '(' | ')'));
            let name = name.trim();
            if name.chars().count() >= SHORTEST && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The record with the longest name; none if several have it.
fn longest(mut found: Vec<Named>) -> Option<String> {
    found.sort_by_key(|record| std::cmp::Reverse(record.name.chars().count()));
    match found.as_slice() {
        [] => None,
        [first, second, ..] if first.name.eq_ignore_ascii_case(&second.name) => {
            log::info(
                "several records have the name in a meeting's subject",
                [("name", first.name.as_str())],
            );
            None
        }
        [first, ..] => Some(first.id.clone()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_stand_in_subjects() {
        let names = names_in("Weekly: Acme - 200 seats (internal)");
        for name in ["Acme", "Acme - 200 seats", "Weekly", "200 seats", "internal"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
        assert_eq!(names_in("a b"), ["a b"]);
        assert_eq!(names_in("  "), Vec::<&str>::new());
    }

    #[test]
    fn ids_stand_in_subjects() {
        assert_eq!(id_in("Terms [006000000000001AAA]"), Some("006000000000001AAA"));
        assert_eq!(id_in("Terms 001000000000001"), Some("001000000000001"));
        assert_eq!(id_in("Terms 005000000000001 006000000000001AAB"), None);
    }

    proptest! {
        #[test]
        fn any_subject_has_few_names(subject in r"(\PC{1,8} ?){0,60}") {
            prop_assert!(names_in(&subject).len() <= WORDS * LONGEST_NAME);
            let _ = id_in(&subject);
        }
    }
}
