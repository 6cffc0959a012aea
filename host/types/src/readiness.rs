//! Whether a host does its work, part by part.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;

/// What `/readyz` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    /// Whether all parts are.
    pub ready: bool,
    /// Each part of the host.
    pub parts: Vec<PartHealth>,
}

/// A part of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartHealth {
    /// `host`, `store`, `clock`, `subscriptions`, …
    pub name: String,
    /// Whether it does its work.
    pub ready: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}
