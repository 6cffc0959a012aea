//! The organisation's people, roles, customers, cases and views.

use serde_json::{Value, json};

use super::Data;
use super::hooks::Message;
use super::roles::{self, Depth, Grants, Verb};
use super::rows::{Cell, Cells, Rows};
use super::schema::{self, Kind, Table};
use crate::manifest::{Named, Person};
use crate::seed::{DEALS, SeedUser, USERS};
use crate::{clock, ids};

/// The app registration that the application user stands for.
pub(crate) struct App<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) service_principal: &'a str,
}

/// What is the same all the time.
pub(super) struct Ids {
    pub(super) organization: String,
    pub(super) business_unit: String,
    pub(super) application_user: String,
}

/// The team that owns a case.
pub(super) const TEAM: &str = "Tier 2 Support";
/// The application user.
const APPLICATION: &str = "# Tieline";

/// Roles: those that may disconnect chats by default, a reader, and the application user's.
const ROLES: [(&str, Role); 8] = [
    ("System Administrator", Role { write: Some(Depth::Global), disconnects: true, all: true }),
    ("CSR Manager", Role { write: Some(Depth::Global), disconnects: true, all: false }),
    ("Customer Service Representative", Role { write: Some(Depth::Basic), disconnects: true, all: false }),
    ("Omnichannel administrator", Role { write: Some(Depth::Global), disconnects: true, all: false }),
    ("Omnichannel supervisor", Role { write: Some(Depth::Global), disconnects: true, all: false }),
    ("Omnichannel agent", Role { write: Some(Depth::Basic), disconnects: true, all: false }),
    ("Case Reader", Role { write: None, disconnects: false, all: false }),
    ("Tieline Service", Role { write: Some(Depth::Global), disconnects: false, all: false }),
];

struct Role {
    /// How far writing reaches; reading reaches everything.
    write: Option<Depth>,
    disconnects: bool,
    all: bool,
}

/// The roles of [`USERS`], in their order. The last one is no user of the environment.
const ROLES_OF_USERS: [&str; 6] = [
    "Customer Service Representative",
    "CSR Manager",
    "Customer Service Representative",
    "Omnichannel agent",
    "Case Reader",
    "System Administrator",
];

/// Cases: title, priority, and who owns it: a user's place, or the team.
const CASES: [(&str, i32, Option<usize>); 4] = [
    ("Conveyor stops at night", 1, Some(0)),
    ("Invoice shows the wrong currency", 2, Some(2)),
    ("Kiosk screen flickers", 3, None),
    ("Password reset mail never arrives", 2, Some(1)),
];

pub(super) fn user_id(user: &SeedUser) -> String {
    ids::guid_of(&format!("dataverse/user/{}", user.email()))
}

pub(super) fn role_id(name: &str) -> String {
    ids::guid_of(&format!("dataverse/role/{name}"))
}

pub(super) fn message_id(message: &str) -> String {
    ids::guid_of(&format!("dataverse/message/{message}"))
}

pub(super) fn filter_id(message: &str, table: &Table) -> String {
    ids::guid_of(&format!("dataverse/filter/{message}/{}", table.name))
}

fn team_id() -> String {
    ids::guid_of("dataverse/team/tier-2")
}

pub(super) fn data(app: &App<'_>) -> (Data, Ids) {
    let ids = Ids {
        organization: ids::guid_of("dataverse/organization"),
        business_unit: ids::guid_of("dataverse/business-unit"),
        application_user: ids::guid_of("dataverse/application-user"),
    };
    let mut seed = Seed { rows: Rows::new(), unit: ids.business_unit.clone() };
    seed.plain(
        "organization",
        &ids.organization,
        json!({
            "name": "lakeside", "expirechangetrackingindays": super::changes::EXPIRES_AFTER_DAYS,
        }),
    );
    seed.plain("businessunit", &ids.business_unit, json!({"name": "lakeside"}));
    let grants = roles(&mut seed);
    people(&mut seed, app, &ids);
    records(&mut seed);
    messages(&mut seed);
    views(&mut seed);
    (Data { rows: seed.rows, grants }, ids)
}

