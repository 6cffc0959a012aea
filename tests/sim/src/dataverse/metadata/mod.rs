//! Definitions of tables, columns and relationships ("Query table definitions using the Web API").

mod attribute;
mod changes;
mod entity;
mod relationship;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::address::{self, Key, Segment};
use super::errors::ApiError;
use super::filter::Thing;
use super::options::listed;
use super::schema::{self, Table};
use super::{Request, collection};
use crate::call::{self, Reply};
use crate::ids;

/// Definitions, if the path leads to some.
pub(super) fn route(
    request: &Request<'_>,
    first: &Segment,
    rest: &[Segment],
) -> Result<Option<Reply>, ApiError> {
    if !["EntityDefinitions", "RelationshipDefinitions", "RetrieveMetadataChanges"]
        .contains(&first.name.as_str())
    {
        return Ok(None);
    }
    if request.method != Method::GET {
        let message = "Definitions can only be read here.";
        return Err(ApiError::not_supported("0x80040203", message));
    }
    may_read(request)?;
    match (first.name.as_str(), &first.key, rest) {
        ("EntityDefinitions", Key::None, []) => {
            let all = schema::all().map(entity::definition).collect();
            collection::of_definitions(request, "EntityDefinitions", all, &of_entity)
        }
        ("EntityDefinitions", key, rest) => of_table(request, table(key)?, rest),
        ("RelationshipDefinitions", Key::None, []) => {
            collection::of_definitions(request, "RelationshipDefinitions", relationship::all(), &|_, _| None)
        }
        ("RetrieveMetadataChanges", key, []) => changes::retrieve(request, key),
        _ => Err(ApiError::no_resource(&first.name)),
    }
    .map(Some)
}

fn may_read(request: &Request<'_>) -> Result<(), ApiError> {
    let data = request.environment.data.read();
    request.caller.may_by_name(&data, "prvReadEntity")
}

fn of_table(request: &Request<'_>, table: &'static Table, rest: &[Segment]) -> Result<Reply, ApiError> {
    let Some((part, rest)) = rest.split_first() else {
        return Ok(one(request, "EntityDefinitions", entity::definition(table), &of_entity));
    };
    let set = format!("EntityDefinitions('{}')/{}", table.name, part.name);
    let all = parts(table, &part.name).ok_or_else(|| ApiError::no_resource(&part.name))?;
    let of_column = |definition: &Value, name: &str| of_column(table, definition, name);
    match (&part.key, rest) {
        (Key::None, []) => collection::of_definitions(request, &set, all, &of_column),
        (Key::None, [cast]) => collection::of_definitions(request, &set, cast_to(all, cast)?, &of_column),
        (key, []) => Ok(one(request, &set, definition(all, key)?, &of_column)),
        (key, [cast]) => {
            let all = cast_to(vec![definition(all, key)?], cast)?;
            let found = all.into_iter().next().ok_or_else(no_definition)?;
            Ok(one(request, &set, found, &of_column))
        }
        (_, [_, further, ..]) => Err(ApiError::no_resource(&further.name)),
    }
}

/// What belongs to a table.
fn parts(table: &'static Table, name: &str) -> Option<Vec<Value>> {
    Some(match name {
        "Attributes" => table.all_columns().map(|column| attribute::definition(table, column)).collect(),
        "ManyToOneRelationships" => relationship::many_to_one(table).collect(),
        "OneToManyRelationships" => relationship::one_to_many(table),
        "ManyToManyRelationships" => relationship::many_to_many(table),
        "Keys" => table.keys.iter().map(|key| entity::key(table, key)).collect(),
        _ => return None,
    })
}

/// What can be expanded of a table's definition.
fn of_entity(definition: &Value, name: &str) -> Option<Value> {
    parts(schema::named(definition["LogicalName"].as_str()?)?, name).map(Value::Array)
}

/// What can be expanded of a column's definition.
fn of_column(table: &'static Table, definition: &Value, name: &str) -> Option<Value> {
    let column = table.column(definition["LogicalName"].as_str()?)?;
    (name == "OptionSet").then(|| attribute::option_set(table, column))
}

fn table(key: &Key) -> Result<&'static Table, ApiError> {
    let found = match key {
        Key::Id(id) => schema::all().find(|table| entity::id(table) == *id),
        Key::Named(pairs) => {
            pairs.iter().find(|(name, _)| name == "LogicalName").and_then(|(_, name)| schema::named(name))
        }
        Key::None => None,
    };
    found.ok_or_else(no_definition)
}

