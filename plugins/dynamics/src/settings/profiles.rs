//! For whom chats are on: by agent experience profile, or by person.

use serde::Deserialize;
use tieline_sdk::Actor;

/// The default profile, and custom ones for the people who are assigned to them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// Whether chats are on for everybody whom no profile below names.
    #[serde(default = "yes", rename = "default")]
    pub default_on: bool,
    /// Custom profiles. The first that names a person decides.
    #[serde(default)]
    pub custom: Vec<Profile>,
}

/// A profile and the people in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What administrators call it.
    pub name: String,
    /// Whether chats are on for the people in it.
    pub on: bool,
    /// Entra object ids of people.
    #[serde(default)]
    pub users: Vec<String>,
    /// Roles of the app registration, whose holders are in it.
    #[serde(default)]
    pub roles: Vec<String>,
}

impl Default for Profiles {
    fn default() -> Self {
        Self { default_on: true, custom: vec![] }
    }
}

impl Profiles {
    /// Whether chats are on for a person, and the profile that says so, if it is not the default one.
    pub fn of(&self, actor: &Actor) -> (bool, Option<&str>) {
        match self.custom.iter().find(|profile| profile.holds(actor)) {
            Some(profile) => (profile.on, Some(&profile.name)),
            None => (self.default_on, None),
        }
    }
}

impl Profile {
    fn holds(&self, actor: &Actor) -> bool {
        self.users.iter().any(|user| user.eq_ignore_ascii_case(&actor.object_id))
            || self.roles.iter().any(|role| actor.roles.contains(role))
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_profile_that_names_a_person_decides() {
        let profiles: Profiles = serde_json::from_str(
            r#"{"default":false,"custom":[
                {"name":"pilot","on":true,"users":["AAAA"]},
                {"name":"trainees","on":false,"users":["aaaa","bbbb"]},
                {"name":"leads","on":true,"roles":["Lead"]}]}"#,
        )
        .unwrap();
        let of = |id: &str, roles: &[&str]| {
            let actor = Actor {
                directory_id: "t".into(),
                object_id: id.into(),
                display_name: "N".into(),
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            };
            let (on, name) = profiles.of(&actor);
            (on, name.map(str::to_owned))
        };
        assert_eq!(of("aaaa", &[]), (true, Some("pilot".into())));
        assert_eq!(of("bbbb", &["Lead"]), (false, Some("trainees".into())));
        assert_eq!(of("cccc", &["Lead"]), (true, Some("leads".into())));
        assert_eq!(of("cccc", &[]), (false, None));
    }
}
