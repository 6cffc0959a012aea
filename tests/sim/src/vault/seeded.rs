//! What is in the vault from the start.

use serde_json::{Value, json};

use super::schema::Object;
use super::table::Data;
use crate::seed::{DEALS, USERS};

/// The vault that is simulated.
pub(super) const VAULT_ID: u64 = 2001;
pub(super) const VAULT: &str = "Lakeside Service Center";
/// Another vault of the organisation, which nobody can reach.
pub(super) const OTHER_ID: u64 = 2002;
pub(super) const OTHER: &str = "Lakeside Training";
pub(super) const OTHER_URL: &str = "https://lakeside-training.veevavault.example/api";

/// As whom the integration works.
pub(super) const USERNAME: &str = "tieline@lakesidesystems.example";

/// Service Center: what each of [`USERS`] is there, and whether they have its licence. The last is no user of it.
const PEOPLE: [(&[&str], bool); 6] = [
    (&["representative__v"], true),
    (&["business_admin__v"], true),
    (&["representative__v"], true),
    (&["business_admin__v", "representative__v"], true),
    (&["representative__v"], false),
    (&[], false),
];

/// Cases: title, status, priority, and whose they are by their place among the users.
const CASES: [(&str, &str, &str, Option<usize>); 4] = [
    ("Patient asks about storage", "open__v", "high__v", Some(0)),
    ("Pharmacist reports a broken seal", "open__v", "medium__v", Some(2)),
    ("Clinic wants dosing tables", "pending__v", "low__v", None),
    ("Wholesaler returns a batch", "closed__v", "medium__v", Some(3)),
];

/// Fills an empty vault; the answer is the integration user's id.
pub(super) fn fill(data: &mut Data, now: u64) -> String {
    let integration = put(
        data,
        "user__sys",
        json!({
            "name__v": "Tieline Integration", "username__sys": USERNAME, "first_name__sys": "Tieline",
            "last_name__sys": "Integration", "email__sys": USERNAME, "service_center_license__v": true,
        }),
        now,
    );
    let mut people = Vec::new();
    for (user, (roles, licensed)) in USERS.iter().zip(PEOPLE) {
        let fields = json!({
            "name__v": user.name(), "username__sys": user.email(), "first_name__sys": user.given,
            "last_name__sys": user.family, "email__sys": user.email(), "title__sys": user.job,
            "federated_id__sys": user.object_id(), "service_center_license__v": licensed,
            "service_center_roles__v": roles,
        });
        people.push(put(data, "user__sys", fields, now));
    }
    for ((title, status, priority, owner), deal) in CASES.into_iter().zip(&DEALS) {
        let account = put(data, "account__v", json!({"name__v": deal.account}), now);
        let fields = json!({
            "title__v": title, "case_status__v": [status], "priority__v": [priority], "account__v": account,
            "owner__v": owner.map(|place| people[place].clone()), "description__v": format!("{title}."),
        });
        put(data, "case__v", fields, now);
    }
    let settings = json!({"name__v": "Default", "microsoft_integration__v": ["none__v"]});
    put(data, "console_application_settings__v", settings, now);
    integration
}

fn put(data: &mut Data, object: &str, fields: Value, now: u64) -> String {
    let (Ok(object), Value::Object(fields)) = (Object::named(object), fields) else { return String::new() };
    // The first user made itself, and everything else.
    data.of_mut(object).insert(fields, "12101", now)
}
