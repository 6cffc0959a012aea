//! The permissions reference (August 2026) as far as it is needed here: application and delegated,
//! the least privileged first. Permissions of resource-specific consent stand in the lists because
//! refusals name them; no token of ours carries one.

use super::people;

/// Something that a token may permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph) enum Operation {
    ListTeams,
    GetTeam,
    ListChannels,
    GetChannel,
    ReadChannelMessages,
    PostChannelMessage,
    GetChat,
    ReadChatMessages,
    PostChatMessage,
    ReadUsers,
    ReadChatMembers,
    /// Those up to the mailbox are only subscribed to.
    ReadMembers,
    ReadChats,
    ReadTranscripts,
    ReadRecordings,
    ReadCallRecords,
    ReadMeetings,
    ReadPresence,
    ReadGroups,
    ReadMailbox,
    CreateChat,
    AddChatMember,
    ReadMe,
    ReadLicences,
    ReadPhotos,
    ReadMemberships,
    ReadJoinedTeams,
    ReadDevices,
}

/// How a workload words a refusal.
#[derive(Clone, Copy)]
pub(in crate::graph) enum Workload {
    Directory,
    Teams,
    Exchange,
    OneNote,
}

/// Which permissions allow something, each alone.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Rule {
    pub(in crate::graph) workload: Workload,
    pub(in crate::graph) application: &'static [&'static str],
    pub(in crate::graph) delegated: &'static [&'static str],
}

impl Operation {
    pub(super) const ALL: [Operation; 28] = [
        Operation::ListTeams,
        Operation::GetTeam,
        Operation::ListChannels,
        Operation::GetChannel,
        Operation::ReadChannelMessages,
        Operation::PostChannelMessage,
        Operation::GetChat,
        Operation::ReadChatMessages,
        Operation::PostChatMessage,
        Operation::ReadUsers,
        Operation::ReadChatMembers,
        Operation::ReadMembers,
        Operation::ReadChats,
        Operation::ReadTranscripts,
        Operation::ReadRecordings,
        Operation::ReadCallRecords,
        Operation::ReadMeetings,
        Operation::ReadPresence,
        Operation::ReadGroups,
        Operation::ReadMailbox,
        Operation::CreateChat,
        Operation::AddChatMember,
        Operation::ReadMe,
        Operation::ReadLicences,
        Operation::ReadPhotos,
        Operation::ReadMemberships,
        Operation::ReadJoinedTeams,
        Operation::ReadDevices,
    ];

    /// This operation's place in a set of operations.
    pub(in crate::graph) fn bit(self) -> u32 {
        1 << self as u32
    }

