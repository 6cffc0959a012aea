//! As whom something is asked of a connector.

use crate::{Actor, Role};

/// Whoever asks for an action or a view.
#[derive(Debug, Clone, PartialEq)]
pub enum Asker {
    /// Whoever asks, as the host knows them.
    Themself(Actor),
    /// On behalf of somebody who is signed in to a connection of the tenant: their object id or user name.
    Another(String),
}

impl Asker {
    /// A client of the API, who is no person of any directory.
    pub fn client(name: impl Into<String>, role: Option<Role>) -> Self {
        Self::Themself(Actor {
            directory_id: String::new(),
            object_id: "api".into(),
            display_name: name.into(),
            roles: role.iter().map(ToString::to_string).collect(),
        })
    }

    /// The host itself, or whoever holds its own token.
    pub fn operator() -> Self {
        Self::client("API client", Some(Role::Operator))
    }
}
