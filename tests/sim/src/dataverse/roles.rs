//! Security roles: privileges, each with how far it reaches ("Security roles and privileges").

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rows::Rows;
use super::schema::{self, Table};
use crate::ids;

/// What can be done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    Read,
    Write,
    Append,
    AppendTo,
    Create,
    Delete,
    Share,
    Assign,
}

impl Verb {
    /// In the order in which access rights are written.
    pub(super) const ALL: [Self; 8] = [
        Self::Read,
        Self::Write,
        Self::Append,
        Self::AppendTo,
        Self::Create,
        Self::Delete,
        Self::Share,
        Self::Assign,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Append => "Append",
            Self::AppendTo => "AppendTo",
            Self::Create => "Create",
            Self::Delete => "Delete",
            Self::Share => "Share",
            Self::Assign => "Assign",
        }
    }

    /// The bit in `AccessRights`.
    pub(super) fn bit(self) -> u32 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Append => 4,
            Self::AppendTo => 16,
            Self::Create => 32,
            Self::Delete => 0x1_0000,
            Self::Share => 0x4_0000,
            Self::Assign => 0x8_0000,
        }
    }

    /// `prvReadIncident`.
    pub(super) fn privilege(self, table: &Table) -> String {
        format!("prv{}{}", self.name(), table.privilege)
    }
}

/// How far a privilege reaches. There is one business unit, so the middle ones reach as far as the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Depth {
    /// Rows of the user and of the user's teams.
    Basic,
    /// The business unit's.
    Local,
    /// And those of the units below.
    Deep,
    /// All.
    Global,
}

/// The privilege that the settings call "Disconnect Teams chat from Dynamics 365 record".
pub(super) const DISCONNECT: &str = "prvUnlinkTeamsChatFromRecord";
/// Working as another user.
pub(super) const IMPERSONATE: &str = "prvActOnBehalfOfAnotherUser";

/// By role id, its privileges.
pub(super) type Grants = BTreeMap<String, BTreeMap<String, Depth>>;

/// Every privilege that there is.
pub(super) fn all() -> BTreeSet<String> {
    let of_tables = schema::all().flat_map(|table| Verb::ALL.map(|verb| verb.privilege(table)));
    of_tables
        .chain([DISCONNECT, IMPERSONATE, "prvReadEntity", "prvReadAttribute"].map(str::to_owned))
        .collect()
}

/// The id of a privilege.
pub(super) fn id(privilege: &str) -> String {
    ids::guid_of(&format!("dataverse/privilege/{}", privilege.to_ascii_lowercase()))
}

/// The roles of a user: their own, and their teams'.
pub(super) fn of_user(rows: &Rows, user: &str) -> BTreeSet<String> {
    let own = rows.with("systemuserroles", "systemuserid", user);
    let mut roles: BTreeSet<String> = own.map(|row| row.text("roleid").to_owned()).collect();
    for team in teams_of(rows, user) {
        roles.extend(rows.with("teamroles", "teamid", &team).map(|row| row.text("roleid").to_owned()));
    }
    roles
}

/// The ids of a user's teams.
pub(super) fn teams_of(rows: &Rows, user: &str) -> Vec<String> {
    rows.with("teammembership", "systemuserid", user).map(|row| row.text("teamid").to_owned()).collect()
}

/// How far roles let a privilege reach; names are compared without case.
pub(super) fn depth(grants: &Grants, roles: &BTreeSet<String>, privilege: &str) -> Option<Depth> {
    let of_role = |role| grants.get(role)?.iter().find(|(name, _)| name.eq_ignore_ascii_case(privilege));
    roles.iter().filter_map(of_role).map(|(_, depth)| *depth).max()
}
