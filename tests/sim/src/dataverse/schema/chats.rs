//! What Dynamics 365 keeps of Teams chats. Both tables are documented "for internal use only": their columns are, but
//! not what the values of `syncstatus` and `msdyn_entityrecordstate` mean, which is a guess.

use super::columns::{ACTIVE, ACTIVE_REASONS, choice, date, fixed, id, kind, memo, state, status, text};
use super::{Kind, Ownership, Table, Traits, USUAL};

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "msdyn_teamschatassociation",
        schema: "msdyn_teamschatassociation",
        set: "msdyn_teamschatassociations",
        labels: ["Microsoft Teams chat association entity", "Microsoft Teams chat association entities"],
        code: 10_301,
        id: "msdyn_teamschatassociationid",
        title: "msdyn_teamschatassociationname",
        privilege: "msdyn_teamschatassociation",
        owner: Ownership::None,
        traits: Traits { tracked: false, ..USUAL },
        columns: &[
            id("msdyn_teamschatassociationid", "Microsoft Teams chat association entity"),
            text("msdyn_teamschatassociationname", "Name", 100),
            text("msdyn_teamschatid", "Teams Chat Id", 100),
            text("msdyn_regardingobjectid", "Regarding Object Id", 100),
            text("msdyn_regardingobjectname", "Regarding Object Type Name", 100),
            choice("msdyn_entityrecordstate", "Entity Record State", &[(0, "Active"), (1, "Inactive")]),
            state(ACTIVE),
            status(ACTIVE_REASONS),
        ],
        keys: &[],
    },
    Table {
        name: "chat",
        schema: "chat",
        set: "chats",
        labels: ["Teams chat", "Teams chats"],
        code: 10_302,
        id: "activityid",
        title: "subject",
        privilege: "Activity",
        owner: Ownership::User,
        traits: Traits { tracked: false, is_activity: true, ..USUAL },
        columns: &[
            id("activityid", "Teams chat"),
            text("subject", "Subject", 400),
            memo("description", "Description"),
            text("teamschatid", "Teams Chat Id", 200),
            kind("regardingobjectid", "Regarding", Kind::Regarding),
            fixed("linkedby", "Linked By", Kind::Lookup(&[("systemuser", "LinkedBy")])),
            fixed("linkedon", "Linked On", Kind::Date),
            fixed("unlinkedby", "Unlinked By", Kind::Lookup(&[("systemuser", "UnLinkedBy")])),
            fixed("unlinkedon", "Unlinked On", Kind::Date),
            text("modifiedinteamsby", "Modified In Teams By", 200),
            date("modifiedinteamson", "Modified In Teams On"),
            choice("syncstatus", "Sync Status", &[(0, "Not synced"), (1, "Synced"), (2, "Failed")]),
            text("lastsyncerror", "Last Sync Error", 2000),
            state(&[(0, "Open"), (1, "Completed"), (2, "Canceled"), (3, "Scheduled")]),
            status(&[(0, (1, "Open")), (1, (2, "Completed")), (2, (3, "Canceled")), (3, (4, "Scheduled"))]),
        ],
        keys: &[],
    },
];
