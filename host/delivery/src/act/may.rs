//! Who may ask for an action, and in which words. Pure.

use tieline_types::{Actor, Problem, manifest::Action};

/// The longest kind of a record, id of a record and idempotency key, in bytes.
const KIND: usize = 200;
const ID: usize = 1_024;
const KEY: usize = 255;

/// Why somebody may not ask for an action; none: they may.
pub(crate) fn refusal(action: &Action, actor: &Actor) -> Option<Problem> {
    let may = |role: &tieline_types::Role| actor.roles.iter().any(|own| own == role.as_str());
    if action.roles.is_empty() || action.roles.iter().any(may) {
        return None;
    }
    let named: Vec<_> = action.roles.iter().map(ToString::to_string).collect();
    let message = format!(
        "`{}` is for the roles {}; {} has {}.",
        action.name,
        named.join(", "),
        actor.display_name,
        actor.roles.join(", ")
    );
    let remedy = "Have somebody with such a role ask for it, or be assigned that app role of Tieline's app in Entra ID \
                  and sign in again.";
    Some(Problem::new("action.not-allowed", message).remedy(remedy))
}

/// What is wrong with the record that somebody named.
pub(crate) fn record_faults((kind, id): &(String, String)) -> Option<Problem> {
    let fits = |text: &str, most| (1..=most).contains(&text.len()) && !text.contains(char::is_control);
    let message = "A record has a kind of 1 to 200 bytes and an id of 1 to 1024 bytes, in plain text.";
    (!fits(kind, KIND) || !fits(id, ID)).then(|| Problem::new("record.invalid", message).at("/record"))
}

/// What is wrong with an idempotency key.
pub(crate) fn key_faults(key: &str) -> Option<Problem> {
    let message = format!("An idempotency key has 1 to {KEY} bytes.");
    (!(1..=KEY).contains(&key.len()))
        .then(|| Problem::new("action.key-invalid", message).at("/idempotency_key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::Role;

    fn action(roles: &[Role]) -> Action {
        Action {
            name: "connect".into(),
            title: "Connect".into(),
            description: "Connects.".into(),
            input: serde_json::json!({}),
            output: None,
            idempotent: false,
            roles: roles.into(),
            at_removal: false,
        }
    }

    fn somebody(roles: &[&str]) -> Actor {
        Actor {
            directory_id: "d".into(),
            object_id: "o".into(),
            display_name: "Ada".into(),
            roles: roles.iter().map(|role| (*role).into()).collect(),
        }
    }

    #[test]
    fn one_of_the_roles_is_enough_and_without_any_named_everybody_may() {
        assert_eq!(refusal(&action(&[]), &somebody(&[])), None);
        let agents = action(&[Role::Agent, Role::TenantAdmin]);
        assert_eq!(refusal(&agents, &somebody(&["viewer", "agent"])), None);
        for roles in [&[][..], &["viewer"], &["operator"], &["Agent"]] {
            let problem = refusal(&agents, &somebody(roles)).unwrap();
            assert_eq!(problem.code, "action.not-allowed");
            assert!(problem.message.contains("agent, tenant-admin"), "{problem}");
        }
    }

    #[test]
    fn words_that_name_nothing_are_refused() {
        let record = |kind: &str, id: &str| record_faults(&(kind.into(), id.into()));
        assert_eq!(record("incident", "1"), None);
        for (kind, id) in [("", "1"), ("incident", ""), ("a\nb", "1"), ("incident", &"1".repeat(1_025))] {
            assert!(record(kind, id).is_some());
        }
        assert!(key_faults("").is_some() && key_faults(&"k".repeat(256)).is_some());
        assert_eq!(key_faults("k"), None);
    }
}
