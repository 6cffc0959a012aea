//! What Graph said about a subscription, kept until it was acted upon.
//!
//! <https://learn.microsoft.com/graph/change-notifications-lifecycle-events>

use std::collections::BTreeMap;

use bytes::Bytes;
use tieline_store::{Key, Space};
use tieline_types::{RouteKey, Timestamp};

/// What Graph said of one subscription, and when it said so first.
pub(super) type Notices = BTreeMap<Notice, Timestamp>;

/// A lifecycle notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Notice {
    /// `reauthorizationRequired`: its access ends soon. Until it is reauthorised, notifications wait at Graph.
    Reauthorize,
    /// `subscriptionRemoved`: it is gone; create it again and tell the connectors what they missed.
    Removed,
    /// `missed`: it stands, but some notifications were lost.
    Missed,
    /// Not Graph's word: this host sent its notifications back for so long that Graph gave some up.
    SentBack,
}

impl Notice {
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Reauthorize, "reauthorizationRequired"),
        (Self::Removed, "subscriptionRemoved"),
        (Self::Missed, "missed"),
        (Self::SentBack, "sentBack"),
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

    /// What stands there: when it was heard.
    pub(crate) fn heard(now: Timestamp) -> Bytes {
        Bytes::from(now.0.to_string())
    }

    /// When a notice was heard that stands like this.
    pub(super) fn since(value: &[u8]) -> Option<Timestamp> {
        std::str::from_utf8(value).ok()?.parse().ok().map(Timestamp)
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
        assert_eq!(Notice::since(&Notice::heard(Timestamp(7))), Some(Timestamp(7)));
        assert_eq!(Notice::since(b""), None);
    }
}
