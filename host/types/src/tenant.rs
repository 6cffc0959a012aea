//! A tenant, its connections and its installations, as an operator writes them.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AlertReceiver, ConnectionName, ConnectorId, Digest, FrameAncestors, Grant, InstallationId, TenantId,
    secret::{GivenSecret, SetSecret},
    watchdog::Watchdog,
};

pub use crate::connection::{Connection, Licensing, SecretRef};

/// A tenant document. `S` is how a secret is given and `P` how a package is: in a file both are references
/// ([`TenantFile`]); to the API both are resolved ([`TenantDocument`]), since the host reads no file and no
/// environment on behalf of a caller.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Deserialize<'de>, P: Deserialize<'de>"))]
pub struct Document<S, P> {
    /// The tenant itself.
    pub tenant: Tenant<S>,
    /// Its connections by name. The one named `microsoft` serves the `graph` capability.
    #[serde(default = "BTreeMap::new")]
    pub connections: BTreeMap<ConnectionName, Connection<S>>,
    /// Its installations.
    #[serde(default = "Vec::new")]
    pub installations: Vec<Installation<P>>,
}

/// As an operator writes it: secrets and packages by reference.
pub type TenantFile = Document<SecretRef, PathBuf>;
/// As the API takes it: secrets as they are, packages by digest, uploaded before.
pub type TenantDocument = Document<GivenSecret, Digest>;
/// As the API shows it: what it takes, but for the secrets.
pub type ShownDocument = Document<SetSecret, Digest>;

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Deserialize<'de>"))]
pub struct Tenant<S> {
    /// Unique name.
    pub id: TenantId,
    /// For people.
    pub name: String,
    /// What it may use of the host.
    #[serde(default, skip_serializing_if = "Quotas::is_default")]
    pub quotas: Quotas,
    /// Where its people see the panel beside their records.
    #[serde(default, skip_serializing_if = "Panel::is_default")]
    pub panel: Panel,
    /// Who is told of its alerts, and of nobody else's.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub alert_receivers: Vec<AlertReceiver<S>>,
}

impl<S> Tenant<S> {
    /// The same tenant with each receiver of its alerts in another form.
    pub fn with_receivers<T>(self, form: impl FnMut(AlertReceiver<S>) -> AlertReceiver<T>) -> Tenant<T> {
        let Self { id, name, quotas, panel, alert_receivers } = self;
        Tenant { id, name, quotas, panel, alert_receivers: alert_receivers.into_iter().map(form).collect() }
    }
}

/// A tenant's panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Panel {
    /// Origins of the pages that may show it inside themselves: `https://acme.lightning.force.com`. None unless named.
    #[serde(skip_serializing_if = "FrameAncestors::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub frame_ancestors: FrameAncestors,
}

impl Panel {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What a tenant may use of the host; the host may allow less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// Events that may wait. A sender of more is told to come back later.
    pub pending_events: usize,
    /// Sealed tapes of runs, in bytes; the oldest go first.
    pub journal_bytes: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { pending_events: 100_000, journal_bytes: 256 << 20 }
    }
}

impl Quotas {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A connector enabled for the tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "P: Deserialize<'de>"))]
pub struct Installation<P> {
    /// Unique name in the tenant.
    pub id: InstallationId,
    /// Which connector; must be the package's own id.
    pub connector: ConnectorId,
    /// Which package.
    pub package: P,
    /// What it may do.
    #[serde(default)]
    pub grant: Grant,
    /// What is kept of its runs.
    #[serde(default, skip_serializing_if = "JournalKind::is_shape")]
    pub journal: JournalKind,
    /// When its silence is worth an alert; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watchdog: Option<Watchdog>,
    /// What the connector's JSON Schema says.
    #[serde(default = "empty_object")]
    #[schema(value_type = Object)]
    pub config: serde_json::Value,
}

/// What is kept of an installation's runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JournalKind {
    /// Methods, targets, results, durations and sizes: no content.
    #[default]
    Shape,
    /// All that the connector was given, asked and was told, sealed: such a run can be replayed.
    Full,
}

impl JournalKind {
    /// Whether it is the default.
    pub fn is_shape(&self) -> bool {
        *self == Self::Shape
    }
}

fn empty_object() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_file_of_the_design() {
        let file: TenantFile = toml::from_str(
            r#"
            [tenant]
            id = "acme"
            name = "Acme Ltd"
            panel = { frame_ancestors = ["https://acme.lightning.force.com"] }
            [[tenant.alert_receivers]]
            name = "desk"
            email = ["desk@acme.example"]
            [connections.microsoft]
            provider = "microsoft"
            client_secret = { env = "ACME_MS" }
            [[installations]]
            id = "deal-desk"
            connector = "salesforce"
            package = "salesforce.wasm"
            [installations.grant]
            graph = ["ChannelMessage.Read.All"]
            [installations.config]
            rules = []
            "#,
        )
        .unwrap();
        let secret = &file.connections[&"microsoft".parse().unwrap()].client_secret;
        assert_eq!(*secret, Some(SecretRef::Env("ACME_MS".into())));
        assert!(file.installations[0].config["rules"].is_array());
        assert!(file.tenant.panel.frame_ancestors.directive().ends_with(" https://acme.lightning.force.com"));
        assert_eq!(file.tenant.alert_receivers[0].target(), "desk@acme.example");
    }
}
