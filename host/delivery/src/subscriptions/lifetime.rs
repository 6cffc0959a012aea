//! How long a subscription may live, and when to renew it.
//!
//! Maxima by resource family, in minutes, as of 2026:
//! <https://learn.microsoft.com/graph/api/resources/subscription#subscription-lifetime>

use std::time::Duration;

use tieline_types::Timestamp;

/// Families by a mark in the resource's path, most telling first. The first that fits counts. Then the minutes of one
/// whose notifications bring their content; 0: Graph sends none.
const MAXIMA: [(&str, u64, u64); 28] = [
    ("communications/callrecords", 4_230, 0),
    ("/presences", 60, 60),
    ("/getalltranscripts", 4_320, 4_320),
    ("/getallrecordings", 4_320, 4_320),
    ("/transcripts", 4_320, 4_320),
    ("/recordings", 4_320, 4_320),
    ("aiinteraction", 4_320, 4_320),
    ("/interactionhistory/", 4_320, 4_320),
    ("/onlinemeetings", 4_230, 4_230),
    ("/events", 10_080, 1_440),
    ("/contacts", 10_080, 1_440),
    ("/mailfolders", 10_080, 1_440),
    ("/schedule/", 360, 0),
    ("/todo/", 4_230, 0),
    ("/conversations", 4_230, 0),
    ("/print/", 4_230, 0),
    ("/drive", 42_300, 0),
    ("/lists", 42_300, 0),
    ("/approvals", 43_200, 0),
    ("/security/", 43_200, 0),
    ("/installedapps", 4_320, 4_320),
    ("/installedtochats", 4_320, 4_320),
    ("/chats", 4_320, 4_320),
    ("/teams", 4_320, 4_320),
    ("/groups", 41_760, 0),
    ("/users", 41_760, 0),
    ("/directoryobjects", 41_760, 0),
    ("/applications", 41_760, 0),
];

/// Mail of a person, which has no mark of its own.
const MAIL: (u64, u64) = (10_080, 1_440);

/// A family that is not listed: a lifetime that all of them allow.
const OTHERS: u64 = 60;

/// Graph silently raises anything less; what it answers counts, not what was asked.
const LEAST: Duration = Duration::from_secs(45 * 60);

/// The longest that a subscription to this resource may live, without content or with it.
pub(super) fn longest(resource: &str, with_content: bool) -> Duration {
    let (without, with) = minutes(&path(resource));
    // One that brings content which Graph does not send cannot be planned.
    let minutes = if with_content && with > 0 { with } else { without };
    Duration::from_secs(minutes * 60).max(LEAST)
}

/// Why Graph would not send the content of a resource with its notifications.
pub(crate) fn content_fault(resource: &str) -> Option<&'static str> {
    let query = resource.split_once('?').map_or("", |(_, query)| query);
    match minutes(&path(resource)) {
        (_, 0) => Some("Graph tells of it in notifications without their content only"),
        (_, with) if with == MAIL.1 && !query.contains("$select=") => {
            Some("Graph sends content of it with a `$select` in the resource only")
        }
        _ => None,
    }
}

/// In one spelling, without a query.
fn path(resource: &str) -> String {
    let path = resource.split('?').next().unwrap_or_default();
    format!("/{}", path.trim_start_matches('/').to_ascii_lowercase())
}

fn minutes(path: &str) -> (u64, u64) {
    if path.starts_with("/users/") && path.ends_with("/messages") && !path.contains("/chats/") {
        return MAIL;
    }
    let listed = MAXIMA.iter().find(|(mark, ..)| path.contains(mark));
    listed.map_or((OTHERS, 0), |(_, without, with)| (*without, *with))
}

/// What to ask for now: the longest lifetime less a minute, since Graph's clock and ours may differ and a
/// minute too much is refused.
pub(super) fn expiry(resource: &str, with_content: bool, now: Timestamp) -> Timestamp {
    now.after(longest(resource, with_content) - Duration::from_secs(60))
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

    fn minutes(resource: &str, with_content: bool) -> u64 {
        longest(resource, with_content).as_secs() / 60
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
            assert_eq!(minutes(resource, false), maximum, "{resource}");
        }
    }

    #[test]
    fn with_content_it_is_shorter_or_not_at_all() {
        for (resource, maximum) in [
            ("/teams/1/channels/2/messages", 4_320),
            ("/chats/getAllMessages?model=B", 4_320),
            ("/communications/presences/1", 60),
            ("/users/1/messages?$select=subject", 1_440),
            ("/users/1/events?$select=subject", 1_440),
        ] {
            assert_eq!((minutes(resource, true), content_fault(resource)), (maximum, None), "{resource}");
        }
        for refused in [
            "/users",
            "/communications/callRecords",
            "/users/1/messages",
            "/me/drive/root",
            "/some/thing/new",
        ] {
            assert!(content_fault(refused).is_some(), "{refused}");
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
