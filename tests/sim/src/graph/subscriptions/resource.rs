//! What can be subscribed to, for how long, how often, and with which permission
//! ("Microsoft Graph API change notifications: supported resources", "maximum length of
//! subscription per resource type", "subscription quotas").

use std::borrow::Cow;

use crate::graph::messages::Spot;
use crate::graph::path;
use crate::graph::permissions::Operation;

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph) enum Kind {
    ChannelMessage,
    ChatMessage,
    Channel,
    Team,
    TeamMember,
    ChatMember,
    Chat,
    Transcript,
    Recording,
    CallRecord,
    Meeting,
    Presence,
    User,
    Group,
    Mailbox,
}

/// The subscribed path, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::graph) struct Watched {
    pub(in crate::graph) kind: Kind,
    scope: Scope,
    /// The path in one spelling, by which two subscriptions are the same.
    pub(in crate::graph) key: String,
}

/// Which messages are meant, if messages are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    Channel {
        team_id: String,
        channel_id: String,
    },
    EveryChannel,
    Chat {
        chat_id: String,
    },
    EveryChat,
    /// All chats of one user. Everyone of the tenant is in our chat.
    UsersChats,
    NoMessages,
}

impl Watched {
    /// `None` if Graph has no such resource to subscribe to.
    pub(in crate::graph) fn parse(resource: &str) -> Option<Self> {
        let path = resource.split_once('?').map_or(resource, |(path, _)| path);
        let parts = path::cut(path);
        let parts: Vec<&str> = parts.iter().map(Cow::as_ref).collect();
        let (kind, scope) = understood(&parts)?;
        Some(Self { kind, scope, key: key(&parts, resource) })
    }

    /// Whether messages in this place are meant.
    pub(in crate::graph) fn covers(&self, spot: &Spot) -> bool {
        match (&self.scope, spot) {
            (Scope::EveryChannel, Spot::Channel { .. })
            | (Scope::EveryChat | Scope::UsersChats, Spot::Chat { .. }) => true,
            (Scope::Channel { team_id, channel_id }, Spot::Channel { team_id: t, channel_id: c }) => {
                team_id.eq_ignore_ascii_case(t) && channel_id == c
            }
            (Scope::Chat { chat_id }, Spot::Chat { chat_id: c }) => chat_id == c,
            _ => false,
        }
    }

    /// Whether the presence of this user is meant, by the path or among the ids of a filter.
    pub(in crate::graph) fn is_presence_of(&self, user: &str) -> bool {
        self.kind == Kind::Presence && self.key.to_ascii_lowercase().contains(&user.to_ascii_lowercase())
    }

    /// How many users a subscription to presence names.
    pub(in crate::graph) fn presences(&self) -> usize {
        if self.kind == Kind::Presence { self.key.matches('\'').count() / 2 } else { 0 }
    }

    /// The single place that is watched, which must exist.
    pub(in crate::graph) fn spot(&self) -> Option<Spot> {
        match &self.scope {
            Scope::Channel { team_id, channel_id } => {
                Some(Spot::Channel { team_id: team_id.clone(), channel_id: channel_id.clone() })
            }
            Scope::Chat { chat_id } => Some(Spot::Chat { chat_id: chat_id.clone() }),
            _ => None,
        }
    }

    /// How many subscriptions of one app may have this key, and in which words.
    pub(in crate::graph) fn quota(&self) -> Option<(usize, &'static str)> {
        match (&self.scope, self.kind) {
            (Scope::UsersChats, _) => Some((10, "chatMessage subscriptions per user")),
            (_, Kind::ChannelMessage) => {
                Some((1, "chatMessage subscription per app and channel combination"))
            }
            (_, Kind::ChatMessage) => Some((1, "chatMessage subscription per app and chat combination")),
            (_, Kind::Transcript) => {
                Some((1, "callTranscript subscription per app and online meeting combination"))
            }
            (_, Kind::Recording) => {
                Some((1, "callRecording subscription per app and online meeting combination"))
            }
            (_, Kind::Presence) => Some((1, "presence subscription per app and user")),
            (_, Kind::CallRecord) => Some((100, "callRecord subscriptions per organization")),
            (_, Kind::Mailbox) => Some((1000, "active subscriptions per mailbox")),
            (_, Kind::User | Kind::Group) => {
                Some((100, "directory subscriptions per app and tenant combination"))
            }
            _ => None,
        }
    }
}

impl Kind {
    /// The longest life of a subscription, in minutes.
    pub(in crate::graph) fn longest_minutes(self) -> u64 {
        match self {
            Kind::Presence => 60,
            Kind::CallRecord | Kind::Meeting => 4_230,
            Kind::Mailbox => 10_080,
            Kind::User | Kind::Group => 41_760,
            _ => 4_320,
        }
    }

    /// Whether it belongs to Teams, which wants a lifecycle URL and counts all its subscriptions.
    pub(in crate::graph) fn is_teams(self) -> bool {
        use Kind::{CallRecord, Group, Mailbox, Meeting, Presence, User};
        !matches!(self, CallRecord | Meeting | Presence | User | Group | Mailbox)
    }

