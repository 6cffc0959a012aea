//! What people are and do, in tests.

use crate::graph::subscriptions::Change;
use crate::graph::{notification, users};
use crate::ids;
use crate::world::World;

impl World {
    /// Says what somebody is doing, and tells subscribers; needs a Tokio runtime if there are any. Says whether there is such
    /// a user.
    pub fn set_presence(&self, user: &str, availability: &str, activity: &str) -> bool {
        let Ok(user) = users::named(user) else { return false };
        let presence = (availability.to_owned(), activity.to_owned());
        let id = user.object_id();
        self.graph.people.presence.write().insert(id.clone(), presence);
        let subscriptions = self.graph.subscriptions.watching_presence(&id);
        let etag = notification::etag(&ids::fresh_guid());
        let resource = format!("communications/presences('{id}')");
        self.notify(&subscriptions, Change::Updated, &resource, &id, &etag);
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
