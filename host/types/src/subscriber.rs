//! As whom a Graph subscription is made.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// As whom a Graph subscription is made. The app goes before service users: it needs nobody who stays signed in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Subscriber {
    /// The app, with application permissions.
    #[default]
    App,
    /// The connection's signed-in service user, with delegated permissions.
    Service,
}

impl fmt::Display for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "app",
            Self::Service => "service",
        })
    }
}