    /// What a token must permit: reading the resource.
    pub(in crate::graph) fn operation(self) -> Operation {
        match self {
            Kind::ChannelMessage => Operation::ReadChannelMessages,
            Kind::ChatMessage => Operation::ReadChatMessages,
            Kind::Channel => Operation::ListChannels,
            Kind::Team => Operation::ListTeams,
            Kind::TeamMember => Operation::ReadMembers,
            Kind::ChatMember => Operation::ReadChatMembers,
            Kind::Chat => Operation::ReadChats,
            Kind::Transcript => Operation::ReadTranscripts,
            Kind::Recording => Operation::ReadRecordings,
            Kind::CallRecord => Operation::ReadCallRecords,
            Kind::Meeting => Operation::ReadMeetings,
            Kind::Presence => Operation::ReadPresence,
            Kind::User => Operation::ReadUsers,
            Kind::Group => Operation::ReadGroups,
            Kind::Mailbox => Operation::ReadMailbox,
        }
    }
}

fn understood(parts: &[&str]) -> Option<(Kind, Scope)> {
    let other = |kind| Some((kind, Scope::NoMessages));
    match *parts {
        ["teams", "getAllMessages"] => Some((Kind::ChannelMessage, Scope::EveryChannel)),
        ["teams", team, "channels", channel, "messages"] => Some((
            Kind::ChannelMessage,
            Scope::Channel { team_id: team.to_owned(), channel_id: channel.to_owned() },
        )),
        ["chats", "getAllMessages"]
        | ["appCatalogs", "teamsApps", _, "installedToChats", "getAllMessages"] => {
            Some((Kind::ChatMessage, Scope::EveryChat))
        }
        ["chats", chat, "messages"] => Some((Kind::ChatMessage, Scope::Chat { chat_id: chat.to_owned() })),
        ["users", _, "chats", "getAllMessages"] => Some((Kind::ChatMessage, Scope::UsersChats)),
        ["teams", "getAllChannels"] | ["teams", _, "channels"] => other(Kind::Channel),
        ["teams", _, "channels", "getAllMembers"] | ["teams", _, "members"] => other(Kind::TeamMember),
        ["chats", "getAllMembers"] | ["chats", _, "members"] => other(Kind::ChatMember),
        ["teams"] | ["teams", _] => other(Kind::Team),
        ["chats"] | ["chats", _] | ["users", _, "chats"] => other(Kind::Chat),
        ["communications", "onlineMeetings", "getAllTranscripts"]
        | ["communications", "onlineMeetings", _, "transcripts"]
        | ["users", _, "onlineMeetings", "getAllTranscripts"] => other(Kind::Transcript),
        ["communications", "onlineMeetings", "getAllRecordings"]
        | ["communications", "onlineMeetings", _, "recordings"]
        | ["users", _, "onlineMeetings", "getAllRecordings"] => other(Kind::Recording),
        ["communications", "callRecords"] => other(Kind::CallRecord),
        ["communications", meeting, "meetingCallEvents"] if meeting.starts_with("onlineMeetings(") => {
            other(Kind::Meeting)
        }
        ["communications", "presences"] | ["communications", "presences", _] => other(Kind::Presence),
        ["users"] | ["users", _] => other(Kind::User),
        ["groups"] | ["groups", _] | ["groups", _, "members"] => other(Kind::Group),
        ["users", _, "messages" | "events" | "contacts" | "mailFolders", ..]
        | ["me", "messages" | "events" | "contacts" | "mailFolders", ..] => other(Kind::Mailbox),
        _ => None,
    }
}

/// One spelling of a path. Guids and names know no case, and two channel ids never differ by case
/// alone. The query belongs to it: another filter is another subscription.
fn key(parts: &[&str], resource: &str) -> String {
    let query = resource.split_once('?').map_or("", |(_, query)| query);
    format!("{}?{query}", parts.join("/").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_are_one_subscription() {
        let plain = Watched::parse("/teams/T-1/channels/19:ab@thread.tacv2/messages").unwrap();
        let keyed = Watched::parse("teams('t-1')/channels('19:ab@thread.tacv2')/messages").unwrap();
        assert_eq!(plain.key, keyed.key);
        assert_eq!(plain.kind, Kind::ChannelMessage);
    }

    #[test]
    fn a_channel_covers_itself_and_all_cover_each() {
        let spot = Spot::Channel { team_id: "t-1".into(), channel_id: "19:ab@x".into() };
        assert!(Watched::parse("teams/T-1/channels/19:ab@x/messages").unwrap().covers(&spot));
        assert!(Watched::parse("/teams/getAllMessages").unwrap().covers(&spot));
        assert!(!Watched::parse("/teams/t-1/channels/19:cd@x/messages").unwrap().covers(&spot));
        assert!(!Watched::parse("/chats/getAllMessages").unwrap().covers(&spot));
        assert!(!Watched::parse("/teams/t-1/channels").unwrap().covers(&spot));
    }

    #[test]
    fn lives_differ() {
        let minutes = |resource| Watched::parse(resource).unwrap().kind.longest_minutes();
        assert_eq!(minutes("chats/getAllMessages"), 4320);
        assert_eq!(minutes("communications/callRecords"), 4230);
        assert_eq!(minutes("communications/presences/u-1"), 60);
        assert_eq!(minutes("users"), 41_760);
        assert_eq!(minutes("me/mailFolders('Inbox')/messages"), 10_080);
        assert!(Watched::parse("teams/t-1/channels/c/messages/m").is_none());
    }
}
