//! What the operator approved, and what follows from it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ConnectionName, GrantedLimits, Manifest, Origin, OriginPattern,
    manifest::{Capability, PermissionKind},
};

/// What the operator approved for one installation. The default grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Grant {
    /// Graph permissions: `ChannelMessage.Read.All`.
    pub graph: BTreeSet<String>,
    /// HTTP origins: `https://*.example.com`.
    #[schema(value_type = BTreeSet<String>)]
    pub http: BTreeSet<OriginPattern>,
    /// Connections beside `microsoft`.
    pub connections: BTreeSet<ConnectionName>,
    /// Whether it may act as the service user of a connection.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub service: bool,
    /// What a run and the installation may use, where that differs from the defaults.
    pub limits: GrantedLimits,
}

/// The rights of an installation: manifest ∩ grant. What is in neither or in one only is refused, so a
/// new version of a connector never gains a right by asking, nor an old one by being granted too much.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    capabilities: BTreeSet<Capability>,
    graph: BTreeSet<(PermissionKind, String)>,
    asked_graph: BTreeSet<(PermissionKind, String)>,
    http: Vec<HttpRight>,
    connections: BTreeSet<ConnectionName>,
    service: bool,
    tables: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct HttpRight {
    origin: OriginPattern,
    methods: BTreeSet<String>,
}

impl Rights {
    /// The rights that a manifest and a grant have in common.
    pub fn of(manifest: &Manifest, grant: &Grant) -> Self {
        let asked_graph: BTreeSet<_> =
            manifest.graph_permissions.iter().map(|p| (p.kind, p.name.clone())).collect();
        let graph = asked_graph.iter().filter(|(_, name)| grant.graph.contains(name)).cloned().collect();
        let http = manifest.http_origins.iter().flat_map(|asked| {
            let common = grant.http.iter().filter_map(|granted| {
                if granted.includes(&asked.origin) {
                    Some(&asked.origin)
                } else if asked.origin.includes(granted) {
                    Some(granted)
                } else {
                    None
                }
            });
            common.map(|origin| HttpRight {
                origin: origin.clone(),
                methods: asked.methods.iter().map(|m| m.to_ascii_uppercase()).collect(),
            })
        });
        let connections = manifest.connections.iter().map(|c| &c.name);
        Self {
            capabilities: manifest.capabilities.keys().copied().collect(),
            graph,
            asked_graph,
            http: http.collect(),
            connections: connections.filter(|c| grant.connections.contains(c)).cloned().collect(),
            service: grant.service,
            tables: manifest.datasets.iter().map(|table| table.name.clone()).collect(),
        }
    }

    /// Whether the capability was declared, or needs no declaration.
    pub fn capability(&self, capability: Capability) -> bool {
        capability.is_harmless() || self.capabilities.contains(&capability)
    }

    /// Whether the Graph permission is held in this kind.
    pub fn graph(&self, kind: PermissionKind, permission: &str) -> bool {
        self.graph.iter().any(|(k, p)| *k == kind && p == permission)
    }

    /// Whether the manifest asks for the Graph permission, so that granting it would help.
    pub fn asks_graph(&self, kind: PermissionKind, permission: &str) -> bool {
        self.asked_graph.iter().any(|(k, p)| *k == kind && p == permission)
    }

    /// Whether calls without a connection may go to this origin with this method.
    pub fn http(&self, origin: &Origin, method: &str) -> bool {
        self.http.iter().any(|right| right.origin.matches(origin) && right.methods.contains(method))
    }

    /// Whether the connection may be used.
    pub fn connection(&self, name: &ConnectionName) -> bool {
        self.connections.contains(name)
    }

    /// Whether the manifest names the table. No grant does: the rows are the installation's own.
    pub fn table(&self, name: &str) -> bool {
        self.tables.contains(name)
    }

    /// Whether calls may be made as the service user of a connection. No manifest asks for it: which calls these may
    /// be is said by delegated permissions and by connections.
    pub fn service(&self) -> bool {
        self.service
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest::parse(
            r#"
            capabilities = { http = "sends" }
            [connector]
            id = "t"
            version = "1.0.0"
            name = "T"
            vendor = "T"
            licence = "MIT"
            description = "T"
            minimum_host = "0.1.0"
            [[graph_permissions]]
            name = "User.Read.All"
            kind = "application"
            reason = "names"
            [[http_origins]]
            origin = "https://*.example.com"
            methods = ["get"]
            reason = "sends"
            [[connections]]
            name = "crm"
            provider = "salesforce"
            reason = "records"
            "#,
        )
        .unwrap()
    }

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    #[test]
    fn refuses_everything_without_a_grant() {
        let rights = Rights::of(&manifest(), &Grant::default());
        assert!(!rights.http(&origin("https://a.example.com"), "GET"));
        assert!(!rights.graph(PermissionKind::Application, "User.Read.All"));
        assert!(!rights.connection(&"crm".parse().unwrap()));
        assert!(!rights.capability(Capability::Storage));
        assert!(!rights.service());
    }

    #[test]
    fn refuses_what_is_granted_but_was_not_asked_for() {
        let grant: Grant = toml::from_str(
            r#"graph = ["Mail.Read", "User.Read.All"]
            http = ["https://a.example.com", "https://other.org"]
            connections = ["crm", "vault"]"#,
        )
        .unwrap();
        let rights = Rights::of(&manifest(), &grant);
        assert!(!rights.graph(PermissionKind::Application, "Mail.Read"));
        assert!(!rights.graph(PermissionKind::Delegated, "User.Read.All"));
        assert!(!rights.http(&origin("https://other.org"), "GET"));
        assert!(!rights.http(&origin("https://b.example.com"), "GET"));
        assert!(!rights.http(&origin("https://a.example.com"), "POST"));
        assert!(!rights.connection(&"vault".parse().unwrap()));

        assert!(rights.graph(PermissionKind::Application, "User.Read.All"));
        assert!(rights.http(&origin("https://a.example.com"), "GET"));
        assert!(rights.connection(&"crm".parse().unwrap()));
    }
}
