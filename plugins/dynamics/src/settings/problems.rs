//! What can be wrong with settings although their shape is right, as far as no upstream need be asked.

use tieline_sdk::Problem;

use super::{Config, Notify};

/// The most attributes that are told of a record type.
const MOST_WATCHED: usize = 5;
/// Asking for changes more often than this would spend the organisation's requests for nothing.
const SHORTEST_POLL: u32 = 30;
/// Dataverse itself ends chains at this depth.
const DEEPEST: u32 = 8;

/// Every problem, each with a JSON pointer to its field.
pub fn problems(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |field: &str, message: &str, remedy: &str| {
        found.push(Problem::new("dynamics.invalid-config", message).remedy(remedy).at(field));
    };
    let host = config.organization_url.strip_prefix("https://").unwrap_or_default();
    let plain = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || "<>\"'?#@".contains(c));
    if !plain {
        let remedy = "copy it from the browser's address bar, like https://contoso.crm4.dynamics.com";
        add("/organization_url", "this is no address of a Dynamics 365 organisation", remedy);
    }
    let number = config.api_version.strip_prefix('v').and_then(|version| version.split_once('.'));
    if !number.is_some_and(|(major, minor)| major == "9" && minor.parse::<u8>().is_ok()) {
        add("/api_version", "this is no version of the Dataverse Web API", "write it like v9.2");
    }
    if config.updates.poll_seconds.is_some_and(|seconds| seconds < SHORTEST_POLL) {
        add("/updates/poll_seconds", "this asks for changes too often", "give 30 seconds or more");
    }
    if !(1..=DEEPEST).contains(&config.updates.deepest) {
        add("/updates/deepest", "this is no depth of an update", "give 1 to 8");
    }
    for (table, written) in &config.record_types {
        let at = format!("/record_types/{}", table.replace('~', "~0").replace('/', "~1"));
        if !is_name(table) {
            add(&at, "this is no logical name of a table", "write it like incident or new_ticket");
        }
        if written.view.as_deref().is_some_and(|view| view.trim().is_empty()) {
            add(&format!("{at}/view"), "the view has no name", "name a view, or leave it out");
        }
        if let Some(notify) = &written.notify {
            attributes(&at, notify, &mut add);
        }
    }
    found
}

fn attributes(at: &str, notify: &Notify, add: &mut dyn FnMut(&str, &str, &str)) {
    let at = format!("{at}/notify/attributes");
    if notify.attributes.len() > MOST_WATCHED {
        add(&at, "more than five attributes are selected", "select up to five");
    }
    for (index, attribute) in notify.attributes.iter().enumerate() {
        if !is_name(attribute) {
            let remedy = "write it like prioritycode";
            add(&format!("{at}/{index}"), "this is no logical name of an attribute", remedy);
        } else if notify.attributes[..index].contains(attribute) {
            add(&format!("{at}/{index}"), "this attribute is selected twice", "remove one of the two");
        }
    }
}

/// Logical names are lower case, and so safe in an address.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 128
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
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
        let good = r#""organization_url":"https://c.crm.dynamics.com""#;
        let cases = [
            (format!("{{{good}}}"), vec![]),
            (r#"{"organization_url":"http://c"}"#.into(), vec!["/organization_url"]),
            (r#"{"organization_url":"https://c/?x=<a"}"#.into(), vec!["/organization_url"]),
            (format!(r#"{{{good},"api_version":"9.2"}}"#), vec!["/api_version"]),
            (format!(r#"{{{good},"updates":{{"poll_seconds":5}}}}"#), vec!["/updates/poll_seconds"]),
            (format!(r#"{{{good},"updates":{{"deepest":0}}}}"#), vec!["/updates/deepest"]),
            (format!(r#"{{{good},"record_types":{{"In/cident":{{}}}}}}"#), vec!["/record_types/In~1cident"]),
            (
                format!(
                    r#"{{{good},"record_types":{{"incident":{{"view":" ","notify":{{"attributes":["a","a","B"]}}}}}}}}"#
                ),
                vec![
                    "/record_types/incident/view",
                    "/record_types/incident/notify/attributes/1",
                    "/record_types/incident/notify/attributes/2",
                ],
            ),
            (
                format!(
                    r#"{{{good},"record_types":{{"incident":{{"notify":{{"attributes":["a","b","c","d","e","f"]}}}}}}}}"#
                ),
                vec!["/record_types/incident/notify/attributes"],
            ),
        ];
        for (json, expected) in cases {
            assert_eq!(fields(&json), expected, "{json}");
        }
    }
}
