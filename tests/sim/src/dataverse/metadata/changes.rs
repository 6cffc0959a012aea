//! `RetrieveMetadataChanges`, as far as it asks for the columns of one table ("Cache schema data").

use http::StatusCode;
use serde_json::{Value, json};

use super::super::Request;
use super::super::address::Key;
use super::super::errors::ApiError;
use super::super::schema;
use super::{attribute, entity, selected};
use crate::call::{self, Reply};
use crate::clock;

pub(super) fn retrieve(request: &Request<'_>, key: &Key) -> Result<Reply, ApiError> {
    let unclear =
        || ApiError::not_supported("0x80040203", "Only columns of one table can be asked for here.");
    let Key::Named(pairs) = key else { return Err(unclear()) };
    let text =
        pairs.iter().find(|(name, _)| name == "Query").and_then(|(_, value)| request.options.resolved(value));
    let query: Value = serde_json::from_str(&text.ok_or_else(unclear)?).map_err(|_| unclear())?;
    let wanted = named(&query["Criteria"]).ok_or_else(unclear)?;
    let attributes = &query["AttributeQuery"];
    let properties: Vec<String> =
        serde_json::from_value(attributes["Properties"]["PropertyNames"].clone()).map_err(|_| unclear())?;
    let only = named(&attributes["Criteria"]);
    let tables: Vec<Value> = schema::named(&wanted)
        .into_iter()
        .map(|table| {
            let columns =
                table.all_columns().filter(|column| only.as_deref().is_none_or(|name| name == column.name));
            let columns: Vec<Value> = columns
                .map(|column| {
                    let mut definition = attribute::definition(table, column);
                    definition["OptionSet"] = attribute::option_set(table, column);
                    selected(definition, Some(&properties))
                })
                .collect();
            json!({"MetadataId": entity::id(table), "LogicalName": table.name, "Attributes": columns})
        })
        .collect();
    let context =
        format!("{}/$metadata#Microsoft.Dynamics.CRM.RetrieveMetadataChangesResponse", request.root);
    let body = json!({
        "@odata.context": context,
        "ServerVersionStamp": format!("1!{}", clock::delta_token(clock::now_ms())),
        "DeletedMetadata": null,
        "EntityMetadata": tables,
    });
    Ok(call::json(StatusCode::OK, &body))
}

/// The logical name that must be met.
fn named(criteria: &Value) -> Option<String> {
    let conditions = criteria["Conditions"].as_array()?;
    let condition = conditions.iter().find(|condition| {
        condition["PropertyName"] == "LogicalName" && condition["ConditionOperator"] == "Equals"
    })?;
    condition["Value"]["Value"].as_str().map(str::to_owned)
}
