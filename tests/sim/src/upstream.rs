//! Which of the simulated services a request is for.

use serde::{Deserialize, Serialize};

/// A simulated service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Upstream {
    /// The sign-in service, `login.microsoftonline.com`.
    Entra,
    /// Microsoft Graph, `graph.microsoft.com`.
    Graph,
    /// A Salesforce organisation, both its login and its data host.
    Salesforce,
    /// A Dataverse environment, `<org>.crm.dynamics.com`.
    Dataverse,
    /// A Veeva Vault, `<name>.veevavault.com`.
    Vault,
    /// A contact centre.
    #[serde(rename = "contact-center")]
    ContactCenter,
    /// Somebody's webhook.
    Inbox,
}

impl Upstream {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Entra,
        Self::Graph,
        Self::Salesforce,
        Self::Dataverse,
        Self::Vault,
        Self::ContactCenter,
        Self::Inbox,
    ];

    /// The name in the manifest and in the control API.
    pub fn name(self) -> &'static str {
        match self {
            Upstream::Entra => "entra",
            Upstream::Graph => "graph",
            Upstream::Salesforce => "salesforce",
            Upstream::Dataverse => "dataverse",
            Upstream::Vault => "vault",
            Upstream::ContactCenter => "contact-center",
            Upstream::Inbox => "inbox",
        }
    }
}
