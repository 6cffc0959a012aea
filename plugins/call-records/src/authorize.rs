//! `authorize`: a Global Administrator lets the collection begin. The person must have signed in, so that it is they
//! who ask; the directory says at that moment which roles they have.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tieline_sdk::{Actor, Failure, Identity, Problem, clock, graph, path, storage};

use crate::config::Config;
use crate::plan::AUTHORIZED;

pub(crate) const ACTION: &str = "authorize";
/// The template of the role Global Administrator, the same in every directory.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
/// People are in this many groups and roles at most (a page holds a hundred).
const PAGES: usize = 50;

/// Who authorised it, and when.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Authorized {
    pub(crate) by: String,
    pub(crate) object_id: String,
    pub(crate) at: u64,
}

/// A group, role or unit that somebody is in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    #[serde(rename = "@odata.type", default)]
    kind: String,
    /// Without it the app may not read roles.
    #[serde(default)]
    role_template_id: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Role {
    Has,
    HasNot,
    Unreadable,
}

/// Who authorised the collection, if anybody did.
pub(crate) fn authorized() -> Result<Option<Authorized>, Failure> {
    storage::get_json(AUTHORIZED)
}

/// Begins the collection for a Global Administrator, and for nobody else.
pub(crate) fn authorize(config: &Config, actor: &Actor) -> Result<Value, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Me {
        id: String,
        display_name: Option<String>,
    }
    if let Some(before) = authorized()? {
        return Ok(json!({ "authorized": true, "by": before.by, "began": false }));
    }
    // Their own token proves that they signed in.
    let me: Me = graph::get("/me").select(&["id", "displayName"]).identity(Identity::Actor).fetch()?;
    if !me.id.eq_ignore_ascii_case(&actor.object_id) {
        return Err(Problem::new("calls.another-person", "whoever signed in is not the person who asks"));
    }
    let at = path(["users", &me.id, "transitiveMemberOf"]);
    let memberships: Result<Vec<Membership>, Failure> = graph::get(at).all(PAGES);
    match role(&memberships?) {
        Role::Has => {}
        Role::HasNot => return Err(not_global_administrator()),
        Role::Unreadable => return Err(unreadable()),
    }
    let by = me.display_name.unwrap_or_else(|| actor.display_name.clone());
    let authorized = Authorized { by: by.clone(), object_id: me.id, at: clock::now() };
    storage::put_json(AUTHORIZED, &authorized, None)?;
    Ok(json!({ "authorized": true, "by": by, "began": config.require_global_administrator }))
}

fn role(memberships: &[Membership]) -> Role {
    let is_role = |one: &&Membership| one.kind.eq_ignore_ascii_case("#microsoft.graph.directoryRole");
    let roles = || memberships.iter().filter(is_role);
    let is_the_one = |id: &str| id.eq_ignore_ascii_case(GLOBAL_ADMINISTRATOR);
    if roles().any(|one| one.role_template_id.as_deref().is_some_and(is_the_one)) {
        Role::Has
    } else if roles().any(|one| one.role_template_id.is_none()) {
        Role::Unreadable
    } else {
        Role::HasNot
    }
}

pub(crate) fn not_global_administrator() -> Problem {
    Problem::new(
        "calls.not-global-administrator",
        "only a Global Administrator can authorise the collection of calls",
    )
    .remedy("ask a Global Administrator of your directory to sign in and to authorise it")
}

fn unreadable() -> Problem {
    Problem::new("calls.role-unreadable", "the directory says that the person has a role, and not which")
        .remedy(
            "grant RoleManagement.Read.Directory to the app registration, or set require_global_administrator = false \
             once you have seen for yourself who consents",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_role_itself_counts() {
        let of = |json: &str| role(&serde_json::from_str::<Vec<Membership>>(json).unwrap());
        let (role, group) = ("#microsoft.graph.directoryRole", "#microsoft.graph.group");
        let id = GLOBAL_ADMINISTRATOR;
        assert_eq!(of(&format!(r#"[{{"@odata.type":"{role}","roleTemplateId":"{id}"}}]"#)), Role::Has);
        assert_eq!(of(&format!(r#"[{{"@odata.type":"{group}","roleTemplateId":"{id}"}}]"#)), Role::HasNot);
        let other = format!(r#"{{"@odata.type":"{role}","roleTemplateId":"69091246"}}"#);
        assert_eq!(of(&format!("[{other}]")), Role::HasNot);
        let veiled = format!(r#"[{other},{{"@odata.type":"{role}","roleTemplateId":null}}]"#);
        assert_eq!(of(&veiled), Role::Unreadable);
    }
}
