//! What can be wrong with settings although their shape is right, as far as no upstream need be asked.

use tieline_sdk::Problem;

use super::{Config, Facts, fill};
use crate::{channel, notes};

/// People lose patience later than this by themselves.
const LONGEST_PATIENCE: u32 = 600;

/// Every problem, each with a JSON pointer to its field.
pub fn problems(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |field: &str, message: String, remedy: &str| {
        found.push(Problem::new("vault.invalid-config", message).remedy(remedy).at(field));
    };
    let host = config.vault_url.strip_prefix("https://").unwrap_or_default().trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        let remedy = "copy it from the browser's address bar, like https://contoso.veevavault.com";
        add("/vault_url", "this is no address of a vault".into(), remedy);
    }
    if !crate::people::is_id(&config.team_id) {
        let remedy = "copy the team's id as Graph writes it, a GUID";
        add("/team_id", "this is no id of a team".into(), remedy);
    }
    let number = config.api_version.strip_prefix('v').and_then(|version| version.split_once('.'));
    if !number.is_some_and(|(year, part)| year.parse::<u8>().is_ok() && matches!(part, "1" | "2" | "3")) {
        add("/api_version", "this is no version of Vault's API".into(), "write it like v26.2");
    }
    if !(1..=LONGEST_PATIENCE).contains(&config.channel.longer_than_expected_seconds) {
        let remedy = "give 1 to 600 seconds";
        add("/channel/longer_than_expected_seconds", "nobody waits for so long".into(), remedy);
    }
    for (field, scheme, known) in [
        ("/channel/name", &config.channel.name, channel::name::WORDS),
        ("/notes/notebook", &config.notes.notebook, notes::scheme::OF_NOTEBOOK),
        ("/notes/section", &config.notes.section, notes::scheme::OF_SECTION),
        ("/notes/page", &config.notes.page, notes::scheme::OF_PAGE),
    ] {
        match fill(scheme, known, &Facts::default()) {
            Err(unknown) => {
                let known = known.iter().map(|word| format!("{{{word}}}")).collect::<Vec<_>>().join(", ");
                add(field, format!("`{}` stands for nothing here", unknown.0), &format!("use {known}"));
            }
            Ok(_) if scheme.trim().is_empty() => {
                add(field, "this is no name".into(), "leave it out, or write one")
            }
            Ok(_) => {}
        }
    }
    if !config.notes.section.contains("{number}") && !config.notes.page.contains("{number}") {
        let remedy = "put {number} into the section's name or the page's, so that a case's notes can be told from others'";
        add("/notes/section", "nothing says whose notes these are".into(), remedy);
    }
    for (index, mailbox) in config.shared_mailboxes.iter().enumerate() {
        if !crate::people::is_address(mailbox) {
            let field = format!("/shared_mailboxes/{index}");
            add(&field, "this is no address of a mailbox".into(), "write it like support@contoso.com");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Vec<String> {
        let config: Config = serde_json::from_str(json).unwrap();
        problems(&config).into_iter().filter_map(|problem| problem.field).collect()
    }

    #[test]
    fn each_problem_points_at_its_field() {
        let good =
            r#""vault_url":"https://c.veevavault.com","team_id":"57fb72d0-d811-46f4-8947-305e6072eaa5""#;
        let with = |more: &str| format!("{{{good},{more}}}");
        let cases = [
            (format!("{{{good}}}"), vec![]),
            (r#"{"vault_url":"http://c","team_id":"57fb72d0-d811"}"#.into(), vec!["/vault_url"]),
            (r#"{"vault_url":"https://c/x?y","team_id":"a/b"}"#.into(), vec!["/vault_url", "/team_id"]),
            (with(r#""api_version":"26""#), vec!["/api_version"]),
            (
                with(r#""channel":{"longer_than_expected_seconds":0}"#),
                vec!["/channel/longer_than_expected_seconds"],
            ),
            (with(r#""channel":{"name":"{note}"}"#), vec!["/channel/name"]),
            (with(r#""notes":{"notebook":" "}"#), vec!["/notes/notebook"]),
            (with(r#""notes":{"section":"all"}"#), vec!["/notes/section"]),
            (with(r#""notes":{"section":"all","page":"{number} {note}"}"#), vec![]),
            (with(r#""shared_mailboxes":["s@c.com","nobody"]"#), vec!["/shared_mailboxes/1"]),
        ];
        for (json, expected) in cases {
            assert_eq!(fields(&json), expected, "{json}");
        }
    }
}
