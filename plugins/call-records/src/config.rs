//! The configuration of an installation, as an operator writes it. `config.schema.json` is made from these types.

use serde::Deserialize;
use tieline_sdk::Problem;

/// Where Graph is, for people: a connection's cloud decides.
pub const GRAPH_URL: &str = "https://graph.microsoft.com";
/// So long Graph keeps call records.
pub const KEPT_DAYS: u32 = 30;
const LONGEST_NAME: usize = 100;
const LONGEST_DESCRIPTION: usize = 1_000;

/// Which calls are collected, and what of the people in them.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What people call this collection; 1 to 100 characters.
    pub name: String,
    /// What it is for; up to 1,000 characters.
    #[serde(default)]
    pub description: String,
    /// Where call records come from: Microsoft Graph. Shown, and not to be changed; in another cloud, the
    /// connection's own Graph is asked.
    #[serde(default = "graph_url")]
    #[cfg_attr(test, schemars(extend("const" = GRAPH_URL, "readOnly" = true)))]
    pub graph_url: String,
    /// Whether the collection waits until a Global Administrator has authorised it with the action `authorize`. Without,
    /// it begins as soon as it is applied.
    #[serde(default = "yes")]
    pub require_global_administrator: bool,
    /// Whether the Teams Rooms devices are noted once a day, as long as Graph has them.
    #[serde(default = "yes")]
    pub devices: bool,
    /// Calls of so many days are read when the collection begins; 0 to 30, since Graph keeps no more.
    #[serde(default = "kept_days")]
    #[cfg_attr(test, schemars(range(max = 30)))]
    pub back_fill_days: u32,
    /// So often the calls of the last days are listed, to find those of which nobody was told; 1 to 168.
    #[serde(default = "six")]
    #[cfg_attr(test, schemars(range(min = 1, max = 168)))]
    pub look_again_hours: u32,
    /// What is written of people.
    #[serde(default)]
    pub people: People,
}

/// What is written of people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum People {
    /// Their names and telephone numbers.
    #[default]
    Named,
    /// Their ids in the directory; of telephone numbers all but the last four digits.
    Ids,
}

/// Everything that is wrong with it.
pub(crate) fn problems(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: String| {
        problems.push(Problem::new("calls.invalid-config", message).at(field));
    };
    if config.name.trim().is_empty() || config.name.chars().count() > LONGEST_NAME {
        wrong("/name", format!("the name has 1 to {LONGEST_NAME} characters"));
    }
    if config.description.chars().count() > LONGEST_DESCRIPTION {
        wrong("/description", format!("the description has up to {LONGEST_DESCRIPTION} characters"));
    }
    if config.graph_url != GRAPH_URL {
        wrong("/graph_url", format!("the address of Graph is {GRAPH_URL}, and cannot be changed"));
    }
    if config.back_fill_days > KEPT_DAYS {
        wrong("/back_fill_days", format!("Graph keeps call records for {KEPT_DAYS} days"));
    }
    if !(1..=168).contains(&config.look_again_hours) {
        wrong("/look_again_hours", "calls are looked for again every 1 to 168 hours".to_owned());
    }
    problems
}

fn graph_url() -> String {
    GRAPH_URL.to_owned()
}

fn yes() -> bool {
    true
}

fn kept_days() -> u32 {
    KEPT_DAYS
}

/// The first version of a record comes within two and a half hours, and later ones while they like.
fn six() -> u32 {
    6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_enough_and_the_address_of_graph_is_fixed() {
        let config: Config = serde_json::from_str(r#"{"name":"Calls"}"#).unwrap();
        assert!(problems(&config).is_empty());
        assert!(config.require_global_administrator && config.devices);
        assert_eq!((config.back_fill_days, config.people), (30, People::Named));
        let other = Config { graph_url: "https://graph.example".into(), ..config.clone() };
        assert_eq!(problems(&other)[0].field.as_deref(), Some("/graph_url"));
        let wrong = Config { name: " ".into(), back_fill_days: 31, look_again_hours: 0, ..config };
        let fields: Vec<_> = problems(&wrong).into_iter().filter_map(|problem| problem.field).collect();
        assert_eq!(fields, ["/name", "/back_fill_days", "/look_again_hours"]);
    }

    #[test]
    fn what_nobody_reads_is_refused() {
        assert!(serde_json::from_str::<Config>(r#"{"name":"Calls","device":true}"#).is_err());
        assert!(serde_json::from_str::<Config>("{}").is_err());
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
