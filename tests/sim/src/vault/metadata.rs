//! What objects are made of ("Object Metadata", "Picklists").

use serde_json::{Value, json};

use super::Request;
use super::errors::{Failure, success};
use super::objects;
use super::schema::{Field, Object, Type};
use crate::call::Reply;

pub(super) fn all(request: &Request<'_>) -> Reply {
    let objects: Vec<Value> = objects::ALL.iter().map(|object| brief(request, object)).collect();
    success(json!({"objects": objects}))
}

pub(super) fn one(request: &Request<'_>, object: &'static Object) -> Reply {
    let mut shown = brief(request, object);
    shown["urls"] = json!({
        "record": format!("{}/vobjects/{}/{{id}}", request.root, object.name),
        "list": format!("{}/vobjects/{}", request.root, object.name),
        "metadata": format!("{}/metadata/vobjects/{}", request.root, object.name),
    });
    shown["fields"] = object.all_fields().map(field).collect();
    success(json!({"object": shown}))
}

pub(super) fn of_field(object: &'static Object, name: &str) -> Result<Reply, Failure> {
    let found = object.field(name).ok_or_else(|| Failure::data(format!("Invalid field [{name}].")))?;
    Ok(success(json!({"field": field(found)})))
}

pub(super) fn picklist(name: &str) -> Result<Reply, Failure> {
    let fields = objects::ALL.iter().flat_map(Object::all_fields);
    let values =
        fields.filter_map(Field::picklist).find(|(known, _)| *known == name).map(|(_, values)| values);
    let values = values.ok_or_else(|| Failure::data(format!("The picklist [{name}] does not exist.")))?;
    let values: Vec<Value> =
        values.iter().map(|value| json!({"name": value, "label": label(value)})).collect();
    Ok(success(json!({"picklistValues": values})))
}

fn brief(request: &Request<'_>, object: &Object) -> Value {
    json!({
        "name": object.name,
        "label": object.label,
        "label_plural": object.plural,
        "prefix": object.prefix,
        "url": format!("{}/metadata/vobjects/{}", request.root, object.name),
        "status": ["active__v"],
        "source": if object.name.ends_with("__sys") { "system" } else { "standard" },
        "configuration_state": "STEADY_STATE",
        "in_menu": true,
    })
}

fn field(field: &Field) -> Value {
    let mut shown = json!({
        "name": field.name,
        "label": field.label,
        "type": field.type_name(),
        "status": ["active__v"],
        "required": field.required,
        "unique": field.unique,
        "editable": field.editable,
        "source": if field.name.ends_with("__sys") { "system" } else { "standard" },
        "list_column": false,
        "facetable": false,
    });
    if let Some(most) = field.length() {
        shown["max_length"] = most.into();
    }
    if let Some((name, _)) = field.picklist() {
        shown["picklist"] = name.into();
        shown["multi_value"] = matches!(field.of, Type::Picklists(..)).into();
    }
    if let Type::Reference(object) = field.of {
        shown["object"] = json!({"name": object});
        shown["relationship_type"] = "reference".into();
        shown["relationship_outbound_name"] = relationship(field.name).into();
    }
    shown
}

/// `case__v` is followed as `case__vr`.
pub(super) fn relationship(field: &str) -> String {
    format!("{field}r")
}

/// `ms_teams_and_onenote__v`: `Ms teams and onenote`.
fn label(value: &str) -> String {
    let words = value.trim_end_matches("__v").replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
