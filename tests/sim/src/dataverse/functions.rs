//! Functions: who asks, and what a user may do ("WhoAmI", "RetrievePrincipalAccess", "RetrieveUserPrivileges").

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::address::{Key, Segment};
use super::errors::ApiError;
use super::roles::{self, Depth, Verb};
use super::schema::Table;
use super::{Data, Request, access, many, payload, records};
use crate::call::{self, Reply};

/// Operations that belong to nothing; `None` if the path names none of them.
pub(super) fn unbound(
    request: &Request<'_>,
    first: &Segment,
    rest: &[Segment],
) -> Result<Option<Reply>, ApiError> {
    let wanted = match first.name.as_str() {
        "WhoAmI" => Method::GET,
        "BulkDelete" => Method::POST,
        _ => return Ok(None),
    };
    if let [further, ..] = rest {
        return Err(ApiError::no_resource(&further.name));
    }
    if request.method != wanted {
        return Err(ApiError::wrong_method(&request.method));
    }
    if first.name == "BulkDelete" {
        return many::bulk_delete(request).map(Some);
    }
    let own = json!({
        "BusinessUnitId": request.environment.business_unit_id,
        "UserId": request.caller.user,
        "OrganizationId": request.environment.organization_id,
    });
    Ok(Some(answer(request, "WhoAmI", own)))
}

/// Functions of a row.
pub(super) fn bound(
    request: &Request<'_>,
    table: &'static Table,
    key: &Key,
    function: &Segment,
) -> Result<Reply, ApiError> {
    let name = function.name.trim_start_matches(many::NAMESPACE);
    if request.method != Method::GET {
        return Err(ApiError::wrong_method(&request.method));
    }
    let data = &*request.environment.data.read();
    let row = records::found(&data.rows, table, key)?;
    request.caller.may_with(data, Verb::Read, table, row)?;
    if table.name != "systemuser" {
        return Err(ApiError::no_resource(&function.name));
    }
    let body = match name {
        "RetrievePrincipalAccess" => {
            let target = parameter(request, function, "Target")?;
            json!({"AccessRights": rights(data, &row.id, &target)?})
        }
        "RetrieveUserPrivileges" => json!({"RolePrivileges": privileges(request, data, &row.id, None)}),
        "RetrieveUserPrivilegeByPrivilegeName" => {
            let wanted = parameter(request, function, "PrivilegeName")?;
            if !roles::all().iter().any(|known| known.eq_ignore_ascii_case(&wanted)) {
                let message = format!("privilege With name = {wanted} Does Not Exist");
                return Err(ApiError::new(StatusCode::NOT_FOUND, "0x80040217", message));
            }
            json!({"RolePrivileges": privileges(request, data, &row.id, Some(&wanted))})
        }
        _ => return Err(ApiError::no_resource(&function.name)),
    };
    Ok(answer(request, name, body))
}

fn parameter(request: &Request<'_>, function: &Segment, name: &str) -> Result<String, ApiError> {
    let missing = || ApiError::request(format!("The parameter '{name}' of {} is missing.", function.name));
    let Key::Named(pairs) = &function.key else { return Err(missing()) };
    let (_, value) = pairs.iter().find(|(known, _)| known == name).ok_or_else(missing)?;
    let value = request.options.resolved(value).ok_or_else(missing)?;
    Ok(super::address::unquoted(&value))
}

/// What a user may do with a row: `{'@odata.id':'incidents(…)'}`, in either kind of quotes.
fn rights(data: &Data, user: &str, target: &str) -> Result<String, ApiError> {
    let text = target.replace('\'', "\"");
    let target: Value = serde_json::from_str(&text).unwrap_or_default();
    let reference = target["@odata.id"].as_str();
    let reference = reference.ok_or_else(|| ApiError::request("The parameter 'Target' is no reference."))?;
    let (table, id) = payload::referenced(&data.rows, reference)?;
    let row = data.rows.get(table.name, &id).ok_or_else(|| ApiError::no_row(table, &id))?;
    Ok(access::of_user(data, user).rights(data, table, row))
}

/// A user's privileges by role, or one of them.
fn privileges(request: &Request<'_>, data: &Data, user: &str, only: Option<&str>) -> Vec<Value> {
    let roles = roles::of_user(&data.rows, user);
    let names = roles::all().into_iter();
    let wanted = names.filter(|name| only.is_none_or(|only| only.eq_ignore_ascii_case(name)));
    wanted
        .filter_map(|name| {
            let depth: Depth = roles::depth(&data.grants, &roles, &name)?;
            Some(json!({
                "Depth": depth,
                "PrivilegeId": roles::id(&name),
                "BusinessUnitId": request.environment.business_unit_id,
                "PrivilegeName": name,
                "RecordFilterId": "00000000-0000-0000-0000-000000000000",
                "RecordFilterUniqueName": "",
            }))
        })
        .collect()
}

fn answer(request: &Request<'_>, name: &str, fields: Value) -> Reply {
    let mut body = Map::new();
    let context = format!("{}/$metadata#Microsoft.Dynamics.CRM.{name}Response", request.root);
    body.insert("@odata.context".to_owned(), context.into());
    if let Value::Object(fields) = fields {
        body.extend(fields);
    }
    call::json(StatusCode::OK, &body)
}
