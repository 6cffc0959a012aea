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
    /// Object ids of groups by object id or address of the user, for id tokens that are made from now on.
    pub groups: Option<HashMap<String, Vec<String>>>,
    /// Users, by object id or address, who are in more than the 200 groups that a token names.
    pub many_groups: Option<Vec<String>>,
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
        if let Some(groups) = change.groups {
            state.groups = groups;
        }
        if let Some(users) = change.many_groups {
            state.many_groups = users;
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
        of(&self.state.lock().app_roles, user_id)
    }

    /// The groups that a user is in; none: more than a token names.
    pub(super) fn groups(&self, user_id: &str) -> Option<Vec<String>> {
        let state = self.state.lock();
        let many = state.many_groups.iter().any(|name| is(name, user_id));
        (!many).then(|| of(&state.groups, user_id))
    }
}

fn of(all: &HashMap<String, Vec<String>>, user_id: &str) -> Vec<String> {
    all.iter().find(|(name, _)| is(name, user_id)).map(|(_, found)| found.clone()).unwrap_or_default()
}

/// Whether a name, object id or address, is this user's.
fn is(name: &str, user_id: &str) -> bool {
    name == user_id || user(name).is_some_and(|who| who.object_id() == user_id)
}
