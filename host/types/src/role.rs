//! What somebody is to a tenant.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role: by it a manifest says who may ask for an action, and the API who may ask for what. A greater one may all
/// that a lesser one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks at the records: the app role `viewer`.
    Viewer,
    /// Works with them: everybody who is signed in and was given no other role, and the app role `agent`.
    Agent,
    /// Sets up the tenant's side: the app role `tenant-admin` in its directory.
    TenantAdmin,
    /// Runs the host, and acts for nobody else.
    Operator,
}

impl Role {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::TenantAdmin => "tenant-admin",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// The roles of a person whose id token carries these app roles. Others of the directory mean nothing here, and
    /// none makes anybody the operator of the host.
    pub fn of_person(app_roles: &[String]) -> Vec<Self> {
        let given = [Self::TenantAdmin, Self::Agent, Self::Viewer].into_iter();
        let given: Vec<_> = given.filter(|role| app_roles.iter().any(|name| name == role.as_str())).collect();
        if given.is_empty() { vec![Self::Agent] } else { given }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_becomes_the_operator_by_their_directory() {
        let of =
            |names: &[&str]| Role::of_person(&names.iter().map(|name| (*name).into()).collect::<Vec<_>>());
        assert_eq!(of(&[]), [Role::Agent]);
        assert_eq!(of(&["operator", "Sales.Manager"]), [Role::Agent]);
        assert_eq!(of(&["viewer"]), [Role::Viewer]);
        assert_eq!(of(&["agent", "tenant-admin"]), [Role::TenantAdmin, Role::Agent]);
    }

    #[test]
    fn each_is_more_than_the_one_before() {
        assert!(
            Role::Viewer < Role::Agent
                && Role::Agent < Role::TenantAdmin
                && Role::TenantAdmin < Role::Operator
        );
    }

    #[test]
    fn is_written_as_it_is_named() {
        for role in [Role::Operator, Role::TenantAdmin, Role::Agent, Role::Viewer] {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }
}