    pub(super) fn rule(self) -> Rule {
        use Workload::{Directory, Exchange, Teams};
        if let Some(rule) = people::rule(self) {
            return rule;
        }
        let (workload, application, delegated): (_, &'static [_], &'static [_]) = match self {
            Operation::ListTeams => (
                Teams,
                &["Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All"],
                &["Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All"],
            ),
            Operation::GetTeam => (
                Teams,
                &[
                    "TeamSettings.Read.Group",
                    "TeamSettings.ReadWrite.Group",
                    "Team.ReadBasic.All",
                    "TeamSettings.Read.All",
                    "TeamSettings.ReadWrite.All",
                    "Group.Read.All",
                    "Group.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
                &[
                    "Team.ReadBasic.All",
                    "TeamSettings.ReadWrite.All",
                    "TeamSettings.Read.All",
                    "Group.Read.All",
                    "Group.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
            ),
            Operation::ListChannels | Operation::GetChannel => (
                Teams,
                &[
                    "ChannelSettings.Read.Group",
                    "ChannelSettings.ReadWrite.Group",
                    "Channel.ReadBasic.All",
                    "ChannelSettings.Read.All",
                    "ChannelSettings.ReadWrite.All",
                    "Group.Read.All",
                    "Group.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
                &[
                    "Channel.ReadBasic.All",
                    "ChannelSettings.Read.All",
                    "ChannelSettings.ReadWrite.All",
                    "Group.Read.All",
                    "Group.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
            ),
            Operation::ReadChannelMessages => (
                Teams,
                &[
                    "ChannelMessage.Read.Group",
                    "ChannelMessage.Read.All",
                    "Group.Read.All",
                    "Group.ReadWrite.All",
                ],
                &["ChannelMessage.Read.All", "Group.Read.All", "Group.ReadWrite.All"],
            ),
            // Without a user a message can only be imported.
            Operation::PostChannelMessage => {
                (Teams, &["Teamwork.Migrate.All"], &["ChannelMessage.Send", "Group.ReadWrite.All"])
            }
            Operation::GetChat => (
                Teams,
                &[
                    "ChatSettings.Read.Chat",
                    "ChatSettings.ReadWrite.Chat",
                    "Chat.Manage.Chat",
                    "Chat.ReadBasic.All",
                    "Chat.Read.All",
                    "Chat.ReadWrite.All",
                ],
                &["Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"],
            ),
            Operation::ReadChatMessages => (
                Teams,
                &["ChatMessage.Read.Chat", "Chat.Read.All", "Chat.ReadWrite.All"],
                &["Chat.Read", "Chat.ReadWrite"],
            ),
            Operation::PostChatMessage => {
                (Teams, &["Teamwork.Migrate.All"], &["ChatMessage.Send", "Chat.ReadWrite"])
            }
            Operation::ReadUsers => (
                Directory,
                &[
                    "User.ReadBasic.All",
                    "User.Read.All",
                    "User.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
                &[
                    "User.ReadBasic.All",
                    "User.Read.All",
                    "User.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
            ),
            Operation::ReadMembers => (
                Teams,
                &["TeamMember.Read.Group", "TeamMember.Read.All", "TeamMember.ReadWrite.All"],
                &["TeamMember.Read.All", "TeamMember.ReadWrite.All"],
            ),
            Operation::ReadChatMembers => (
                Teams,
                &[
                    "ChatMember.Read.Chat",
                    "Chat.Manage.Chat",
                    "ChatMember.Read.All",
                    "ChatMember.ReadWrite.All",
                    "Chat.ReadBasic.All",
                    "Chat.Read.All",
                    "Chat.ReadWrite.All",
                ],
                &["ChatMember.Read", "ChatMember.ReadWrite", "Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"],
            ),
            Operation::ReadChats => (
                Teams,
                &["Chat.ReadBasic.All", "Chat.Read.All", "Chat.ReadWrite.All"],
                &["Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"],
            ),
            Operation::ReadTranscripts => {
                (Teams, &["OnlineMeetingTranscript.Read.All"], &["OnlineMeetingTranscript.Read.All"])
            }
            Operation::ReadRecordings => {
                (Teams, &["OnlineMeetingRecording.Read.All"], &["OnlineMeetingRecording.Read.All"])
            }
            Operation::ReadCallRecords => (Teams, &["CallRecords.Read.All"], &[]),
            Operation::ReadDevices => (
                Teams,
                &["TeamworkDevice.Read.All", "TeamworkDevice.ReadWrite.All"],
                &["TeamworkDevice.Read.All", "TeamworkDevice.ReadWrite.All"],
            ),
            Operation::ReadMeetings => (
                Teams,
                &["OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All"],
                &["OnlineMeetings.Read", "OnlineMeetings.ReadWrite"],
            ),
            Operation::ReadPresence => {
                (Teams, &["Presence.Read.All", "Presence.ReadWrite.All"], &["Presence.Read.All"])
            }
            Operation::ReadGroups => (
                Directory,
                &[
                    "GroupMember.Read.All",
                    "Group.Read.All",
                    "Group.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
                &[
                    "GroupMember.Read.All",
                    "Group.Read.All",
                    "Group.ReadWrite.All",
                    "Directory.Read.All",
                    "Directory.ReadWrite.All",
                ],
            ),
            Operation::ReadMailbox => (
                Exchange,
                &[
                    "Mail.ReadBasic.All",
                    "Mail.Read",
                    "Mail.ReadWrite",
                    "Calendars.Read",
                    "Calendars.ReadWrite",
                    "Contacts.Read",
                    "Contacts.ReadWrite",
                ],
                &[
                    "Mail.ReadBasic",
                    "Mail.Read",
                    "Mail.ReadWrite",
                    "Calendars.Read",
                    "Calendars.ReadWrite",
                    "Contacts.Read",
                    "Contacts.ReadWrite",
                ],
            ),
            // Those of chats' members and of people stand in a file of their own.
            _ => (Directory, &[], &[]),
        };
        Rule { workload, application, delegated }
    }
}
