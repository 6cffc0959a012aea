//! What somebody is shown about a record.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Problem, Timestamp};

/// What a connector shows a person about a record, and what they may ask of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct View {
    /// For people.
    pub title: String,
    /// The connector's own words, as JSON.
    pub content: serde_json::Value,
    /// Each with its state; a refused one says why.
    pub actions: Vec<OfferedAction>,
}

/// An action as it stands for one person and record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfferedAction {
    /// As in the manifest.
    pub action: String,
    /// Label of the button.
    pub label: String,
    /// Whether it can be asked for.
    pub state: ActionState,
}

/// Whether an action can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ActionState {
    /// It can.
    Available,
    /// It was asked for, and is under way.
    Pending {
        /// Since then.
        since: Timestamp,
    },
    /// It cannot.
    Refused {
        /// Why.
        problem: Problem,
    },
}
