//! What a call counts as where Graph counts calls.

use http::Method;
use tieline_types::throttle::Family;

use super::path::GraphPath;
use crate::outbound::governor::{Meter, Scope};

/// The meter of a call.
pub(super) fn meter(method: &Method, path: &GraphPath) -> Meter {
    let mut segments = [""; 6];
    for (place, segment) in segments.iter_mut().zip(path.segments()) {
        *place = segment.text;
    }
    let [first, second, third, fourth, fifth, _] = segments;
    let (family, place, team) = match Word::of(first) {
        Word::Teams => in_teams(&segments),
        Word::Chats => in_chats(second, third),
        Word::Users => match Word::of(third) {
            Word::Chats => in_chats(fourth, fifth),
            sub => of_person(sub, second),
        },
        Word::Me => match Word::of(second) {
            Word::Chats => in_chats(third, fourth),
            sub => of_person(sub, "me"),
        },
        Word::Groups => match Word::of(third) {
            Word::Team => (Family::Teams, "", second),
            Word::Onenote => (Family::Onenote, second, ""),
            _ => (Family::Directory, "", ""),
        },
        Word::Communications => match Word::of(second) {
            Word::Presence => (Family::Presence, "", ""),
            Word::CallRecords => (Family::CallRecords, third, ""),
            Word::Meetings => (Family::Meetings, "", ""),
            _ => (Family::Other, "", ""),
        },
        Word::Organization => (Family::Directory, "", ""),
        _ => (Family::Other, "", ""),
    };
    Meter { method: method.clone(), family, place: Scope::of(place), team: Scope::of(team) }
}

fn in_teams<'a>(segments: &[&'a str; 6]) -> (Family, &'a str, &'a str) {
    let [_, team, third, channel, fifth, _] = *segments;
    match (Word::of(third), Word::of(channel), Word::of(fifth)) {
        (Word::Members, ..) => (Family::Members, team, team),
        (Word::Channels, Word::Export, _) => (Family::Exports, "", ""),
        (Word::Channels, _, Word::Messages) => (Family::ChannelMessages, channel, team),
        (Word::Channels, _, Word::Members) => (Family::Members, channel, team),
        (Word::Channels, ..) if channel.is_empty() => (Family::ChannelLists, team, team),
        (Word::Channels, ..) => (Family::Channels, channel, team),
        _ => (Family::Teams, team, team),
    }
}

fn in_chats<'a>(chat: &'a str, what: &str) -> (Family, &'a str, &'a str) {
    match (Word::of(chat), Word::of(what)) {
        (Word::Export, _) => (Family::Exports, "", ""),
        (_, Word::Messages) => (Family::ChatMessages, chat, ""),
        (_, Word::Members) => (Family::ChatMembers, chat, ""),
        _ => (Family::Chats, chat, ""),
    }
}

fn of_person(what: Word, person: &str) -> (Family, &str, &str) {
    match what {
        Word::Messages | Word::Outlook => (Family::Outlook, person, ""),
        Word::Meetings => (Family::Meetings, person, ""),
        Word::Onenote => (Family::Onenote, person, ""),
        Word::Presence => (Family::Presence, person, ""),
        Word::Teams => (Family::Teams, "", ""),
        _ => (Family::Directory, "", ""),
    }
}

/// The words that tell families apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Teams,
    Team,
    Channels,
    Messages,
    Members,
    Chats,
    Export,
    Users,
    Me,
    Groups,
    Communications,
    CallRecords,
    Presence,
    Meetings,
    Outlook,
    Onenote,
    Organization,
    Unknown,
}

impl Word {
    fn of(text: &str) -> Self {
        const WORDS: [(&str, Word); 29] = [
            ("teams", Word::Teams),
            ("joinedTeams", Word::Teams),
            ("team", Word::Team),
            ("channels", Word::Channels),
            ("messages", Word::Messages),
            ("members", Word::Members),
            ("allMembers", Word::Members),
            ("chats", Word::Chats),
            ("getAllMessages", Word::Export),
            ("getAllRetainedMessages", Word::Export),
            ("users", Word::Users),
            ("me", Word::Me),
            ("groups", Word::Groups),
            ("communications", Word::Communications),
            ("callRecords", Word::CallRecords),
            ("presence", Word::Presence),
            ("presences", Word::Presence),
            ("getPresencesByUserId", Word::Presence),
            ("onlineMeetings", Word::Meetings),
            ("events", Word::Outlook),
            ("calendar", Word::Outlook),
            ("calendars", Word::Outlook),
            ("calendarView", Word::Outlook),
            ("calendarGroups", Word::Outlook),
            ("mailFolders", Word::Outlook),
            ("sendMail", Word::Outlook),
            ("onenote", Word::Onenote),
            ("organization", Word::Organization),
            ("allChannels", Word::Channels),
        ];
        let known = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        known.map_or(Self::Unknown, |(_, word)| *word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::path::Version;

    #[test]
    fn every_family_is_known_by_its_path() {
        for (path, family, place, team) in [
            ("/teams/T/channels/C/messages", Family::ChannelMessages, "C", "T"),
            ("/Teams('T')/Channels('C')/messages('1')/replies", Family::ChannelMessages, "C", "T"),
            ("/teams/T/channels", Family::ChannelLists, "T", "T"),
            ("/teams/T/channels/C", Family::Channels, "C", "T"),
            ("/teams/T/channels/C/members", Family::Members, "C", "T"),
            ("/teams/T/channels/getAllMessages", Family::Exports, "", ""),
            ("/teams/T/members", Family::Members, "T", "T"),
            ("/teams/T", Family::Teams, "T", "T"),
            ("/users/U/joinedTeams", Family::Teams, "", ""),
            ("/groups/T/team", Family::Teams, "", "T"),
            ("/chats/C/messages/1", Family::ChatMessages, "C", ""),
            ("/users/U/chats/C/messages", Family::ChatMessages, "C", ""),
            ("/me/chats/C/members", Family::ChatMembers, "C", ""),
            ("/chats", Family::Chats, "", ""),
            ("/users/U/messages/1", Family::Outlook, "U", ""),
            ("/users/U/calendar/events", Family::Outlook, "U", ""),
            ("/me/events", Family::Outlook, "me", ""),
            ("/users/U/onenote/pages", Family::Onenote, "U", ""),
            ("/users/U/onlineMeetings/1/transcripts", Family::Meetings, "U", ""),
            ("/communications/callRecords/R/sessions", Family::CallRecords, "R", ""),
            ("/communications/getPresencesByUserId", Family::Presence, "", ""),
            ("/users/U", Family::Directory, "", ""),
            ("/teamwork/devices", Family::Other, "", ""),
        ] {
            let path = GraphPath::parse(path, Version::V1).unwrap();
            let wanted =
                Meter { method: Method::GET, family, place: Scope::of(place), team: Scope::of(team) };
            assert_eq!(meter(&Method::GET, &path), wanted, "{path:?}");
        }
    }
}
