//! One end of a session or stream: whose it is, and with what software.

use serde::Serialize;

use super::owned;
use crate::config::People;
use crate::record::{Endpoint, Kind, UserAgent};

/// An end.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct End {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    /// The family of products; of a service `service`.
    pub(super) product: Option<String>,
    /// The platform; of a service its role.
    pub(super) platform: Option<String>,
    pub(super) version: Option<String>,
    /// As it calls itself.
    pub(super) user_agent: Option<String>,
}

/// What the software of a service is called in `product`.
const SERVICE: &str = "service";

impl End {
    /// Reads it of an end of a session or segment.
    pub fn of(endpoint: Option<&Endpoint>, people: People) -> Self {
        let Some(endpoint) = endpoint else { return Self::default() };
        let identity = endpoint.identity.as_ref();
        let whose = Self {
            id: people.id(identity, None),
            name: people.name(identity),
            kind: identity.and_then(|who| who.kind()).map(Kind::as_str).map(str::to_owned),
            ..Self::default()
        };
        let Some(agent) = &endpoint.user_agent else { return whose };
        let UserAgent { header_value, application_version, platform, product_family, role } = agent;
        Self {
            product: owned(product_family.as_deref()).or_else(|| role.as_ref().map(|_| SERVICE.to_owned())),
            platform: owned(platform.as_deref()).or_else(|| owned(role.as_deref())),
            version: owned(application_version.as_deref()),
            user_agent: owned(header_value.as_deref()),
            ..whose
        }
    }
}
