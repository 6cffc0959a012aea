//! Who may disconnect a chat. One pure function, and the table of the documentation as its test.
//!
//! <https://learn.microsoft.com/dynamics365/customer-service/administer/configure-teams-chat>, "How user rights work
//! together for disconnecting chats".

use tieline_sdk::Problem;

/// The privilege "Disconnect Teams chat from Dynamics 365 record". By default the roles System Administrator, CSR Manager,
/// Customer Service Representative, Omnichannel administrator, supervisor and agent hold it; what counts is what the
/// upstream says.
pub const PRIVILEGE: &str = "prvUnlinkTeamsChatFromRecord";

/// What the answer depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// The record is owned by a user or a team, and the person is that user, or in that team.
    pub owns_record: bool,
    /// The person was the last to connect this chat.
    pub connected_chat: bool,
    /// Toggle "Record owner can disconnect chat" of the record type.
    pub owner_toggle: bool,
    /// Toggle "Chat connector can disconnect chat" of the record type.
    pub connector_toggle: bool,
    /// One of the person's security roles holds the privilege.
    pub privilege: bool,
}

/// By what right a chat may be disconnected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// A security role.
    Privilege,
    /// Owning the record.
    Owner,
    /// Having connected the chat.
    Connector,
}

/// The right, if there is one: each alone suffices.
pub fn right(facts: Facts) -> Option<Right> {
    if facts.privilege {
        Some(Right::Privilege)
    } else if facts.owns_record && facts.owner_toggle {
        Some(Right::Owner)
    } else if facts.connected_chat && facts.connector_toggle {
        Some(Right::Connector)
    } else {
        None
    }
}

impl Right {
    /// As a sentence says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Privilege => "one of your security roles allows it",
            Self::Owner => "you own the record",
            Self::Connector => "you connected the chat",
        }
    }
}

/// Why there is no right, and who could give one.
pub fn refusal(facts: Facts) -> Problem {
    let owning = match (facts.owns_record, facts.owner_toggle) {
        (true, _) => "owners of records of this type may not disconnect chats",
        (false, true) => "you do not own the record",
        (false, false) => "you do not own the record, which would not suffice either",
    };
    let connecting = match (facts.connected_chat, facts.connector_toggle) {
        (true, _) => "whoever connected a chat may not disconnect it here",
        (false, true) => "somebody else connected the chat",
        (false, false) => "somebody else connected the chat, who may not disconnect it either",
    };
    let message = format!("{owning}; {connecting}; and none of your security roles allows it");
    Problem::new("dynamics.may-not-disconnect", message).remedy(
        "ask the owner of the record, or an administrator to give a security role of yours the privilege Disconnect \
         Teams chat from Dynamics 365 record",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documentation's table, row by row: owner, connector, owner toggle, connector toggle, privilege, result. `*` is
    /// its "Y/N".
    const ROWS: [(&str, bool); 8] = [
        ("Y*NNN", false),
        ("Y*Y**", true),
        ("*YNNN", false),
        ("*Y*Y*", true),
        ("****Y", true),
        ("NNYNN", false),
        ("NYNNN", false),
        ("NNNNN", false),
    ];

    fn facts(bits: u8) -> Facts {
        let bit = |place: u8| bits & (1 << place) != 0;
        Facts {
            owns_record: bit(0),
            connected_chat: bit(1),
            owner_toggle: bit(2),
            connector_toggle: bit(3),
            privilege: bit(4),
        }
    }

    fn fits(row: &str, bits: u8) -> bool {
        row.bytes().enumerate().all(|(place, wanted)| match wanted {
            b'Y' => bits & (1 << place) != 0,
            b'N' => bits & (1 << place) == 0,
            _ => true,
        })
    }

    #[test]
    fn every_row_of_the_table_and_every_combination() {
        println!("owner connector owner-toggle connector-toggle privilege | documented  answered");
        let mut rows_of = [0_usize; 32];
        for (row, documented) in ROWS {
            let combinations: Vec<_> = (0..32).filter(|bits| fits(row, *bits)).collect();
            let answered: Vec<_> = combinations.iter().map(|bits| right(facts(*bits)).is_some()).collect();
            let shown: Vec<_> =
                row.chars().map(|c| if c == '*' { "Y/N".to_owned() } else { c.to_string() }).collect();
            let word = |yes: bool| if yes { "Y" } else { "N" };
            println!(
                "{:<5} {:<9} {:<12} {:<16} {:<9} | {:<11} {} in all {} combinations",
                shown[0],
                shown[1],
                shown[2],
                shown[3],
                shown[4],
                word(documented),
                word(answered[0]),
                answered.len()
            );
            assert!(answered.iter().all(|answer| *answer == documented), "{row}: {answered:?}");
            combinations.iter().for_each(|bits| rows_of[usize::from(*bits)] += 1);
        }
        // What the table leaves open: no privilege, and the toggle that is on belongs to what the person is not. Its
        // sixth row settles one of these so, and the others follow.
        let open: Vec<_> = (0..32_u8).filter(|bits| rows_of[usize::from(*bits)] == 0).collect();
        for bits in &open {
            let facts = facts(*bits);
            assert!(!facts.privilege && right(facts).is_none(), "{facts:?}");
        }
        println!(
            "{} combinations stand in the table, {} do not and are refused",
            32 - open.len(),
            open.len()
        );
        assert_eq!(open.len(), 4, "{open:?}");
    }

    #[test]
    fn each_combination_is_the_or_of_its_three_rights() {
        for bits in 0..32 {
            let f = facts(bits);
            let allowed =
                f.privilege || (f.owns_record && f.owner_toggle) || (f.connected_chat && f.connector_toggle);
            assert_eq!(right(f).is_some(), allowed, "{f:?}");
            if !allowed {
                let refused = refusal(f);
                assert!(refused.code == "dynamics.may-not-disconnect" && refused.remedy.is_some());
            }
        }
    }

    #[test]
    fn a_right_lost_is_never_gained_by_losing_another() {
        for bits in 0..32_u8 {
            for less in (0..5).map(|place| bits & !(1 << place)) {
                assert!(right(facts(less)).is_none() || right(facts(bits)).is_some());
            }
        }
    }
}
