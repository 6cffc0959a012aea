//! Whether chats are on here and for this person at all. Pure.

use tieline_sdk::{Actor, Problem};

use super::{Config, Settings};

/// A record type as a caller names it, with the app in which they are, if they say it: `incident@Customer Service Hub`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Logical name of the table.
    pub table: &'a str,
    /// The app.
    pub app: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// Reads a kind of record.
    pub fn read(kind: &'a str) -> Self {
        match kind.split_once('@') {
            Some((table, app)) => Self { table, app: Some(app) },
            None => Self { table: kind, app: None },
        }
    }
}

/// The settings that hold, or why there are none.
///
/// # Errors
/// `dynamics.off`, `dynamics.off-in-app`, `dynamics.off-for-person`, `dynamics.record-type-off`, each with who can
/// change it.
pub fn pass<'a>(config: &'a Config, asked: Asked<'a>, actor: &Actor) -> Result<Settings<'a>, Problem> {
    let refused = |code: &str, message: String, remedy: &str| Err(Problem::new(code, message).remedy(remedy));
    if !config.enabled {
        let remedy = "an administrator can set `enabled` in this connector's settings";
        return refused("dynamics.off", "Teams chats are turned off".into(), remedy);
    }
    if let Some(app) = asked.app.filter(|app| !config.apps.are_on_in(app)) {
        let remedy = "an administrator can add the app to `apps.selected`, or turn on `apps.all`";
        return refused("dynamics.off-in-app", format!("Teams chats are not on in the app {app}"), remedy);
    }
    if let (false, profile) = config.profiles.of(actor) {
        let message = match profile {
            Some(name) => format!("Teams chats are not on in your profile {name}"),
            None => {
                "Teams chats are not on in the default profile, and no other profile names you".to_owned()
            }
        };
        return refused(
            "dynamics.off-for-person",
            message,
            "an administrator can assign you to another profile",
        );
    }
    match config.settings(asked.table) {
        Some(settings) => Ok(settings),
        None => {
            let remedy = "an administrator can add the record type to `record_types`";
            let message = format!("chats cannot be connected to records of the type {}", asked.table);
            refused("dynamics.record-type-off", message, remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gate_says_which_it_is() {
        let actor = Actor {
            directory_id: "t".into(),
            object_id: "p".into(),
            display_name: "P".into(),
            roles: vec![],
        };
        let cases = [
            ("", "incident", None),
            ("", "incident@Customer Service Hub", None),
            ("", "incident@Sales Hub", Some("dynamics.off-in-app")),
            (r#","apps":{"all":true}"#, "incident@Sales Hub", None),
            ("", "opportunity", Some("dynamics.record-type-off")),
            (r#","enabled":false"#, "incident", Some("dynamics.off")),
            (r#","profiles":{"default":false}"#, "incident", Some("dynamics.off-for-person")),
            (
                r#","profiles":{"default":false,"custom":[{"name":"x","on":true,"users":["P"]}]}"#,
                "incident",
                None,
            ),
        ];
        for (more, kind, refused) in cases {
            let json = format!(r#"{{"organization_url":"https://c.crm.dynamics.com"{more}}}"#);
            let config: Config = serde_json::from_str(&json).unwrap();
            let passed = pass(&config, Asked::read(kind), &actor);
            let code = passed.err().map(|problem| problem.code);
            assert_eq!(code.as_deref(), refused, "{more} {kind}");
        }
    }
}
