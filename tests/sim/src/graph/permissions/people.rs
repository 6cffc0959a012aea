//! What it needs to create chats, to add people to them, and to read about people: the permissions reference (August
//! 2026), the least privileged first. That of photos has its own page ("Get profilePhoto").

use super::table::{Operation, Rule, Workload};

const DIRECTORY: [&str; 2] = ["Directory.Read.All", "Directory.ReadWrite.All"];

/// The rule of an operation of this kind.
pub(super) fn rule(operation: Operation) -> Option<Rule> {
    use Workload::{Directory, Teams};
    let (workload, application, delegated): (_, &'static [_], &'static [_]) = match operation {
        Operation::CreateChat => (Teams, &["Chat.Create"], &["Chat.Create", "Chat.ReadWrite"]),
        Operation::AddChatMember => (
            Teams,
            &["Chat.Manage.Chat", "Chat.ReadWrite.All", "ChatMember.ReadWrite.All"],
            &["ChatMember.ReadWrite", "Chat.ReadWrite"],
        ),
        Operation::ReadMe => (
            Directory,
            &[],
            &[
                "User.Read",
                "User.ReadWrite",
                "User.ReadBasic.All",
                "User.Read.All",
                "User.ReadWrite.All",
                DIRECTORY[0],
                DIRECTORY[1],
            ],
        ),
        Operation::ReadLicences => (
            Directory,
            &[
                "LicenseAssignment.Read.All",
                "User.Read.All",
                "User.ReadWrite.All",
                DIRECTORY[0],
                DIRECTORY[1],
            ],
            &[
                "LicenseAssignment.Read.All",
                "User.Read.All",
                "User.ReadWrite.All",
                DIRECTORY[0],
                DIRECTORY[1],
            ],
        ),
        Operation::ReadPhotos => (
            Directory,
            &["ProfilePhoto.Read.All", "User.ReadBasic.All", "User.Read.All", "ProfilePhoto.ReadWrite.All"],
            &["User.ReadBasic.All", "ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All"],
        ),
        Operation::ReadMemberships => (
            Directory,
            &[
                "User.Read.All",
                "GroupMember.ReadBasic.All",
                "GroupMember.Read.All",
                "Group.ReadBasic.All",
                "Group.Read.All",
                DIRECTORY[0],
                DIRECTORY[1],
            ],
            &[
                "User.Read",
                "User.Read.All",
                "GroupMember.ReadBasic.All",
                "GroupMember.Read.All",
                "Group.ReadBasic.All",
                "Group.Read.All",
                DIRECTORY[0],
                DIRECTORY[1],
            ],
        ),
        Operation::ReadJoinedTeams => (
            Teams,
            &[
                "Team.ReadBasic.All",
                "TeamSettings.Read.All",
                "TeamSettings.ReadWrite.All",
                "User.Read.All",
                "User.ReadWrite.All",
                DIRECTORY[0],
                DIRECTORY[1],
            ],
            &[
                "Team.ReadBasic.All",
                "TeamSettings.Read.All",
                "TeamSettings.ReadWrite.All",
                "User.Read.All",
                "User.ReadWrite.All",
                DIRECTORY[0],
                DIRECTORY[1],
            ],
        ),
        _ => return None,
    };
    Some(Rule { workload, application, delegated })
}
