//! What Graph said about a subscription, kept until it was acted upon.
//!
//! <https://learn.microsoft.com/graph/change-notifications-lifecycle-events>

use tieline_store::{Key, Space};
use tieline_types::RouteKey;

/// A lifecycle notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Notice {
    /// `reauthorizationRequired`: renew it. We renew by PATCH and never by `/reauthorize`: both within ten
    /// minutes corrupt a subscription's state at Graph.
    Renew,
    /// `subscriptionRemoved`: it is gone; create it again and tell the connectors what they missed.
    Removed,
    /// `missed`: it stands, but some notifications were lost.
    Missed,
}

impl Notice {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Renew, "reauthorizationRequired"),
        (Self::Removed, "subscriptionRemoved"),
        (Self::Missed, "missed"),
    ];

    /// The notice with Graph's name; none for one that this host does not know, which asks for nothing.
    pub(crate) fn of(event: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == event).map(|(notice, _)| *notice)
    }

    /// Where all notices stand.
    pub(super) fn space() -> Key {
        Key::new(Space::Route)
    }

    /// Where this one stands. Hearing it twice is hearing it once.
    pub(crate) fn key(self, route: &RouteKey) -> Key {
        let (_, name) = Self::ALL.iter().find(|(notice, _)| *notice == self).expect("ALL has every notice");
        Self::space().part(route.as_str()).part(name)
    }

    /// Which notice stands at a key, and of which route.
    pub(super) fn at(key: &Key) -> Option<(RouteKey, Self)> {
        match key.parts().as_slice() {
            [route, event] => Some((RouteKey::parse(route)?, Self::of(event)?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_again_and_unknown_events_ask_for_nothing() {
        assert_eq!(Notice::of("somethingNew"), None);
        let route = RouteKey::from_random([7; 32]);
        for (notice, name) in Notice::ALL {
            assert_eq!(Notice::of(name), Some(notice));
            assert_eq!(Notice::at(&notice.key(&route)), Some((route.clone(), notice)));
        }
        assert_eq!(Notice::at(&Notice::space()), None);
    }
}