struct Seed {
    rows: Rows,
    unit: String,
}

impl Seed {
    fn add(&mut self, table: &str, id: &str, fields: Value, links: &[(&'static str, &'static str, String)]) {
        let Some(table) = schema::named(table) else { return };
        let mut cells = Cells::new();
        for column in table.columns {
            let first = match column.kind {
                Kind::State(options) => options.first().map(|(value, _)| json!(value)),
                Kind::Status(options) => options.first().map(|(_, (value, _))| json!(value)),
                Kind::Bool(_) => Some(json!(false)),
                _ => None,
            };
            if let Some(value) = fields.get(column.name).filter(|value| !value.is_null()).cloned().or(first) {
                cells.insert(column.name, Cell::Plain(value));
            }
        }
        for (column, to, id) in links {
            cells.insert(column, Cell::Link { table: to, id: id.clone() });
        }
        if let Some(Cell::Link { table: to, id }) = cells.get("ownerid").cloned() {
            let owning = if to == "team" { "owningteam" } else { "owninguser" };
            cells.insert(owning, Cell::Link { table: to, id });
            cells.insert("owningbusinessunit", Cell::Link { table: "businessunit", id: self.unit.clone() });
        }
        let now = Cell::Plain(clock::dataverse(clock::now_ms()).into());
        cells.insert("createdon", now.clone());
        cells.insert("modifiedon", now);
        self.rows.insert(table, id.to_owned(), cells);
    }

    fn plain(&mut self, table: &str, id: &str, fields: Value) {
        self.add(table, id, fields, &[]);
    }

    fn join(&mut self, table: &str, [one, other]: [(&str, &str); 2]) {
        let id = ids::guid_of(&format!("dataverse/{table}/{}/{}", one.1, other.1));
        self.plain(table, &id, json!({one.0: one.1, other.0: other.1}));
    }
}

/// The roles, and what each grants.
fn roles(seed: &mut Seed) -> Grants {
    for name in roles::all() {
        let right = Verb::ALL.iter().find(|verb| name.starts_with(&format!("prv{}", verb.name())));
        let right = right.map_or(0, |verb| verb.bit());
        seed.plain("privilege", &roles::id(&name), json!({"name": name, "accessright": right}));
    }
    let mut grants = Grants::new();
    for (name, role) in ROLES {
        let unit = seed.unit.clone();
        seed.add("role", &role_id(name), json!({"name": name}), &[("businessunitid", "businessunit", unit)]);
        grants.insert(role_id(name), granted(name, &role));
    }
    grants
}

fn granted(name: &str, role: &Role) -> std::collections::BTreeMap<String, Depth> {
    if role.all {
        return roles::all().into_iter().map(|name| (name, Depth::Global)).collect();
    }
    let mut granted = std::collections::BTreeMap::new();
    for table in schema::all() {
        // Configuration can be read by everybody, and changed by administrators.
        let records = table.traits.is_custom || table.owner != schema::Ownership::Organization;
        for verb in Verb::ALL {
            let depth = match (verb, records) {
                (Verb::Read, _) => Some(Depth::Global),
                (Verb::Create | Verb::AppendTo, true) => role.write.map(|_| Depth::Global),
                (_, true) => role.write,
                _ => None,
            };
            if let Some(depth) = depth {
                granted.insert(verb.privilege(table), depth);
            }
        }
    }
    granted.insert("prvReadEntity".to_owned(), Depth::Global);
    granted.insert("prvReadAttribute".to_owned(), Depth::Global);
    if role.disconnects {
        granted.insert(roles::DISCONNECT.to_owned(), Depth::Global);
    }
    if name == "Tieline Service" {
        granted.insert(roles::IMPERSONATE.to_owned(), Depth::Global);
        for table in ["ServiceEndpoint", "SdkMessageProcessingStep", "SdkMessageProcessingStepImage"] {
            for verb in [Verb::Create, Verb::Write, Verb::Delete, Verb::Append, Verb::AppendTo] {
                granted.insert(format!("prv{}{table}", verb.name()), Depth::Global);
            }
        }
    }
    granted
}

