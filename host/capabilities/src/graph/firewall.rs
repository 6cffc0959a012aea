//! The permission firewall. All connectors of a tenant may share one app registration, whose token can do
//! everything that was consented to; so each call is judged by the permissions of its own installation.
//!
//! It judges calls, not properties: of two permissions that both allow a call, Graph may show more to the greater.

use http::Method;
use tieline_egress::Denial;
use tieline_types::{Rights, manifest::PermissionKind};

use super::{
    expand::{Expanded, expanded},
    path::GraphPath,
    table::{self, Found, Node},
};

/// One call, or a part that its query wants along with it, and the permissions of which each alone allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    /// `GET /users/1`, or `GET /users/1 with manager`.
    pub(crate) call: String,
    /// Least first; none when nothing allows it.
    pub(crate) permissions: &'static [String],
}

/// Whether the rights cover a Graph call. A denial names the least permission that would: of those that the
/// manifest asks for, since no other could be granted; else of all, for the connector's author.
pub(super) fn judge(
    method: &Method,
    path: &GraphPath,
    kind: PermissionKind,
    rights: &Rights,
) -> Result<(), Denial> {
    let may = |permissions: &[String]| permissions.iter().any(|permission| rights.graph(kind, permission));
    let found = table::find(method, path.version(), path.segments());
    let permissions = found.map_or(&[][..], |found| found.permissions(kind));
    // Nearly all calls end here.
    if may(permissions) && expanded(path.query()).is_ok_and(|parts| parts.is_empty()) {
        return Ok(());
    }
    match needs(method, path, kind).into_iter().find(|need| !may(need.permissions)) {
        Some(need) => Err(denial(need, kind, rights)),
        None => Ok(()),
    }
}

/// All that a call needs: each of these.
pub(crate) fn needs(method: &Method, path: &GraphPath, kind: PermissionKind) -> Vec<Need> {
    let call = format!("{method} /{}", path.words());
    let found = table::find(method, path.version(), path.segments());
    let permissions = found.map_or(&[][..], |found| found.permissions(kind));
    let mut needs = vec![Need { call: call.clone(), permissions }];
    match (found, expanded(path.query())) {
        (Some(found), Ok(parts)) => parts_of(found.node, &parts, path, kind, &call, &mut needs),
        (None, Ok(_)) => {}
        (_, Err(unreadable)) => {
            let call = format!("{call} with {}", unreadable.escape_debug());
            needs.push(Need { call, permissions: &[] });
        }
    }
    needs
}

fn parts_of(
    node: &'static Node,
    parts: &[Expanded],
    path: &GraphPath,
    kind: PermissionKind,
    call: &str,
    needs: &mut Vec<Need>,
) {
    for part in parts {
        let found = node.part(&part.name, path.version());
        let call = format!("{call} with {}", part.name);
        let permissions = found.map_or(&[][..], |(_, rule)| rule.permissions(kind));
        needs.push(Need { call: call.clone(), permissions });
        if let Some((node, _)) = found {
            parts_of(node, &part.parts, path, kind, &call, needs);
        }
    }
}

impl Found {
    fn permissions(&self, kind: PermissionKind) -> &'static [String] {
        match kind {
            PermissionKind::Application if self.own => &[],
            kind => self.rule.permissions(kind),
        }
    }
}

fn denial(need: Need, kind: PermissionKind, rights: &Rights) -> Denial {
    let asked = need.permissions.iter().find(|permission| rights.asks_graph(kind, permission));
    let words = match kind {
        PermissionKind::Application => "application",
        PermissionKind::Delegated => "delegated",
    };
    let mine = need
        .call
        .contains(" /subscriptions")
        .then_some("; subscriptions are the host's, and `plan` asks for them");
    Denial {
        asked: format!("Graph {} with {words} permissions{}", need.call, mine.unwrap_or_default()),
        allow_with: match (asked, need.permissions.first()) {
            (Some(permission), _) => Some(format!("graph = [\"{permission}\"]")),
            (None, Some(least)) => {
                Some(format!("[[graph_permissions]] name = \"{least}\" in connector.toml"))
            }
            (None, None) => None,
        },
    }
}

/// The permissions that allow a call and that the installation holds, least first. Asked when Graph refused it.
pub(super) fn allowing(
    method: &Method,
    path: &GraphPath,
    kind: PermissionKind,
    rights: &Rights,
) -> Vec<String> {
    let permissions =
        table::find(method, path.version(), path.segments()).map(|found| found.permissions(kind));
    let held = permissions.unwrap_or_default().iter().filter(|name| rights.graph(kind, name));
    held.cloned().collect()
}
