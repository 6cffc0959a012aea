//! What people are and do, in tests.

use crate::graph::users;
use crate::world::World;

impl World {
    /// Says what somebody is doing. Says whether there is such a user.
    pub fn set_presence(&self, user: &str, availability: &str, activity: &str) -> bool {
        let Ok(user) = users::named(user) else { return false };
        let presence = (availability.to_owned(), activity.to_owned());
        self.graph.people.presence.write().insert(user.object_id(), presence);
        true
    }

    /// Gives somebody these directory roles and no others. Says whether there are such a user and such roles.
    pub fn set_roles(&self, user: &str, roles: &[String]) -> bool {
        let Ok(user) = users::named(user) else { return false };
        if !roles.iter().all(|role| super::memberships::is_role(role)) {
            return false;
        }
        self.graph.people.roles.write().insert(user.object_id(), roles.to_vec());
        true
    }
}
