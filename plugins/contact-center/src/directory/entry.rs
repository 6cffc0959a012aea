//! An entry of the directory. Pure.

use serde::{Deserialize, Serialize};

use crate::settings::{Directory, PhoneType};

/// `Microsoft Teams` among the plans of a licence.
const TEAMS: &str = "57ff2da0-773e-42df-b2af-ffb7a2317929";

/// What is asked of the directory.
pub(crate) const SELECT: [&str; 10] = [
    "id",
    "displayName",
    "mail",
    "jobTitle",
    "department",
    "businessPhones",
    "mobilePhone",
    "faxNumber",
    "accountEnabled",
    "assignedPlans",
];

/// A user, as the directory tells it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// Object id.
    pub id: String,
    /// What people call them.
    pub display_name: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Job.
    pub job_title: Option<String>,
    /// Department.
    pub department: Option<String>,
    business_phones: Vec<String>,
    mobile_phone: Option<String>,
    fax_number: Option<String>,
    account_enabled: Option<bool>,
    assigned_plans: Vec<AssignedPlan>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AssignedPlan {
    service_plan_id: Option<String>,
    capability_status: Option<String>,
}

/// A phone number and its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phone {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: PhoneType,
    /// As the directory has it.
    pub number: String,
}

impl User {
    /// Whether they are there and have Teams.
    pub fn has_teams(&self) -> bool {
        let is_on = |plan: &AssignedPlan| {
            plan.service_plan_id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(TEAMS))
                && plan.capability_status.as_deref() == Some("Enabled")
        };
        self.account_enabled != Some(false) && self.assigned_plans.iter().any(is_on)
    }

    /// Their numbers of the types that the settings name, in that order; each number once.
    pub fn phones(&self, directory: &Directory) -> Vec<Phone> {
        let mut phones: Vec<Phone> = Vec::new();
        for kind in &directory.phones {
            let numbers: Vec<&String> = match kind {
                PhoneType::Business => self.business_phones.iter().collect(),
                PhoneType::Mobile => self.mobile_phone.iter().collect(),
                PhoneType::Fax => self.fax_number.iter().collect(),
            };
            for number in numbers.into_iter().map(|number| number.trim()) {
                if !number.is_empty() && !phones.iter().any(|phone| phone.number == number) {
                    phones.push(Phone { kind: *kind, number: number.to_owned() });
                }
            }
        }
        phones
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> User {
        serde_json::from_str(
            r#"{"id":"u","displayName":"Adele Vance","businessPhones":["+1 425 1"," "],"mobilePhone":"+1 425 2",
                "faxNumber":"+1 425 1","accountEnabled":true,
                "assignedPlans":[{"servicePlanId":"57FF2DA0-773E-42DF-B2AF-FFB7A2317929","capabilityStatus":"Enabled"}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn numbers_stand_in_the_order_of_the_settings() {
        let of = |json: &str| {
            let directory: Directory = serde_json::from_str(json).unwrap();
            let phones = user().phones(&directory);
            phones.into_iter().map(|phone| (phone.kind.name(), phone.number)).collect::<Vec<_>>()
        };
        let (one, two) = ("+1 425 1".to_owned(), "+1 425 2".to_owned());
        assert_eq!(of("{}"), [("business", one.clone()), ("mobile", two.clone())]);
        assert_eq!(
            of(r#"{"phones":["mobile","business"]}"#),
            [("mobile", two.clone()), ("business", one.clone())]
        );
        assert_eq!(of(r#"{"phones":["mobile"]}"#), [("mobile", two.clone())]);
        assert_eq!(of(r#"{"phones":["fax","business","mobile"]}"#), [("fax", one), ("mobile", two)]);
        assert_eq!(of(r#"{"phones":[]}"#), []);
    }

    #[test]
    fn whoever_has_no_teams_is_no_teams_user() {
        assert!(user().has_teams());
        assert!(!User { account_enabled: Some(false), ..user() }.has_teams());
        assert!(!User { assigned_plans: vec![], ..user() }.has_teams());
    }
}
