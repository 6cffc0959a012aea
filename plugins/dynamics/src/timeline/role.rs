//! Who may turn the synchronisation on: global administrators, as their directory says at that moment.

use serde::Deserialize;
use tieline_sdk::{Actor, Failure, Problem, graph, path};

/// The template of the role Global Administrator, the same in every directory.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
/// People are in this many groups and roles at most (a page holds a hundred).
const PAGES: usize = 50;

/// A group, role or unit that somebody is in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    #[serde(rename = "@odata.type", default)]
    kind: String,
    #[serde(default)]
    role_template_id: Option<String>,
}

/// Lets nobody else through.
pub(super) fn global_administrator(actor: &Actor) -> Result<(), Problem> {
    let at = path(["users", &actor.object_id, "transitiveMemberOf"]);
    let memberships: Result<Vec<Membership>, Failure> = graph::get(at).all(PAGES);
    if memberships?.iter().any(Membership::is_the_role) {
        return Ok(());
    }
    Err(Problem::new(
        "dynamics.not-global-administrator",
        "only a global administrator can turn this on or off",
    )
    .remedy("ask a global administrator of your directory"))
}

impl Membership {
    fn is_the_role(&self) -> bool {
        self.kind.eq_ignore_ascii_case("#microsoft.graph.directoryRole")
            && self
                .role_template_id
                .as_deref()
                .is_some_and(|id| id.eq_ignore_ascii_case(GLOBAL_ADMINISTRATOR))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_role_itself_counts() {
        let of = |json: &str| serde_json::from_str::<Membership>(json).unwrap().is_the_role();
        let id = GLOBAL_ADMINISTRATOR;
        assert!(of(&format!(
            r##"{{"@odata.type":"#microsoft.graph.directoryRole","roleTemplateId":"{id}"}}"##
        )));
        assert!(!of(&format!(r##"{{"@odata.type":"#microsoft.graph.group","roleTemplateId":"{id}"}}"##)));
        assert!(!of(
            r##"{"@odata.type":"#microsoft.graph.directoryRole","displayName":"Global Administrator"}"##
        ));
    }
}
