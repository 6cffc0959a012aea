//! What a test may do to the organisation.

use serde_json::{Map, Value, json};

use super::access::Access;
use super::schema::Kind;
use super::{RecordObserver, seeded, table::Record};
use crate::clock;
use crate::world::World;

impl World {
    /// All records of a type with all their fields, oldest first; `None` if there is no such type.
    pub fn salesforce_records(&self, kind: &str) -> Option<Vec<Value>> {
        let org = &self.salesforce;
        let kind = Kind::named(kind).ok()?;
        let table = org.table(kind);
        let whole = |record: &Record| {
            let value = |field| table.value(record, field, &org.user_id);
            let fields = kind.object().all_fields();
            Value::Object(fields.map(|field| (field.name.to_owned(), value(field))).collect())
        };
        Some(table.read(|rows| rows.live().map(whole).collect()))
    }

    /// Forgets all records of a type; the answer is how many there were.
    pub fn clear_salesforce_records(&self, kind: &str) -> Option<usize> {
        Some(self.salesforce.table(Kind::named(kind).ok()?).clear())
    }

    /// Calls `observer` for every record that a client creates, before the client is answered. It
    /// must be quick.
    pub fn observe_records(&self, observer: RecordObserver) {
        *self.salesforce.observer.write() = Some(observer);
    }

    /// Ends all Salesforce access tokens; the answer is how many there were.
    pub fn revoke_salesforce_tokens(&self) -> usize {
        self.salesforce.sessions.revoke_all()
    }

    /// Whether a refresh gives a new refresh token and ends the old one.
    pub fn set_salesforce_rotation(&self, on: bool) {
        self.salesforce.sessions.set_rotation(on);
    }

    /// How many API requests are used, and how many there are.
    pub fn set_salesforce_limits(&self, used: u64, max: u64) {
        self.salesforce.usage.set(used, max);
    }

    /// Changes fields of a record as a person in Salesforce would, whoever may write them. Says whether there is one.
    pub fn change_salesforce_record(&self, kind: &str, id: &str, fields: Map<String, Value>) -> Option<()> {
        let table = self.salesforce.table(Kind::named(kind).ok()?);
        table.write(|rows| rows.update(table.number(id)?, fields))
    }

    /// Deletes a record as a person would. Says whether there was one.
    pub fn delete_salesforce_record(&self, kind: &str, id: &str) -> Option<()> {
        let table = self.salesforce.table(Kind::named(kind).ok()?);
        table.write(|rows| rows.delete(table.number(id)?))
    }

    /// Converts a Lead, as a person would: it becomes an Account, and with a name an Opportunity. The answer is the
    /// Opportunity's id, if there is one.
    pub fn convert_lead(&self, id: &str, opportunity: Option<&str>) -> Option<Option<String>> {
        let org = &self.salesforce;
        let lead = org.table(Kind::Lead).get(id)?;
        let text = |name: &str| lead.fields.get(name).cloned().unwrap_or_default();
        let account = seeded::put(
            org,
            Kind::Account,
            json!({"Name": text("Company"), "Type": "Prospect", "OwnerId": text("OwnerId")}),
        );
        let deal = opportunity.map(|name| {
            let deal = json!({
                "Name": name, "AccountId": account, "StageName": "Qualification", "Amount": 24_000.0,
                "CloseDate": "2027-06-30", "NextStep": "Call Erin", "OwnerId": text("OwnerId"),
            });
            seeded::put(org, Kind::Opportunity, deal)
        });
        let today = clock::salesforce(clock::now_ms())[..10].to_owned();
        let converted = json!({
            "IsConverted": true, "ConvertedDate": today, "ConvertedAccountId": account,
            "ConvertedOpportunityId": deal, "Status": "Closed - Converted",
        });
        self.change_salesforce_record("Lead", id, converted.as_object()?.clone())?;
        Some(deal)
    }

    /// What a user may do with a record from now on.
    pub fn set_salesforce_access(&self, user: &str, record: &str, read: bool, edit: bool) {
        self.salesforce.access.set(user, record, Access { read, edit });
    }

    /// Refuses token requests with this error and description, so many times or for ever; with none no more.
    pub fn refuse_salesforce_tokens(&self, error: Option<(String, String)>, times: Option<u32>) {
        self.salesforce.refusals.script(error, times);
    }

    /// Ends all refresh tokens; the answer is how many there were.
    pub fn revoke_salesforce_refresh_tokens(&self) -> usize {
        self.salesforce.sessions.revoke_refresh_tokens()
    }

    /// A new refresh token, as if somebody had signed in.
    pub fn new_salesforce_refresh_token(&self) -> String {
        self.salesforce.sessions.sign_in()
    }
}
