//! Which permission an operation needs, and how Graph refuses without it.
//!
//! The lists follow the permissions reference (August 2026), application and delegated, the least
//! privileged first. Permissions of resource-specific consent stand in them because the refusal
//! names them; no token of ours carries one.

use super::errors::GraphError;

/// Something that a token may permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
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
    /// The rest is only subscribed to.
    ReadMembers,
    ReadChatMembers,
    ReadChats,
    ReadTranscripts,
    ReadRecordings,
    ReadCallRecords,
    ReadMeetings,
    ReadPresence,
    ReadGroups,
    ReadMailbox,
}

/// How a workload words a refusal.
enum Workload {
    Directory,
    Teams,
    Exchange,
}

struct Rule {
    workload: Workload,
    application: &'static [&'static str],
    delegated: &'static [&'static str],
}

impl Operation {
    pub(super) const ALL: [Operation; 20] = [
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
        Operation::ReadMembers,
        Operation::ReadChatMembers,
        Operation::ReadChats,
        Operation::ReadTranscripts,
        Operation::ReadRecordings,
        Operation::ReadCallRecords,
        Operation::ReadMeetings,
        Operation::ReadPresence,
        Operation::ReadGroups,
        Operation::ReadMailbox,
    ];

    /// This operation's place in a set of operations.
    pub(super) fn bit(self) -> u32 {
        1 << self as u32
    }

    fn rule(self) -> Rule {
        use Workload::{Directory, Exchange, Teams};
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
        };
        Rule { workload, application, delegated }
    }
}

/// What a token was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Grants {
    /// App roles, of a token without a user.
    Application(Vec<String>),
    /// Scopes, of a token for a user.
    Delegated { user_id: String, scopes: Vec<String> },
}

impl Grants {
    /// All operations that these grants permit, as a set of bits.
    pub(super) fn operations(&self) -> u32 {
        let permitted = |operation: &Operation| {
            let rule = operation.rule();
            let (wanted, held) = match self {
                Grants::Application(roles) => (rule.application, roles),
                Grants::Delegated { scopes, .. } => (rule.delegated, scopes),
            };
            held.iter().any(|held| wanted.contains(&held.as_str()))
        };
        Operation::ALL.iter().filter(|operation| permitted(operation)).fold(0, |set, o| set | o.bit())
    }

    /// The refusal of an operation, as the workload behind it words it.
    pub(super) fn refusal(&self, operation: Operation) -> GraphError {
        let rule = operation.rule();
        match (rule.workload, self) {
            (Workload::Directory, _) => GraphError::new(
                http::StatusCode::FORBIDDEN,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            ),
            (Workload::Exchange, _) => GraphError::new(
                http::StatusCode::FORBIDDEN,
                "ErrorAccessDenied",
                "Access is denied. Check credentials and try again.",
            ),
            (Workload::Teams, Grants::Application(roles)) => GraphError::forbidden(format!(
                "Missing role permissions on the request. API requires one of '{}'. Roles on the \
                 request '{}'. Resource specific consent grants on the request ''.",
                rule.application.join(", "),
                roles.join(", "),
            )),
            (Workload::Teams, Grants::Delegated { scopes, .. }) => GraphError::forbidden(format!(
                "Missing scope permissions on the request. API requires one of '{}'. Scopes on the \
                 request '{}'.",
                rule.delegated.join(", "),
                scopes.join(", "),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(roles: &[&str]) -> Grants {
        Grants::Application(roles.iter().map(|role| (*role).to_owned()).collect())
    }

    #[test]
    fn nothing_is_permitted_without_a_role() {
        assert_eq!(app(&[]).operations(), 0);
        assert_eq!(app(&["ChannelMessage.Send"]).operations(), 0);
    }

    #[test]
    fn an_app_reads_but_does_not_post() {
        let operations = app(&["ChannelMessage.Read.All", "Group.ReadWrite.All"]).operations();
        assert_ne!(operations & Operation::ReadChannelMessages.bit(), 0);
        assert_eq!(operations & Operation::PostChannelMessage.bit(), 0);
    }

    #[test]
    fn each_workload_refuses_in_its_own_words() {
        let grants = app(&["User.Read.All", "Chat.Read.All"]);
        assert_eq!(grants.refusal(Operation::ReadGroups).code, "Authorization_RequestDenied");
        let teams = grants.refusal(Operation::PostChannelMessage);
        assert_eq!(teams.code, "Forbidden");
        assert_eq!(
            teams.message,
            "Missing role permissions on the request. API requires one of 'Teamwork.Migrate.All'. \
             Roles on the request 'User.Read.All, Chat.Read.All'. Resource specific consent grants \
             on the request ''."
        );
    }

    #[test]
    fn every_operation_has_its_own_bit() {
        let all = Operation::ALL.iter().fold(0, |set, operation| set | operation.bit());
        assert_eq!(all.count_ones(), 20);
    }
}
