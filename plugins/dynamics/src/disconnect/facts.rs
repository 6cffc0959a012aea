//! What the right to disconnect depends on, found out from the upstream.

use tieline_sdk::Failure;

use super::rights::{Facts, PRIVILEGE};
use crate::asked::Asked;
use crate::connect::link::Link;
use crate::dataverse::record::{Owner, Record};

/// What holds for a person at a record, whichever of its chats it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AtRecord {
    owns_record: bool,
    privilege: bool,
}

impl AtRecord {
    /// Asks the upstream. Members of a team that owns a record own it.
    pub(crate) fn of(asked: &Asked<'_>, record: &Record) -> Result<Self, Failure> {
        let dataverse = asked.dataverse();
        let owns_record = match record.owner() {
            Owner::Person(user) => user.eq_ignore_ascii_case(&asked.person.id),
            Owner::Team(team) => dataverse.is_in_team(&asked.person, &team)?,
            Owner::Nobody => false,
        };
        Ok(Self { owns_record, privilege: dataverse.holds(&asked.person, PRIVILEGE)? })
    }

    /// With what holds for a chat.
    pub(crate) fn with(self, asked: &Asked<'_>, link: &Link) -> Facts {
        Facts {
            owns_record: self.owns_record,
            connected_chat: link.connected_by.eq_ignore_ascii_case(&asked.actor.object_id),
            owner_toggle: asked.settings.owner_can_disconnect,
            connector_toggle: asked.settings.connector_can_disconnect,
            privilege: self.privilege,
        }
    }

    /// Whether the person owns the record.
    pub(crate) fn owns(self) -> bool {
        self.owns_record
    }

    /// Whether a security role lets the person disconnect any chat.
    pub(crate) fn privileged(self) -> bool {
        self.privilege
    }
}
