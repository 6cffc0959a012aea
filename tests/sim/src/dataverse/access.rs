//! Who asks, and what they may do ("Security model of Dataverse", "Impersonate another user").

use std::collections::BTreeSet;

use super::errors::ApiError;
use super::roles::{self, Depth, Verb};
use super::rows::Row;
use super::schema::{Ownership, Table};
use super::{Data, Environment};
use crate::call::Call;
use crate::entra::Claims;

/// As whom a request is carried out.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// The user.
    pub(super) user: String,
    /// Who really calls, if that is another.
    pub(super) delegate: Option<String>,
    roles: BTreeSet<String>,
    teams: Vec<String>,
}

/// Who stands behind a token, and for whom they work.
pub(super) fn caller(
    environment: &Environment,
    claims: &Claims,
    call: &Call<'_>,
) -> Result<Caller, ApiError> {
    let data = environment.data.read();
    let row = data
        .rows
        .with("systemuser", "azureactivedirectoryobjectid", &claims.oid)
        .next()
        .ok_or_else(no_member)?;
    let own = enabled(&data, row)?;
    let wanted = match (call.header("callerobjectid"), call.header("mscrmcallerid")) {
        (Some(oid), _) => data.rows.with("systemuser", "azureactivedirectoryobjectid", oid).next(),
        (None, Some(id)) => data.rows.get("systemuser", id),
        (None, None) => return Ok(own),
    };
    if roles::depth(&data.grants, &own.roles, roles::IMPERSONATE).is_none() {
        return Err(missing(&own, roles::IMPERSONATE, None));
    }
    let other = enabled(&data, wanted.ok_or_else(no_member)?)?;
    Ok(Caller { delegate: Some(own.user), ..other })
}

fn no_member() -> ApiError {
    ApiError::forbidden("0x80072560", "The user is not a member of the organization.")
}

fn enabled(data: &Data, row: &Row) -> Result<Caller, ApiError> {
    if row.plain("isdisabled").as_bool() == Some(true) {
        let message = format!(
            "The specified user(Id = {}) is disabled. Consider enabling this user. Additional Details: User \
             IsDisabled=True, IsLicensed=True, Mode={}",
            row.id,
            row.plain("accessmode")
        );
        return Err(ApiError::forbidden("0x80040225", message));
    }
    Ok(of_user(data, &row.id))
}

/// A user as a caller.
pub(super) fn of_user(data: &Data, user: &str) -> Caller {
    Caller {
        user: user.to_owned(),
        delegate: None,
        roles: roles::of_user(&data.rows, user),
        teams: roles::teams_of(&data.rows, user),
    }
}

impl Caller {
    /// How far a privilege reaches.
    pub(super) fn depth(&self, data: &Data, privilege: &str) -> Option<Depth> {
        roles::depth(&data.grants, &self.roles, privilege)
    }

    /// Whether this may be done in a table at all.
    pub(super) fn may(&self, data: &Data, verb: Verb, table: &Table) -> Result<Depth, ApiError> {
        let privilege = verb.privilege(table);
        self.depth(data, &privilege).ok_or_else(|| missing(self, &privilege, Some(table)))
    }

    /// Whether something may be done that is no matter of a table's rows.
    pub(super) fn may_by_name(&self, data: &Data, privilege: &str) -> Result<(), ApiError> {
        self.depth(data, privilege).map(|_| ()).ok_or_else(|| missing(self, privilege, None))
    }

    /// Whether this may be done to a row.
    pub(super) fn may_with(&self, data: &Data, verb: Verb, table: &Table, row: &Row) -> Result<(), ApiError> {
        let depth = self.may(data, verb, table)?;
        if self.reaches(depth, table, row) {
            return Ok(());
        }
        let owner = row.link("ownerid").map_or("", |(_, id)| id);
        Err(ApiError::forbidden(
            "0x80048306",
            format!(
                "SecLib::AccessCheckEx failed. Returned hr = -2147187962, ObjectID: {}, OwnerId: {owner},  \
                 OwnerIdType: 8 and CallingUser: {}. ObjectTypeCode: {}, AccessRights: {}Access",
                row.id,
                self.user,
                table.code,
                verb.name()
            ),
        ))
    }

    /// Whether a privilege that reaches so far reaches a row.
    pub(super) fn reaches(&self, depth: Depth, table: &Table, row: &Row) -> bool {
        if depth > Depth::Basic || table.owner != Ownership::User {
            return true;
        }
        row.link("ownerid").is_some_and(|(kind, id)| match kind {
            "team" => self.teams.iter().any(|team| team == id),
            _ => self.user == id,
        })
    }

    /// What this user may do with a row, as `RetrievePrincipalAccess` writes it.
    pub(super) fn rights(&self, data: &Data, table: &Table, row: &Row) -> String {
        let has = |verb: &Verb| {
            self.depth(data, &verb.privilege(table)).is_some_and(|depth| self.reaches(depth, table, row))
        };
        let rights: Vec<_> =
            Verb::ALL.iter().filter(|verb| **verb != Verb::Create && has(verb)).map(right).collect();
        if rights.is_empty() { "None".to_owned() } else { rights.join(", ") }
    }
}

fn right(verb: &Verb) -> String {
    format!("{}Access", verb.name())
}

fn missing(caller: &Caller, privilege: &str, table: Option<&Table>) -> ApiError {
    let on = table.map_or_else(String::new, |table| {
        format!(" on OTC={} for entity '{}' (LocalizedName='{}')", table.code, table.name, table.labels[0])
    });
    ApiError::forbidden(
        "0x80040220",
        format!(
            "Principal user (Id={}, type=8, roleCount={}) is missing {privilege} privilege (Id={}){on}. \
             context.Caller={}. Consider adding missed privilege to one of the principal (user/team) roles.",
            caller.user,
            caller.roles.len(),
            roles::id(privilege),
            caller.user
        ),
    )
}
