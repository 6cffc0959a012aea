//! Who sits at the browser, in tests.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::user;
use crate::entra::UnknownUser;
use crate::world::World;

/// What happens at the sign-in page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keyboard {
    /// It is shown.
    #[default]
    Page,
    /// This user signs in at once: object id or address.
    User(String),
    /// The user cancels.
    Declines,
    /// The directory refuses with this number.
    Refused(u32),
}

/// What happens at the consent page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Administrator {
    /// It is shown.
    #[default]
    Page,
    /// They accept at once.
    Approves,
    /// They cancel.
    Declines,
}

/// A change of the app registration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AppChange {
    /// Delegated permissions that are consented to.
    pub delegated: Option<Vec<String>>,
    /// Application permissions that an administrator is asked for.
    pub requested: Option<Vec<String>>,
    /// Where browsers may be sent back to, and nowhere else.
    pub redirect_uris: Option<Vec<String>>,
    /// Whether a refresh token is dead once it was used. Entra's are not.
    pub strict_rotation: Option<bool>,
    /// App roles by object id or address of the user, for id tokens that are made from now on.
    pub app_roles: Option<HashMap<String, Vec<String>>>,
}

impl World {
    /// Says who sits at the sign-in page from now on.
    pub fn set_keyboard(&self, keyboard: Keyboard) -> Result<(), UnknownUser> {
        if let Keyboard::User(name) = &keyboard
            && user(name).is_none()
        {
            return Err(UnknownUser(name.clone()));
        }
        self.entra.people.state.lock().keyboard = keyboard;
        Ok(())
    }

    /// Says what the administrator decides from now on.
    pub fn set_administrator(&self, administrator: Administrator) {
        self.entra.people.state.lock().administrator = administrator;
    }

    /// Changes the app registration.
    pub fn change_app(&self, change: AppChange) {
        let mut state = self.entra.people.state.lock();
        if let Some(delegated) = change.delegated {
            state.delegated = delegated;
        }
        if let Some(requested) = change.requested {
            state.requested = requested;
        }
        if change.redirect_uris.is_some() {
            state.redirect_uris = change.redirect_uris;
        }
        if let Some(strict) = change.strict_rotation {
            state.strict = strict;
        }
        if let Some(roles) = change.app_roles {
            state.app_roles = roles;
        }
    }
}

impl super::People {
    /// The delegated permissions that were consented to.
    pub(crate) fn delegated(&self) -> Vec<String> {
        self.state.lock().delegated.clone()
    }

    /// The app roles that a user was assigned.
    pub(super) fn app_roles(&self, user_id: &str) -> Vec<String> {
        let state = self.state.lock();
        let of =
            |name: &&String| *name == user_id || user(name).is_some_and(|who| who.object_id() == user_id);
        state.app_roles.iter().find(|(name, _)| of(name)).map(|(_, roles)| roles.clone()).unwrap_or_default()
    }
}
