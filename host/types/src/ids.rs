//! Names and keys. Every key of tenant data carries the tenant, so that code which forgets it does not
//! compile.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not a valid {what}: 1 to 63 characters of a-z, 0-9 and `-`, starting with a letter or digit"
)]
pub struct InvalidName {
    what: &'static str,
    given: String,
}

fn valid_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(allowed) && !name.starts_with('-')
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, pattern = "^[a-z0-9][a-z0-9-]{0,62}$", example = $example)]
        pub struct $type(Arc<str>);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = InvalidName;

            fn from_str(name: &str) -> Result<Self, InvalidName> {
                if valid_name(name) {
                    Ok(Self(name.into()))
                } else {
                    Err(InvalidName { what: $what, given: name.chars().take(80).collect() })
                }
            }
        }

        impl TryFrom<String> for $type {
            type Error = InvalidName;

            fn try_from(name: String) -> Result<Self, InvalidName> {
                name.parse()
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0.as_ref().into()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// One customer organisation of the operator.
    TenantId, "tenant id", "acme"
}
name! {
    /// A connector enabled for a tenant; unique within the tenant.
    InstallationId, "installation id", "deal-desk"
}
name! {
    /// A credentialed link from a tenant to an upstream; unique within the tenant.
    ConnectionName, "connection name", "microsoft"
}
name! {
    /// What a vendor ships.
    ConnectorId, "connector id", "salesforce"
}
name! {
    /// Somebody who is told of alerts; unique within the tenant, or on the host.
    ReceiverName, "receiver name", "operations"
}

/// An installation, with its tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct InstallationKey {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which one.
    pub installation: InstallationId,
}

impl fmt::Display for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tenant, self.installation)
    }
}

/// A connection, with its tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConnectionKey {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which one.
    pub connection: ConnectionName,
}

impl fmt::Display for ConnectionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tenant, self.connection)
    }
}

/// An event. UUID version 7: ids sort by the time of receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uuid", example = "0193a5c0-7c1e-7d3a-9b1f-2f6d1f0c9a11")]
pub struct EventId(Uuid);

impl EventId {
    /// A new id, later than all earlier ones of this process.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }

    /// The sixteen bytes, in sorting order.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The id with these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl FromStr for EventId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The unguessable last segment of a hook's address, and the only way to look a hook up.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RouteKey(String);

impl RouteKey {
    /// Makes a route key of 32 bytes of a cryptographic random source.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// The key from a request path; none if it cannot be one.
    pub fn parse(segment: &str) -> Option<Self> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (segment.len() == 64 && segment.bytes().all(hex)).then(|| Self(segment.into()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Not printed whole: whoever knows a route may knock at it.
impl fmt::Debug for RouteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RouteKey({}…)", &self.0[..6])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_names_that_could_be_mistaken_for_paths_or_options() {
        for bad in ["", "-a", "A", "a/b", "a.b", "..", "a b", "é", &"a".repeat(64)] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn names_survive_a_round_trip(name in "[a-z0-9][a-z0-9-]{0,62}") {
            let id: TenantId = name.parse().unwrap();
            let json = serde_json::to_string(&id).unwrap();
            let read: TenantId = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read.as_str(), name);
        }

        #[test]
        fn route_keys_are_their_own_parse(bytes: [u8; 32]) {
            let key = RouteKey::from_random(bytes);
            prop_assert_eq!(RouteKey::parse(key.as_str()), Some(key));
        }
    }
}
