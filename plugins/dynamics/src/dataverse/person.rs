//! A person at the upstream, and what they may do there: asked anew each time, since rights are withdrawn.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, Problem, storage};

use super::ids::guid;
use super::tables::remember;
use super::{Dataverse, List};

/// Who is who changes seldom.
const REMEMBERED: u64 = 3_600_000;
const A_DAY: u64 = 24 * 3_600_000;

/// A user of Dataverse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `systemuserid`
    pub id: String,
    /// Full name.
    pub name: String,
    /// Entra object id; none for users who are no people.
    #[serde(default)]
    pub object_id: Option<String>,
}

/// What a person may do with a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Access {
    /// See it.
    pub read: bool,
    /// Change it.
    pub write: bool,
}

#[derive(Deserialize)]
struct User {
    systemuserid: String,
    #[serde(default)]
    fullname: Option<String>,
    #[serde(default)]
    azureactivedirectoryobjectid: Option<String>,
    #[serde(default)]
    isdisabled: Option<bool>,
}

const USER: &str = "systemuserid,fullname,azureactivedirectoryobjectid,isdisabled";

impl Access {
    /// Reads `ReadAccess, WriteAccess, …`.
    pub fn read(rights: &str) -> Self {
        let has = |right: &str| rights.split(',').any(|one| one.trim() == right);
        Self { read: has("ReadAccess"), write: has("WriteAccess") }
    }
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        let name = user.fullname.filter(|name| !name.is_empty());
        Self {
            id: user.systemuserid.to_ascii_lowercase(),
            name: name.unwrap_or_else(|| "an unnamed user".to_owned()),
            object_id: user.azureactivedirectoryobjectid.map(|id| id.to_ascii_lowercase()),
        }
    }
}

impl Dataverse<'_> {
    /// The enabled user with this Entra object id.
    pub(crate) fn person(&self, object_id: &str) -> Result<Person, Failure> {
        let unknown = || {
            let problem =
                Problem::new("dynamics.unknown-person", "you are no enabled user of this organisation");
            Failure::permanent(problem.remedy("ask an administrator to add you to the environment"))
        };
        let object_id = guid(object_id).ok_or_else(unknown)?;
        let key = format!("person/{object_id}");
        if let Some(person) = storage::get_json(&key)? {
            return Ok(person);
        }
        let found: List<User> = self.get(&format!(
            "systemusers?$select={USER}&$filter=azureactivedirectoryobjectid%20eq%20{object_id}"
        ))?;
        let user = found.value.into_iter().find(|user| user.isdisabled != Some(true)).ok_or_else(unknown)?;
        let person = Person::from(user);
        remember(&key, &person, REMEMBERED)?;
        Ok(person)
    }

    /// Users by their ids; those that are gone or disabled are left out.
    pub(crate) fn people(&self, ids: &[String]) -> Result<Vec<Person>, Failure> {
        let any: Vec<_> =
            ids.iter().filter_map(|id| guid(id)).map(|id| format!("systemuserid%20eq%20{id}")).collect();
        if any.is_empty() {
            return Ok(vec![]);
        }
        let found: List<User> =
            self.get(&format!("systemusers?$select={USER}&$filter={}", any.join("%20or%20")))?;
        Ok(found.value.into_iter().filter(|user| user.isdisabled != Some(true)).map(Person::from).collect())
    }

    /// What people call the user with this id.
    pub(crate) fn name_of(&self, id: &str) -> Result<Option<String>, Failure> {
        let Some(id) = guid(id) else { return Ok(None) };
        let key = format!("name/{id}");
        if let Some(name) = storage::get_json(&key)? {
            return Ok(Some(name));
        }
        let user: Option<User> = self.find(&format!("systemusers({id})?$select={USER}"))?;
        let Some(name) = user.and_then(|user| user.fullname) else { return Ok(None) };
        remember(&key, &name, A_DAY)?;
        Ok(Some(name))
    }

    /// The user that this connector is at the upstream.
    pub(crate) fn own_user(&self) -> Result<String, Failure> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct WhoAmI {
            user_id: String,
        }
        if let Some(id) = storage::get_json("own-user")? {
            return Ok(id);
        }
        let own: WhoAmI = self.get("WhoAmI()")?;
        let id = own.user_id.to_ascii_lowercase();
        remember("own-user", &id, A_DAY)?;
        Ok(id)
    }

    /// What a person may do with a record, by all their roles, teams and shares.
    pub(crate) fn access(&self, person: &Person, set: &str, record: &str) -> Result<Access, Failure> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Rights {
            access_rights: String,
        }
        let target = tieline_sdk::encode(&format!("{{'@odata.id':'{set}({record})'}}"));
        let rights: Rights = self.get(&format!(
            "systemusers({})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={target}",
            person.id
        ))?;
        Ok(Access::read(&rights.access_rights))
    }

    /// Whether one of a person's roles, or of their teams', holds a privilege.
    pub(crate) fn holds(&self, person: &Person, privilege: &str) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Privileges {
            role_privileges: Vec<Held>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Held {
            privilege_name: Option<String>,
        }
        let name = super::ids::quoted(privilege);
        // An organisation that knows no such privilege gave it to nobody.
        let held: Option<Privileges> = self.find(&format!(
            "systemusers({})/Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName(PrivilegeName=@p)?@p={name}",
            person.id
        ))?;
        let named =
            |held: &Held| held.privilege_name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(privilege));
        Ok(held.is_some_and(|held| held.role_privileges.iter().any(named)))
    }

    /// Whether a person is in a team.
    pub(crate) fn is_in_team(&self, person: &Person, team: &str) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Membership {}
        let Some(team) = guid(team) else { return Ok(false) };
        let found: List<Membership> = self.get(&format!(
            "teammemberships?$select=teammembershipid&$filter=teamid%20eq%20{team}%20and%20systemuserid%20eq%20{}",
            person.id
        ))?;
        Ok(!found.value.is_empty())
    }

    /// The users in a team, at most so many.
    pub(crate) fn team(&self, team: &str, most: usize) -> Result<Vec<String>, Failure> {
        #[derive(Deserialize)]
        struct Membership {
            systemuserid: String,
        }
        let Some(team) = guid(team) else { return Ok(vec![]) };
        let found: List<Membership> = self
            .get(&format!("teammemberships?$select=systemuserid&$filter=teamid%20eq%20{team}&$top={most}"))?;
        Ok(found.value.into_iter().map(|membership| membership.systemuserid).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_by_their_whole_names() {
        let all =
            "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, DeleteAccess, ShareAccess, AssignAccess";
        assert_eq!(Access::read(all), Access { read: true, write: true });
        assert_eq!(Access::read("ReadAccess"), Access { read: true, write: false });
        assert_eq!(Access::read("AppendAccess,NoWriteAccess"), Access::default());
        assert_eq!(Access::read(""), Access::default());
    }
}
