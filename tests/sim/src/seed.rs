//! The people, places and deals that exist from the start.

use crate::ids;

/// Somebody who works at the seeded company.
pub(crate) struct SeedUser {
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) job: &'static str,
    pub(crate) department: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) mobile: Option<&'static str>,
    /// Whether sales operations made a Salesforce user for them.
    pub(crate) in_salesforce: bool,
}

/// The mail domain of the seeded company.
pub(crate) const DOMAIN: &str = "lakesidesystems.example";

/// The last one deliberately has no Salesforce user.
pub(crate) const USERS: [SeedUser; 7] = [
    user("Priya", "Singh", "Account Executive", "Sales", "+44 20 7946 0101", true),
    user("Adele", "Vance", "Sales Manager", "Sales", "+44 20 7946 0102", true).reached_at("+44 7700 900102"),
    user("Robin", "Kline", "Sales Engineer", "Sales", "+44 20 7946 0103", true),
    user("Mei", "Tanaka", "Customer Success Manager", "Success", "+81 3 5550 0104", true),
    user("Omar", "Haddad", "Deal Desk Analyst", "Finance", "+971 4 555 0105", true),
    user("Ingrid", "Solberg", "Legal Counsel", "Legal", "+47 22 55 01 06", true),
    user("Tomas", "Novak", "Procurement Contractor", "Operations", "+420 2 5550 0107", false),
];

/// An opportunity: account, name, stage, amount and close date.
pub(crate) struct SeedDeal {
    pub(crate) account: &'static str,
    pub(crate) name: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) amount: u32,
    pub(crate) close: &'static str,
}

/// The first one is what the demo channel is about.
pub(crate) const DEALS: [SeedDeal; 4] = [
    deal("Acme Ltd", "Acme - 200 seats", "Negotiation/Review", 96_000, "2026-12-18"),
    deal("Birch & Sons", "Birch & Sons - renewal", "Proposal/Price Quote", 41_500, "2027-01-29"),
    deal("Corvid Robotics", "Corvid Robotics - pilot", "Qualification", 18_000, "2027-02-26"),
    deal("Delphi Museums", "Delphi Museums - kiosks", "Needs Analysis", 152_000, "2027-03-31"),
];

/// The seeded team.
pub(crate) const TEAM: &str = "Sales";
/// The channel that the demo watches.
pub(crate) const CHANNEL: &str = "acme-deal-desk";

const fn user(
    given: &'static str,
    family: &'static str,
    job: &'static str,
    department: &'static str,
    phone: &'static str,
    in_salesforce: bool,
) -> SeedUser {
    SeedUser { given, family, job, department, phone, mobile: None, in_salesforce }
}

const fn deal(
    account: &'static str,
    name: &'static str,
    stage: &'static str,
    amount: u32,
    close: &'static str,
) -> SeedDeal {
    SeedDeal { account, name, stage, amount, close }
}

impl SeedUser {
    const fn reached_at(mut self, mobile: &'static str) -> Self {
        self.mobile = Some(mobile);
        self
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    pub(crate) fn email(&self) -> String {
        format!("{}.{}@{DOMAIN}", self.given, self.family).to_lowercase()
    }

    pub(crate) fn object_id(&self) -> String {
        ids::guid_of(&format!("user/{}", self.email()))
    }
}

/// Names of `count` channels: the general one, the demo's, and desks for other deals.
pub(crate) fn channel_names(count: usize) -> Vec<String> {
    let desks = (3..).map(|number| format!("deal-desk-{number:02}"));
    ["General".to_owned(), CHANNEL.to_owned()].into_iter().chain(desks).take(count.max(32)).collect()
}

/// The id of a channel, in the shape that Teams gives them.
pub(crate) fn channel_id(name: &str) -> String {
    format!("19:{}@thread.tacv2", ids::hex_of(&format!("channel/{name}")))
}

/// The id of a group chat.
pub(crate) fn chat_id(name: &str) -> String {
    format!("19:{}@thread.v2", ids::hex_of(&format!("chat/{name}")))
}