fn people(seed: &mut Seed, app: &App<'_>, ids: &Ids) {
    let unit = [("businessunitid", "businessunit", ids.business_unit.clone())];
    for (user, role) in USERS.iter().zip(ROLES_OF_USERS) {
        let id = user_id(user);
        let fields = json!({
            "fullname": user.name(), "firstname": user.given, "lastname": user.family, "title": user.job,
            "domainname": user.email(), "internalemailaddress": user.email(),
            "azureactivedirectoryobjectid": user.object_id(), "islicensed": true, "accessmode": 0,
        });
        seed.add("systemuser", &id, fields, &unit);
        seed.join("systemuserroles", [("systemuserid", &id), ("roleid", &role_id(role))]);
    }
    let fields = json!({
        "fullname": APPLICATION, "firstname": "#", "lastname": "Tieline", "accessmode": 4,
        "applicationid": app.client_id, "azureactivedirectoryobjectid": app.service_principal,
    });
    seed.add("systemuser", &ids.application_user, fields, &unit);
    let own = role_id("Tieline Service");
    seed.join("systemuserroles", [("systemuserid", &ids.application_user), ("roleid", &own)]);
    seed.add("team", &team_id(), json!({"name": TEAM, "teamtype": 0}), &unit);
    seed.join("teamroles", [("teamid", &team_id()), ("roleid", &role_id("Customer Service Representative"))]);
    for member in [&USERS[2], &USERS[3]] {
        seed.join("teammembership", [("teamid", &team_id()), ("systemuserid", &user_id(member))]);
    }
}

fn records(seed: &mut Seed) {
    let owner = |place: Option<usize>| match place {
        Some(place) => ("ownerid", "systemuser", user_id(&USERS[place])),
        None => ("ownerid", "team", team_id()),
    };
    for (number, deal) in DEALS.iter().enumerate() {
        let account = ids::guid_of(&format!("dataverse/account/{number}"));
        let contact = ids::guid_of(&format!("dataverse/contact/{number}"));
        let fields = json!({
            "name": deal.account, "accountnumber": format!("AC-{:04}", number + 1),
            "revenue": f64::from(deal.amount), "numberofemployees": 40 * (number + 1),
            "telephone1": format!("+44 20 7946 02{number:02}"), "address1_city": "London",
        });
        let links = [owner(Some(0)), ("primarycontactid", "contact", contact.clone())];
        seed.add("account", &account, fields, &links);
        let first = ["Nia", "Luca", "Hana", "Piotr"][number];
        let fields = json!({
            "fullname": format!("{first} Marsh"), "firstname": first, "lastname": "Marsh",
            "emailaddress1": format!("{}@customer{number}.example", first.to_lowercase()), "jobtitle": "Operations",
        });
        seed.add(
            "contact",
            &contact,
            fields,
            &[owner(Some(0)), ("parentcustomerid", "account", account.clone())],
        );
        let (title, priority, holder) = CASES[number];
        let fields = json!({
            "title": title, "ticketnumber": format!("CAS-{:05}-L4K3S1", 1001 + number), "prioritycode": priority,
            "caseorigincode": 2, "description": format!("{title}, reported by {first} Marsh."),
        });
        let links =
            [owner(holder), ("customerid", "account", account), ("primarycontactid", "contact", contact)];
        seed.add("incident", &case_id(number), fields, &links);
    }
    let article = ids::guid_of("dataverse/article");
    let fields = json!({"title": "Resetting a conveyor", "articlepublicnumber": "KA-01001", "statecode": 3, "statuscode": 7});
    seed.add("knowledgearticle", &article, fields, &[owner(Some(1))]);
    let mail = ids::guid_of("dataverse/email");
    let about = ("regardingobjectid", "incident", case_id(0));
    seed.add(
        "email",
        &mail,
        json!({"subject": "Conveyor, again", "directioncode": true}),
        &[owner(Some(0)), about],
    );
    let shipment = ids::guid_of("dataverse/shipment");
    let fields = json!({"new_name": "Spare belts", "new_trackingnumber": "TRK-1", "new_stage": 100_000_000});
    seed.add("new_shipment", &shipment, fields, &[owner(Some(0))]);
}

