//! `list-directory`: a page of Teams users, all of them or those who are called so.
//!
//! <https://learn.microsoft.com/graph/api/user-list>

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Problem, graph};

use super::entry::{SELECT, User};
use super::presence;
use crate::settings::Config;

/// Entries of a page.
const PAGE: &str = "100";

#[derive(Deserialize)]
struct Page {
    value: Vec<User>,
    #[serde(default, rename = "@odata.nextLink")]
    next: Option<String>,
}

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Input {
    search: Option<String>,
    after: Option<String>,
    without_presence: bool,
}

/// Lists them, with a link to the next page.
pub(crate) fn list(config: &Config, input: &Input) -> Result<Value, Problem> {
    let request = match &input.after {
        Some(link) if link.contains("/users?") => graph::get(link.clone()),
        Some(_) => {
            let problem = Problem::new("contact-center.invalid-input", "`after` is no link of this list");
            return Err(problem.remedy("give it as the page before said it"));
        }
        None => {
            let request = graph::get("/users").select(&SELECT).query("$top", PAGE);
            match search(input.search.as_deref().unwrap_or_default()) {
                Some(search) => request.query("$search", &search),
                None => request,
            }
        }
    };
    // Graph searches the directory only with its advanced queries.
    let page: Page = request.header("ConsistencyLevel", "eventual").fetch()?;
    let people: Vec<User> = page.value.into_iter().filter(User::has_teams).collect();
    let ids: Vec<_> = people.iter().map(|user| user.id.to_ascii_lowercase()).collect();
    let presences = if input.without_presence { Default::default() } else { presence::known_or_asked(&ids)? };
    let entry = |user: &User| {
        json!({
            "id": user.id,
            "name": user.display_name,
            "mail": user.mail,
            "job_title": user.job_title,
            "department": user.department,
            "phones": user.phones(&config.directory),
            "presence": presences.get(&user.id.to_ascii_lowercase()),
        })
    };
    Ok(json!({ "entries": people.iter().map(entry).collect::<Vec<_>>(), "next": page.next }))
}

/// The words, in the grammar of `$search`: the beginning of a name or of an address.
fn search(words: &str) -> Option<String> {
    let words = words.replace(['"', '\\', ':'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then(|| format!("\"displayName:{words}\" OR \"mail:{words}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_look_for_is_grammar() {
        assert_eq!(search("ade van").unwrap(), r#""displayName:ade van" OR "mail:ade van""#);
        assert_eq!(search(r#"a" OR "mail:b"#).unwrap(), r#""displayName:a OR mail b" OR "mail:a OR mail b""#);
        assert_eq!(search("  "), None);
    }
}