fn definition(all: Vec<Value>, key: &Key) -> Result<Value, ApiError> {
    let (name, value) = match key {
        Key::Id(id) => ("MetadataId", id),
        Key::Named(pairs) => {
            pairs.first().map(|(name, value)| (name.as_str(), value)).ok_or_else(no_definition)?
        }
        Key::None => return Err(no_definition()),
    };
    all.into_iter().find(|one| one[name].as_str() == Some(value)).ok_or_else(no_definition)
}

fn no_definition() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "0x80060888", "Could not find an entity with specified entity key.")
}

/// Those of a type: `Microsoft.Dynamics.CRM.PicklistAttributeMetadata`.
fn cast_to(all: Vec<Value>, cast: &Segment) -> Result<Vec<Value>, ApiError> {
    if !cast.name.starts_with("Microsoft.Dynamics.CRM.") {
        return Err(ApiError::no_resource(&cast.name));
    }
    let wanted = format!("#{}", cast.name);
    Ok(all.into_iter().filter(|one| one["@odata.type"].as_str() == Some(&wanted)).collect())
}

fn one(
    request: &Request<'_>,
    set: &str,
    definition: Value,
    more: &dyn Fn(&Value, &str) -> Option<Value>,
) -> Reply {
    let context = format!("{}/$metadata#{set}/$entity", request.root);
    let mut body = Map::from_iter([("@odata.context".to_owned(), context.into())]);
    if let Value::Object(fields) = narrowed(definition, request, more) {
        body.extend(fields);
    }
    call::json(StatusCode::OK, &body)
}

/// A definition with what `$select` and `$expand` want. Its id and its type always come with it.
pub(super) fn narrowed(
    definition: Value,
    request: &Request<'_>,
    more: &dyn Fn(&Value, &str) -> Option<Value>,
) -> Value {
    let mut expanded = Vec::new();
    for part in request.options.expand.iter().flat_map(|text| address::split(text, ',')) {
        let (name, inside) = part.trim().split_once('(').unwrap_or((part.trim(), ""));
        let select =
            inside.trim_end_matches(')').split(';').find_map(|option| option.strip_prefix("$select="));
        let select = select.map(listed);
        if let Some(found) = more(&definition, name) {
            let narrow = |one| selected(one, select.as_deref());
            let found = match found {
                Value::Array(all) => Value::Array(all.into_iter().map(narrow).collect()),
                one => narrow(one),
            };
            expanded.push((name.to_owned(), found));
        }
    }
    let mut narrowed = selected(definition, request.options.select.as_deref());
    if let Some(fields) = narrowed.as_object_mut() {
        fields.extend(expanded);
    }
    narrowed
}

fn selected(definition: Value, select: Option<&[String]>) -> Value {
    match (definition, select) {
        (Value::Object(mut fields), Some(names)) => {
            fields.retain(|name, _| {
                matches!(name.as_str(), "@odata.type" | "MetadataId")
                    || names.iter().any(|wanted| wanted == name)
            });
            Value::Object(fields)
        }
        (whole, _) => whole,
    }
}

/// A definition as a filter sees it.
pub(super) struct Definition<'a>(pub(super) &'a Value);

impl Thing for Definition<'_> {
    fn value(&self, path: &[String]) -> Result<Value, ApiError> {
        let found = self.0.pointer(&format!("/{}", path.join("/")));
        found.cloned().ok_or_else(|| ApiError::no_property(&path.join("/"), "MetadataBase"))
    }

    fn many<'a>(&'a self, navigation: &str) -> Result<Vec<Box<dyn Thing + 'a>>, ApiError> {
        Err(ApiError::no_property(navigation, "MetadataBase"))
    }
}

/// `{"LocalizedLabels": […], "UserLocalizedLabel": {…}}`, in English.
fn label(text: &str) -> Value {
    let english = json!({
        "Label": text,
        "LanguageCode": 1033,
        "IsManaged": true,
        "MetadataId": ids::guid_of(&format!("dataverse/label/{text}")),
        "HasChanged": null,
    });
    json!({"LocalizedLabels": [english], "UserLocalizedLabel": english})
}

/// The list of entity sets.
pub(super) fn service_document(request: &Request<'_>) -> Reply {
    let sets: Vec<Value> = schema::all()
        .map(|table| json!({"name": table.set, "kind": "EntitySet", "url": table.set}))
        .collect();
    let context = format!("{}/$metadata", request.root);
    call::json(StatusCode::OK, &json!({"@odata.context": context, "value": sets}))
}
