//! The permission firewall. All connectors of a tenant may share one app registration, whose token can do
//! everything that was consented to; so each call is judged by the permissions of its own installation.

use std::sync::LazyLock;

use http::Method;
use serde::Deserialize;
use tieline_egress::Denial;
use tieline_types::{Rights, manifest::PermissionKind};

use super::path::GraphPath;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("permissions.toml"))
        .expect("the table is compiled in, and a test reads it");
    table.rule.into_iter().map(Rule::from).collect()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    methods: Vec<String>,
    paths: Vec<String>,
    application: Vec<String>,
    delegated: Vec<String>,
}

struct Rule {
    methods: Vec<String>,
    paths: Vec<Vec<String>>,
    application: Vec<String>,
    delegated: Vec<String>,
}

impl From<Written> for Rule {
    fn from(written: Written) -> Self {
        let paths = written.paths.iter().map(|p| p.split('/').map(str::to_owned).collect()).collect();
        Self {
            methods: written.methods,
            paths,
            application: written.application,
            delegated: written.delegated,
        }
    }
}

impl Rule {
    fn covers(&self, method: &Method, segments: &[String]) -> bool {
        self.methods.iter().any(|m| m == method.as_str())
            && self.paths.iter().any(|path| matches(path, segments))
    }

    fn permissions(&self, kind: PermissionKind) -> &[String] {
        match kind {
            PermissionKind::Application => &self.application,
            PermissionKind::Delegated => &self.delegated,
        }
    }
}

/// Graph reads names of segments without regard to case; ids stand where the pattern has `*`. A literal
/// pattern wins over `*`, so `messages/delta` is never taken for a message's id.
fn matches(pattern: &[String], segments: &[String]) -> bool {
    pattern.len() == segments.len()
        && pattern.iter().zip(segments).all(|(p, s)| p == "*" || p.eq_ignore_ascii_case(s))
}

/// Whether the rights cover a Graph call. A denial names the least permission that would: of those that the
/// manifest asks for, since no other could be granted; else of all, for the connector's author.
pub(super) fn judge(
    method: &Method,
    path: &GraphPath,
    kind: PermissionKind,
    rights: &Rights,
) -> Result<(), Denial> {
    let covering = RULES.iter().filter(|rule| rule.covers(method, path.segments()));
    let sufficient: Vec<&str> =
        covering.flat_map(|rule| rule.permissions(kind)).map(String::as_str).collect();
    if sufficient.iter().any(|permission| rights.graph(kind, permission)) {
        return Ok(());
    }
    let asked = sufficient.iter().find(|permission| rights.asks_graph(kind, permission));
    let words = match kind {
        PermissionKind::Application => "application",
        PermissionKind::Delegated => "delegated",
    };
    Err(Denial {
        asked: format!("Graph {method} /{} with {words} permissions", path.segments().join("/")),
        allow_with: match (asked, sufficient.first()) {
            (Some(permission), _) => Some(format!("graph = [\"{permission}\"]")),
            (None, Some(least)) => {
                Some(format!("[[graph_permissions]] name = \"{least}\" in connector.toml"))
            }
            (None, None) => None,
        },
    })
}

/// The permissions that allow a call and that the installation holds, least first. Asked when Graph refused it.
pub(super) fn allowing(
    method: &Method,
    path: &GraphPath,
    kind: PermissionKind,
    rights: &Rights,
) -> Vec<String> {
    let covering = RULES.iter().filter(|rule| rule.covers(method, path.segments()));
    let held = covering.flat_map(|rule| rule.permissions(kind)).filter(|name| rights.graph(kind, name));
    held.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tieline_types::{Grant, Manifest};

    fn manifest(permission: &str) -> Manifest {
        Manifest::parse(&format!(
            "connector = {{ id = \"t\", version = \"1.0.0\", name = \"T\", vendor = \"T\", licence = \"MIT\", \
             description = \"T\", minimum_host = \"0.1.0\" }}\n\
             [[graph_permissions]]\nname = \"{permission}\"\nkind = \"application\"\nreason = \"r\"\n"
        ))
        .unwrap()
    }

    fn rights(permission: &str) -> Rights {
        let grant = Grant { graph: [permission.to_owned()].into(), ..Grant::default() };
        Rights::of(&manifest(permission), &grant)
    }

    fn judged(rights: &Rights, method: Method, path: &str) -> Result<(), Denial> {
        let path = GraphPath::parse(path, "v1.0").unwrap();
        judge(&method, &path, PermissionKind::Application, rights)
    }

    #[test]
    fn refuses_a_mailbox_to_a_connector_that_reads_channels() {
        let rights = rights("ChannelMessage.Read.All");
        let denial = judged(&rights, Method::GET, "/users/1/messages").unwrap_err();
        assert_eq!(denial.allow_with, None);
        let denial = judged(&rights, Method::GET, "/users/1").unwrap_err();
        assert_eq!(
            denial.allow_with.unwrap(),
            "[[graph_permissions]] name = \"User.ReadBasic.All\" in connector.toml"
        );
        assert!(judged(&rights, Method::DELETE, "/teams/1/channels/2/messages/3").is_err());
        assert!(judged(&rights, Method::GET, "/teams/1/channels/2/messages/3").is_ok());
    }

    #[test]
    fn names_the_permission_that_the_manifest_asks_for() {
        let manifest = manifest("User.Read.All");
        let ungranted = Rights::of(&manifest, &Grant::default());
        let denial = judged(&ungranted, Method::GET, "/users/1").unwrap_err();
        assert_eq!(denial.allow_with.unwrap(), "graph = [\"User.Read.All\"]");
    }

    #[test]
    fn an_application_permission_does_not_act_for_a_person() {
        let path = GraphPath::parse("/users/1", "v1.0").unwrap();
        let rights = rights("User.Read.All");
        assert!(judge(&Method::GET, &path, PermissionKind::Delegated, &rights).is_err());
    }

    proptest! {
        #[test]
        fn without_rights_nothing_passes(path in "(/[a-z]{1,8}){1,6}", method in "GET|POST|PATCH|DELETE") {
            let method: Method = method.parse().unwrap();
            prop_assert!(judged(&Rights::default(), method, &path).is_err());
        }

        #[test]
        fn a_longer_or_shorter_path_is_another_call(extra in "[a-z]{1,8}") {
            let rights = rights("ChannelMessage.Read.All");
            let path = format!("/teams/1/channels/2/messages/3/{extra}");
            prop_assert_eq!(judged(&rights, Method::GET, &path).is_ok(), extra == "replies");
        }
    }
}
