//! Roles of people in their directory, as it says at that moment.
//!
//! <https://learn.microsoft.com/graph/api/user-list-transitivememberof>

use serde::Deserialize;

use super::get;
use crate::{Failure, path};

/// The template of the role Global Administrator, the same in every directory.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
/// People are in this many groups and roles at most (a page holds a hundred).
const PAGES: usize = 50;

/// Whether somebody has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// They have it.
    Has,
    /// They do not.
    HasNot,
    /// They have some role, and the app may not read which: it lacks `RoleManagement.Read.Directory`.
    Unreadable,
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

/// Whether the user with this object id is a Global Administrator, also by a group.
///
/// # Errors
/// When the memberships cannot be read.
pub fn global_administrator(user: &str) -> Result<Role, Failure> {
    let memberships: Vec<Membership> = get(path(["users", user, "transitiveMemberOf"])).all(PAGES)?;
    Ok(role(&memberships))
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
        let named = format!(r#"[{{"@odata.type":"{role}","displayName":"Global Administrator"}}]"#);
        assert_ne!(of(&named), Role::Has);
    }
}
