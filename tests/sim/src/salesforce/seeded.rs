//! The organisation's users, accounts and opportunities.

use serde_json::{Map, Value, json};

use super::Org;
use super::records::new_record;
use super::schema::{Field, Kind};
use crate::manifest::{Named, Person};
use crate::seed::{self, DEALS, USERS};

/// The integration user's login name.
pub(super) const USERNAME: &str = "integration@lakesidesystems.example";
/// The integration user's name.
pub(super) const INTEGRATION_NAME: &str = "Tieline Integration";

/// Users first, because the rest belongs to them.
pub(super) fn fill(org: &mut Org) {
    let integration = json!({
        "Username": USERNAME, "FirstName": "Tieline", "LastName": "Integration",
        "Name": INTEGRATION_NAME, "Alias": "tieline", "Email": USERNAME,
        "Department": "IT", "IsActive": true, "UserType": "Standard",
    });
    org.user_id = put(org, Kind::User, integration);
    for user in USERS.iter().filter(|user| user.in_salesforce) {
        let alias: String = user.given.chars().take(1).chain(user.family.chars().take(4)).collect();
        put(
            org,
            Kind::User,
            json!({
                "Username": user.email(), "FirstName": user.given, "LastName": user.family,
                "Name": user.name(), "Alias": alias.to_lowercase(), "Email": user.email(),
                "FederationIdentifier": user.email(), "Title": user.job,
                "Department": user.department, "Phone": user.phone,
                "IsActive": true, "UserType": "Standard",
            }),
        );
    }
    let owner = user_id(org, &USERS[0]).unwrap_or_else(|| org.user_id.clone());
    put(
        org,
        Kind::Lead,
        json!({
            "FirstName": "Erin", "LastName": "Falk", "Name": "Erin Falk", "Company": "Everest Tools",
            "Email": "erin.falk@everest.example", "Status": "Working - Contacted", "OwnerId": owner,
        }),
    );
    for deal in &DEALS {
        let account = put(
            org,
            Kind::Account,
            json!({
                "Name": deal.account, "Type": "Customer", "OwnerId": owner,
            }),
        );
        put(
            org,
            Kind::Opportunity,
            json!({
                "Name": deal.name, "AccountId": account, "StageName": deal.stage,
                "Amount": f64::from(deal.amount), "CloseDate": deal.close, "OwnerId": owner,
            }),
        );
    }
}

/// Adds a record as if it had always been there.
pub(super) fn put(org: &Org, kind: Kind, fields: Value) -> String {
    let table = org.table(kind);
    let id = table.new_id();
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    if let Some(number) = table.number(&id) {
        table.write(|rows| rows.insert(number, new_record(&id, fields), usize::MAX));
    }
    id
}

fn user_id(org: &Org, user: &seed::SeedUser) -> Option<String> {
    org.people().into_iter().find(|person| person.email == user.email()).map(|person| person.id)
}

impl Org {
    /// Users, without the one that clients work as.
    pub(crate) fn people(&self) -> Vec<Person> {
        let text = |fields: &Map<String, Value>, name: &str| {
            fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        self.table(Kind::User).read(|rows| {
            rows.live()
                .filter(|record| record.id != self.user_id)
                .map(|record| Person {
                    id: record.id.clone(),
                    name: text(&record.fields, "Name"),
                    email: text(&record.fields, "Email"),
                })
                .collect()
        })
    }

    /// The organisation's id, of 18 characters.
    pub(crate) fn organization_id(&self) -> &str {
        &self.org_id
    }

    /// The first Lead.
    pub(crate) fn first_lead(&self) -> String {
        let first = |rows: &super::table::Rows| rows.live().next().map(|lead| lead.id.clone());
        self.table(Kind::Lead).read(first).unwrap_or_default()
    }

    /// All opportunities.
    pub(crate) fn opportunities(&self) -> Vec<Named> {
        let table = self.table(Kind::Opportunity);
        let name: Option<&'static Field> = table.object().field("Name");
        table.read(|rows| {
            rows.live()
                .map(|record| Named {
                    id: record.id.clone(),
                    name: name
                        .map(|field| table.value(record, field, &self.user_id))
                        .and_then(|value| value.as_str().map(str::to_owned))
                        .unwrap_or_default(),
                })
                .collect()
        })
    }
}