fn case_id(number: usize) -> String {
    ids::guid_of(&format!("dataverse/case/{number}"))
}

/// The messages, and for which tables something can be registered.
fn messages(seed: &mut Seed) {
    for message in Message::ALL.map(Message::name) {
        seed.plain("sdkmessage", &message_id(message), json!({"name": message}));
        for table in schema::all().filter(|table| table.traits.updates) {
            let fields = json!({
                "name": table.name, "primaryobjecttypecode": table.name, "secondaryobjecttypecode": "none",
                "iscustomprocessingstepallowed": true,
            });
            let links = [("sdkmessageid", "sdkmessage", message_id(message))];
            seed.add("sdkmessagefilter", &filter_id(message, table), fields, &links);
        }
    }
}

/// A view: table, name, query type (0 public, 4 quick find) and columns.
const VIEWS: [(&str, &str, i32, &[&str]); 8] = [
    (
        "incident",
        "Case introduction message",
        0,
        &["title", "ticketnumber", "prioritycode", "statuscode", "customerid", "createdon"],
    ),
    ("incident", "Active Cases", 0, &["title", "ticketnumber", "prioritycode", "caseorigincode", "ownerid"]),
    ("incident", "Quick Find Active Cases", 4, &["title", "ticketnumber", "customerid", "ownerid"]),
    (
        "account",
        "Quick Find Active Accounts",
        4,
        // The image is one that a context card does not support.
        &["name", "entityimage", "accountnumber", "primarycontactid", "address1_city", "telephone1"],
    ),
    (
        "contact",
        "Quick Find Active Contacts",
        4,
        &["fullname", "parentcustomerid", "emailaddress1", "telephone1"],
    ),
    (
        "knowledgearticle",
        "Quick Find Active Articles",
        4,
        &["title", "articlepublicnumber", "statuscode", "ownerid"],
    ),
    (
        "email",
        "Quick Find Email Messages",
        4,
        &["subject", "to", "regardingobjectid", "statuscode", "senton"],
    ),
    (
        "new_shipment",
        "Quick Find Active Shipments",
        4,
        &["new_name", "new_trackingnumber", "new_stage", "new_parcels"],
    ),
];

fn views(seed: &mut Seed) {
    for (table, name, kind, columns) in VIEWS {
        let Some(table) = schema::named(table) else { continue };
        let cells: String =
            columns.iter().map(|name| format!("<cell name=\"{name}\" width=\"150\" />")).collect();
        let attributes: String =
            columns.iter().map(|name| format!("<attribute name=\"{name}\" />")).collect();
        let layout = format!(
            "<grid name=\"resultset\" object=\"{}\" jump=\"{}\" select=\"1\" icon=\"1\" preview=\"1\"><row \
             name=\"result\" id=\"{}\">{cells}</row></grid>",
            table.code, table.title, table.id
        );
        let fetch = format!(
            "<fetch version=\"1.0\" mapping=\"logical\"><entity name=\"{}\">{attributes}</entity></fetch>",
            table.name
        );
        let fields = json!({
            "name": name, "returnedtypecode": table.name, "querytype": kind, "layoutxml": layout, "fetchxml": fetch,
            "isdefault": kind == 4 || name == "Active Cases", "isquickfindquery": kind == 4, "statecode": 0,
        });
        seed.plain("savedquery", &ids::guid_of(&format!("dataverse/view/{}/{name}", table.name)), fields);
    }
}

impl super::Environment {
    /// The people among the users.
    pub(crate) fn people(&self) -> Vec<Person> {
        let people = USERS.iter().zip(ROLES_OF_USERS);
        people.map(|(user, _)| Person { id: user_id(user), name: user.name(), email: user.email() }).collect()
    }

    /// All rows of a table by name.
    pub(crate) fn named(&self, table: &str) -> Vec<Named> {
        let title = schema::named(table).map_or("", |table| table.title);
        let data = self.data.read();
        data.rows
            .all(table)
            .map(|row| Named { id: row.id.clone(), name: row.text(title).to_owned() })
            .collect()
    }
}
