//! A person in the vault, and what they are there: asked anew each time, since rights are withdrawn.

use serde::Deserialize;
use tieline_sdk::{Actor, Failure, Problem};

use super::sign_in::Me;
use crate::vault::{Vault, objects, vql};

/// A user of the vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The record of the user.
    pub id: String,
    /// Full name.
    #[serde(rename = "name__v")]
    pub name: String,
    #[serde(rename = "status__v")]
    status: Vec<String>,
    #[serde(rename = "service_center_roles__v")]
    roles: Option<Vec<String>>,
    #[serde(rename = "service_center_license__v")]
    licensed: Option<bool>,
}

const BUSINESS_ADMIN: &str = "business_admin__v";
const REPRESENTATIVE: &str = "representative__v";

impl Person {
    /// The fields that are read of a user.
    pub(crate) const FIELDS: &'static str =
        "id, name__v, status__v, service_center_roles__v, service_center_license__v";

    /// Whether they may sign in to the vault.
    pub fn is_active(&self) -> bool {
        self.status.is_empty() || self.status.iter().any(|status| status == "active__v")
    }

    /// Whether they may set what holds for the whole vault.
    pub fn is_business_admin(&self) -> bool {
        self.has(BUSINESS_ADMIN)
    }

    /// Whether they work cases.
    pub fn is_representative(&self) -> bool {
        self.has(REPRESENTATIVE)
    }

    fn has(&self, role: &str) -> bool {
        self.is_active() && self.roles.iter().flatten().any(|has| has == role)
    }

    /// Lets representatives through, and nobody else.
    ///
    /// # Errors
    /// `vault.not-licensed`, `vault.not-a-representative`.
    pub fn as_representative(&self) -> Result<(), Problem> {
        if !self.is_representative() {
            let message = "only Service Center representatives do this";
            return Err(Problem::new("vault.not-a-representative", message)
                .remedy("ask the vault's administrator to make you one"));
        }
        if self.licensed == Some(false) {
            let problem = Problem::new("vault.not-licensed", "you have no Service Center licence");
            return Err(problem.remedy("ask the vault's administrator to assign you one"));
        }
        Ok(())
    }

    /// Lets Business Admins through, and nobody else.
    ///
    /// # Errors
    /// `vault.not-a-business-admin`.
    pub fn as_business_admin(&self) -> Result<(), Problem> {
        if self.is_business_admin() {
            return Ok(());
        }
        let message = "only Business Admins change what holds for all cases of the vault";
        Err(Problem::new("vault.not-a-business-admin", message).remedy("ask a Business Admin of the vault"))
    }
}

/// The active user of the vault who is this person at Microsoft: by federated id, which holds the object id where single
/// sign-on was set up so, and else by e-mail address.
///
/// # Errors
/// `vault.unknown-person` when there is none, or more than one.
pub(crate) fn of(vault: &Vault<'_>, actor: &Actor, me: &Me) -> Result<Person, Failure> {
    let mut found = asked(vault, "federated_id__sys", &actor.object_id.to_ascii_lowercase())?;
    for address in me.addresses() {
        if found.is_empty() {
            found = asked(vault, "email__sys", address)?;
        }
    }
    only(found, &me.user_principal_name).map_err(Failure::permanent)
}

fn asked(vault: &Vault<'_>, field: &str, value: &str) -> Result<Vec<Person>, Failure> {
    let (fields, users) = (Person::FIELDS, objects::USER);
    let found: Vec<Person> =
        vault.query(&format!("SELECT {fields} FROM {users} WHERE {field} = {}", vql::quoted(value)))?;
    Ok(found.into_iter().filter(Person::is_active).collect())
}

/// The one that was found.
fn only(found: Vec<Person>, address: &str) -> Result<Person, Problem> {
    let how_many = found.len();
    let mut found = found.into_iter();
    match (found.next(), how_many) {
        (Some(person), 1) => Ok(person),
        _ => {
            let message = format!("the vault has {how_many} active users who are {address} at Microsoft");
            Err(Problem::new("vault.unknown-person", message).remedy(
                "ask the vault's administrator to give one user your object id as federated id, or your e-mail address",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(json: &str) -> Person {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn only_representatives_work_cases_and_only_business_admins_change_the_vault() {
        for (json, representative, admin) in [
            (r#"{"service_center_roles__v":["representative__v"],"status__v":["active__v"]}"#, true, false),
            (r#"{"service_center_roles__v":["business_admin__v"],"status__v":["active__v"]}"#, false, true),
            (r#"{"service_center_roles__v":["representative__v","business_admin__v"]}"#, true, true),
            (
                r#"{"service_center_roles__v":["representative__v"],"status__v":["inactive__v"]}"#,
                false,
                false,
            ),
            (
                r#"{"service_center_roles__v":["representative__v"],"service_center_license__v":false}"#,
                false,
                false,
            ),
            ("{}", false, false),
        ] {
            let person = person(json);
            assert_eq!(person.as_representative().is_ok(), representative, "{json}");
            assert_eq!(person.as_business_admin().is_ok(), admin, "{json}");
        }
    }

    #[test]
    fn nobody_and_more_than_one_are_nobody() {
        assert!(only(vec![Person::default()], "a@c.com").is_ok());
        for wrong in [vec![], vec![Person::default(), Person::default()]] {
            assert_eq!(only(wrong, "a@c.com").unwrap_err().code, "vault.unknown-person");
        }
    }
}
