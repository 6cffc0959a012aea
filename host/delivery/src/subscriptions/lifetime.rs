//! How long a subscription may live, and when to renew it.
//!
//! Maxima by resource family, in minutes, as of 2026:
//! <https://learn.microsoft.com/graph/api/resources/subscription#subscription-lifetime>

use std::time::Duration;

use tieline_types::Timestamp;

/// Families by a mark in the resource's path, most telling first. The first that fits counts.
const MAXIMA: [(&str, u64); 28] = [
    ("communications/callrecords", 4_230),
    ("/presences", 60),
    ("/getalltranscripts", 4_320),
    ("/getallrecordings", 4_320),
    ("/transcripts", 4_320),
    ("/recordings", 4_320),
    ("aiinteraction", 4_320),
    ("/interactionhistory/", 4_320),
    ("/onlinemeetings", 4_230),
    ("/events", 10_080),
    ("/contacts", 10_080),
    ("/mailfolders", 10_080),
    ("/schedule/", 360),
    ("/todo/", 4_230),
    ("/conversations", 4_230),
    ("/print/", 4_230),
    ("/drive", 42_300),
    ("/lists", 42_300),
    ("/approvals", 43_200),
    ("/security/", 43_200),
    ("/installedapps", 4_320),
    ("/installedtochats", 4_320),
    ("/chats", 4_320),
    ("/teams", 4_320),
    ("/groups", 41_760),
    ("/users", 41_760),
    ("/directoryobjects", 41_760),
    ("/applications", 41_760),
];

/// A family that is not listed: a lifetime that all of them allow.
const OTHERS: u64 = 60;

/// Graph silently raises anything less; what it answers counts, not what was asked.
const LEAST: Duration = Duration::from_secs(45 * 60);

/// The longest that a subscription to this resource may live.
pub(super) fn longest(resource: &str) -> Duration {
    let path = format!("/{}", resource.trim_start_matches('/').to_ascii_lowercase());
    let path = path.split('?').next().unwrap_or_default();
    let mail = path.starts_with("/users/") && path.ends_with("/messages") && !path.contains("/chats/");
    let listed = MAXIMA.iter().find(|(mark, _)| path.contains(mark)).map(|(_, minutes)| *minutes);
    let minutes = if mail { 10_080 } else { listed.unwrap_or(OTHERS) };
    Duration::from_secs(minutes * 60).max(LEAST)
}

/// What to ask for now: the longest lifetime less a minute, since Graph's clock and ours may differ and a
/// minute too much is refused.
pub(super) fn expiry(resource: &str, now: Timestamp) -> Timestamp {
    now.after(longest(resource) - Duration::from_secs(60))
}

/// When to renew: after between a half and two thirds of the time that was left at the last confirmation.
/// `spread` (0 to 1, fixed per subscription) keeps those that were made together from being renewed
/// together.
pub(super) fn renewal(confirmed: Timestamp, expires: Timestamp, spread: f64) -> Timestamp {
    confirmed.after(expires.since(confirmed).mul_f64(0.5 + spread.clamp(0.0, 1.0) / 6.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minutes(resource: &str) -> u64 {
        longest(resource).as_secs() / 60
    }

    #[test]
    fn never_more_than_graph_allows() {
        for (resource, maximum) in [
            ("/teams/1/channels/2/messages", 4_320),
            ("teams/getAllMessages", 4_320),
            ("/chats/19:a@thread.v2/messages", 4_320),
            ("/users/1/chats/getAllMessages", 4_320),
            ("/communications/callRecords?$filter=x", 4_230),
            ("/communications/presences/1", 60),
            ("communications/onlineMeetings/getAllTranscripts", 4_320),
            ("/users/1/messages", 10_080),
            ("/users/1/events", 10_080),
            ("/users", 41_760),
            ("/groups/1", 41_760),
            ("/groups/1/conversations", 4_230),
            ("/teams/1/schedule/shifts", 360),
            ("/teams/1/members", 4_320),
            ("/chats", 4_320),
            ("/me/drive/root", 42_300),
            ("/sites/1/lists/2", 42_300),
            ("/users/1/todo/lists/2/tasks", 4_230),
            ("/copilot/users/1/interactionHistory/getAllEnterpriseInteractions", 4_320),
            ("/appCatalogs/teamsApps/1/installedToChats/getAllMessages", 4_320),
            ("/communications/onlineMeetings(joinWebUrl='x')/meetingCallEvents", 4_230),
            ("/some/thing/new", 60),
        ] {
            assert_eq!(minutes(resource), maximum, "{resource}");
        }
    }

    proptest! {
        #[test]
        fn renews_well_before_the_end(left in 45 * 60_000..50_000_000_000u64, spread in -1.0..2.0) {
            let confirmed = Timestamp(1_763_712_000_000);
            let expires = Timestamp(confirmed.0 + left);
            let renewal = renewal(confirmed, expires, spread);
            prop_assert!(renewal > confirmed);
            prop_assert!(expires.since(renewal) >= expires.since(confirmed).mul_f64(0.33));
        }
    }
}
