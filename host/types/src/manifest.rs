//! What a connector says of itself: `connector.toml`, embedded in the package by `tieline build`.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ConnectionName, ConnectorId, OriginPattern, Role};

/// The custom section of a package that holds `connector.toml`, verbatim.
pub const MANIFEST_SECTION: &str = "tieline:connector.toml";
/// The custom section of a package that holds the configuration's JSON Schema.
pub const CONFIG_SCHEMA_SECTION: &str = "tieline:config.schema.json";

/// A manifest. Unknown fields are refused: a right that nobody reads would be a right that nobody sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Who it is.
    pub connector: Identity,
    /// Capability → why the connector needs it, as shown to the operator.
    #[serde(default)]
    pub capabilities: BTreeMap<Capability, String>,
    /// Graph permissions it needs.
    #[serde(default)]
    pub graph_permissions: Vec<GraphPermission>,
    /// HTTP origins it needs beside its connections.
    #[serde(default)]
    pub http_origins: Vec<HttpOrigin>,
    /// Connections it needs beside `microsoft`.
    #[serde(default)]
    pub connections: Vec<NeededConnection>,
    /// What people may ask of it.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// Tables that it keeps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<Dataset>,
}

/// Identity of a connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectorIdentity)]
pub struct Identity {
    /// Unique name.
    pub id: ConnectorId,
    /// Version of the connector, by semantic versioning.
    pub version: String,
    /// Display name.
    pub name: String,
    /// Who ships it.
    pub vendor: String,
    /// SPDX expression.
    pub licence: String,
    /// One sentence.
    pub description: String,
    /// Where to read more.
    #[serde(default)]
    pub homepage: Option<String>,
    /// The oldest host version that it runs on.
    pub minimum_host: String,
    /// File with the configuration's JSON Schema, beside the manifest; embedded by `tieline build`.
    #[serde(default)]
    pub config_schema: Option<String>,
}

/// The capabilities of the contract: one for each import of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Capability {
    Graph,
    Http,
    Storage,
    Events,
    Schedule,
    Activity,
    Dataset,
    Alert,
    Log,
    Clock,
    Random,
}

impl Capability {
    /// Every capability, with the name of its interface.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Graph, "graph"),
        (Self::Http, "http"),
        (Self::Storage, "storage"),
        (Self::Events, "events"),
        (Self::Schedule, "schedule"),
        (Self::Activity, "activity"),
        (Self::Dataset, "dataset"),
        (Self::Alert, "alert"),
        (Self::Log, "log"),
        (Self::Clock, "clock"),
        (Self::Random, "random"),
    ];

    /// Capabilities that give nothing away and need no reason: a connector may import them undeclared.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::Log | Self::Clock | Self::Random)
    }

    /// The interface's name in the contract.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(c, _)| *c == self).map_or("", |(_, name)| name)
    }

    /// The capability with this interface name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(c, _)| *c)
    }
}

/// Whose permission it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PermissionKind {
    /// The app's own, by admin consent (`roles` of the token).
    Application,
    /// A signed-in person's (`scp` of the token).
    Delegated,
}

/// A Graph permission that the connector needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GraphPermission {
    /// `ChannelMessage.Read.All`
    pub name: String,
    /// Application or delegated.
    pub kind: PermissionKind,
    /// Shown to the operator.
    pub reason: String,
}

/// An HTTP origin that the connector needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpOrigin {
    /// `https://*.example.com`
    #[schema(value_type = String)]
    pub origin: OriginPattern,
    /// `GET`, `POST`, …
    pub methods: Vec<String>,
    /// Shown to the operator.
    pub reason: String,
}

/// A connection that the connector needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeededConnection {
    /// The name the guest uses.
    pub name: ConnectionName,
    /// Provider: `salesforce`, `dataverse`, …
    pub provider: String,
    /// OAuth scopes.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Shown to the operator.
    pub reason: String,
}

/// A table that the connector keeps. Its columns are in the connector's plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NeededDataset)]
pub struct Dataset {
    /// `calls`
    pub name: String,
    /// Shown to the operator: what is in it, and what for.
    pub reason: String,
}

/// Something a person or an API client may ask of the connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// `log-message`
    pub name: String,
    /// Label of the button.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// JSON Schema of the input.
    pub input: serde_json::Value,
    /// JSON Schema of the output.
    #[serde(default)]
    pub output: Option<serde_json::Value>,
    /// Whether asking twice does it once, even without an idempotency key.
    #[serde(default)]
    pub idempotent: bool,
    /// Who may ask for it; everybody when none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Whether the host asks for it, without input, before it removes an installation: to end what would otherwise be left
    /// standing upstream. It asks again as long as the answer says `"more": true`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_removal: bool,
}

/// In words for an operator: `Graph ChannelMessage.Read.All as the app`.
impl fmt::Display for GraphPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self.kind {
            PermissionKind::Application => "as the app",
            PermissionKind::Delegated => "as a signed-in person",
        };
        write!(f, "Graph {} {whose}", self.name)
    }
}

impl HttpOrigin {
    /// In words for an operator: `GET, POST https://*.example.com`, for this origin or a part of it.
    pub fn words(&self, origin: &OriginPattern) -> String {
        format!("{} {origin}", self.methods.join(", "))
    }
}

/// In words for an operator: `connection salesforce (salesforce)`.
impl fmt::Display for NeededConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connection {} ({})", self.name, self.provider)
    }
}

/// In words for an operator: `table calls`.
impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {}", self.name)
    }
}

impl Manifest {
    /// Reads `connector.toml`.
    ///
    /// # Errors
    /// When it is not TOML of this shape; the error names the line and field.
    pub fn parse(toml: &str) -> Result<Self, InvalidManifest> {
        Ok(toml::from_str(toml)?)
    }

    /// The action with this name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

/// `connector.toml` cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("reading the manifest failed")]
pub struct InvalidManifest(#[from] toml::de::Error);

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [connector]
        id = "echo"
        version = "1.0.0"
        name = "Echo"
        vendor = "Tieline"
        licence = "MIT"
        description = "Says it again."
        minimum_host = "0.1.0"
        [capabilities]
        storage = "remembers what it heard"
    "#;

    #[test]
    fn reads_a_manifest_and_refuses_what_it_does_not_know() {
        let manifest = Manifest::parse(SMALL).unwrap();
        assert_eq!(manifest.capabilities[&Capability::Storage], "remembers what it heard");
        assert!(Manifest::parse(&SMALL.replace("storage =", "filesystem =")).is_err());
        assert!(Manifest::parse(&format!("{SMALL}\n[powers]\nroot = true")).is_err());
    }
}
