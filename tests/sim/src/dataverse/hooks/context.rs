//! The body of a webhook: a `RemoteExecutionContext` as JSON, in the shape of the documented example.

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::rows::{Cell, Row};
use super::super::schema::{Kind, Table};
use super::super::{Data, Environment};
use super::{Happened, Message};
use crate::{clock, ids};

const CONTRACTS: &str = "http://schemas.microsoft.com/xrm/2011/Contracts";
/// Beyond this, what is large is left out.
const LARGEST: usize = 256 * 1024;

/// The body, and whether it lacks what was too large.
pub(super) fn body(
    environment: &Environment,
    data: &Data,
    happened: &Happened<'_>,
    step: &Row,
) -> (Bytes, bool) {
    let mut context = whole(environment, data, happened, step);
    let text = context.to_string();
    if text.len() <= LARGEST {
        return (text.into(), false);
    }
    for part in ["InputParameters", "PreEntityImages", "PostEntityImages"] {
        context[part] = json!([]);
    }
    context["ParentContext"] = Value::Null;
    (context.to_string().into(), true)
}

fn whole(environment: &Environment, data: &Data, happened: &Happened<'_>, step: &Row) -> Value {
    let id = happened.row().map_or("", |row| &row.id);
    let user = &happened.writer.user;
    json!({
        "BusinessUnitId": environment.business_unit_id,
        "CorrelationId": ids::fresh_guid(),
        "Depth": happened.writer.depth,
        "InitiatingUserAzureActiveDirectoryObjectId": object_id(data, user),
        // With impersonation both are the impersonated user. That the documentation leaves open; it is a guess.
        "InitiatingUserId": user,
        "InputParameters": input(happened),
        "IsExecutingOffline": false,
        "IsInTransaction": false,
        "IsOfflinePlayback": false,
        "IsolationMode": 1,
        "MessageName": happened.message.name(),
        "Mode": 1,
        "OperationCreatedOn": format!("/Date({}+0000)/", clock::now_ms()),
        "OperationId": ids::fresh_guid(),
        "OrganizationId": environment.organization_id,
        "OrganizationName": "lakeside",
        "OutputParameters": output(happened, id),
        "OwningExtension": reference("sdkmessageprocessingstep", &step.id),
        "ParentContext": null,
        "PostEntityImages": images(data, happened.after.as_ref(), happened.table, step, 1),
        "PreEntityImages": images(data, happened.before.as_ref(), happened.table, step, 0),
        "PrimaryEntityId": id,
        "PrimaryEntityName": happened.table.name,
        "RequestId": null,
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": 40,
        "UserAzureActiveDirectoryObjectId": object_id(data, user),
        "UserId": user,
    })
}

fn object_id(data: &Data, user: &str) -> Value {
    let row = data.rows.get("systemuser", user);
    row.map_or(Value::Null, |row| row.plain("azureactivedirectoryobjectid").clone())
}

fn input(happened: &Happened<'_>) -> Value {
    let Some(row) = happened.row() else { return json!([]) };
    let this = reference(happened.table.name, &row.id);
    match happened.message {
        Message::Delete => json!([{"key": "Target", "value": this}]),
        Message::Assign => {
            let owner = row.link("ownerid").map(|(table, id)| reference(table, id));
            json!([{"key": "Target", "value": this}, {"key": "Assignee", "value": owner}])
        }
        Message::Create | Message::Update => {
            let mut names: Vec<&str> = match happened.message {
                Message::Create => row.cells.keys().copied().collect(),
                _ => happened.changed.clone(),
            };
            if happened.message == Message::Update {
                names.extend(["modifiedon", "modifiedby", "modifiedonbehalfby"]);
            }
            let mut target = entity(happened.table, row, &names);
            target["__type"] = typed("Entity");
            json!([{"key": "Target", "value": target}])
        }
    }
}

fn output(happened: &Happened<'_>, id: &str) -> Value {
    match happened.message {
        Message::Create => json!([{"key": "id", "value": id}]),
        _ => json!([]),
    }
}

/// The images of a kind that the step wants: 0 before, 1 after, 2 both.
fn images(data: &Data, row: Option<&Row>, table: &'static Table, step: &Row, kind: i64) -> Value {
    let Some(row) = row else { return json!([]) };
    let of_step = |image: &&Row| {
        image.link("sdkmessageprocessingstepid").is_some_and(|(_, id)| id == step.id)
            && image.plain("imagetype").as_i64().is_some_and(|found| found == kind || found == 2)
    };
    let all = data.rows.all("sdkmessageprocessingstepimage").filter(of_step);
    all.map(|image| {
        let wanted = image.text("attributes");
        let names: Vec<&str> = match wanted.is_empty() {
            true => table.all_columns().map(|column| column.name).collect(),
            false => wanted.split(',').map(str::trim).collect(),
        };
        // What is empty is not in an image.
        let names: Vec<&str> = names.into_iter().filter(|name| row.cells.contains_key(name)).collect();
        json!({"key": image.text("entityalias"), "value": entity(table, row, &names)})
    })
    .collect()
}

fn entity(table: &Table, row: &Row, names: &[&str]) -> Value {
    let mut attributes: Vec<Value> = names
        .iter()
        .filter(|name| **name != table.id)
        .map(|name| json!({"key": name, "value": attribute(table, row, name)}))
        .collect();
    attributes.push(json!({"key": table.id, "value": row.id}));
    json!({
        "Attributes": attributes,
        "EntityState": null,
        "FormattedValues": [],
        "Id": row.id,
        "KeyAttributes": [],
        "LogicalName": table.name,
        "RelatedEntities": [],
        "RowVersion": row.version.to_string(),
    })
}

/// A value in the notation of the .NET serialiser.
fn attribute(table: &Table, row: &Row, name: &str) -> Value {
    let column = table.all_columns().find(|column| column.name == name);
    let option = |number: i64| json!({"__type": typed("OptionSetValue"), "Value": number});
    match (row.cells.get(name), column.map(|column| column.kind)) {
        (None, _) => Value::Null,
        (Some(Cell::Link { table, id }), _) => reference(table, id),
        (Some(Cell::Plain(value)), Some(Kind::Choice(_) | Kind::State(_) | Kind::Status(_))) => {
            value.as_i64().map_or(Value::Null, option)
        }
        (Some(Cell::Plain(value)), Some(Kind::Choices(_))) => {
            let numbers = value.as_str().unwrap_or_default().split(',');
            numbers.filter_map(|number| number.trim().parse().ok()).map(option).collect()
        }
        (Some(Cell::Plain(value)), Some(Kind::Money)) => {
            json!({"__type": typed("Money"), "Value": value})
        }
        (Some(Cell::Plain(value)), Some(Kind::Date)) => {
            let ms = value.as_str().and_then(clock::parse_ms).unwrap_or_default();
            format!("/Date({ms})/").into()
        }
        (Some(Cell::Plain(value)), _) => value.clone(),
    }
}

fn reference(table: &str, id: &str) -> Value {
    json!({
        "__type": typed("EntityReference"),
        "Id": id,
        "KeyAttributes": [],
        "LogicalName": table,
        "Name": null,
        "RowVersion": null,
    })
}

fn typed(name: &str) -> Value {
    format!("{name}:{CONTRACTS}").into()
}
