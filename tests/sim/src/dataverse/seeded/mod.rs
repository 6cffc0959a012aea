//! The organisation's people, roles, customers, cases and views.

mod people;
mod records;
mod roles;
mod views;

use serde_json::{Value, json};

use super::Data;
use super::hooks::Message;
use super::rows::{Cell, Cells, Rows};
use super::schema::{self, Kind, Table};
use crate::manifest::{Named, Person};
use crate::seed::{SeedUser, USERS};

use crate::{clock, ids};
use people::ROLES_OF_USERS;

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
    let grants = roles::fill(&mut seed);
    people::fill(&mut seed, app, &ids);
    records::fill(&mut seed);
    messages(&mut seed);
    views::fill(&mut seed);
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
