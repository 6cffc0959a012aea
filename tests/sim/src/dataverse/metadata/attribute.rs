//! The definition of a column, and its options.

use serde_json::{Map, Value, json};

use super::super::schema::{Column, Kind, Table};
use super::label;
use crate::ids;

/// `AttributeType`, `AttributeTypeName` without its end, and the type of the definition without its end.
fn types(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::Id | Kind::Guid => ["Uniqueidentifier", "Uniqueidentifier", "UniqueIdentifier"],
        Kind::Text(_) | Kind::Hidden => ["String"; 3],
        Kind::Memo(_) => ["Memo"; 3],
        Kind::Whole => ["Integer"; 3],
        Kind::Big => ["BigInt"; 3],
        Kind::Decimal => ["Decimal"; 3],
        Kind::Money => ["Money"; 3],
        Kind::Bool(_) => ["Boolean"; 3],
        Kind::Date => ["DateTime"; 3],
        Kind::Choice(_) => ["Picklist"; 3],
        Kind::State(_) => ["State"; 3],
        Kind::Status(_) => ["Status"; 3],
        Kind::Choices(_) => ["Virtual", "MultiSelectPicklist", "MultiSelectPicklist"],
        Kind::Lookup(_) | Kind::Regarding => ["Lookup"; 3],
        Kind::Customer => ["Customer", "Customer", "Lookup"],
        Kind::Owner => ["Owner", "Owner", "Lookup"],
        Kind::Parties => ["PartyList", "PartyList", "Lookup"],
        Kind::Image => ["Virtual", "Image", "Image"],
        Kind::File => ["Virtual", "File", "File"],
        Kind::EntityName => ["EntityName"; 3],
    }
}

pub(super) fn definition(table: &'static Table, column: &Column) -> Value {
    let [kind, name, class] = types(column.kind);
    let is_id = column.name == table.id;
    let mut fields = json!({
        "@odata.type": format!("#Microsoft.Dynamics.CRM.{class}AttributeMetadata"),
        "MetadataId": ids::guid_of(&format!("dataverse/column/{}/{}", table.name, column.name)),
        "LogicalName": column.name,
        "SchemaName": column.name,
        "EntityLogicalName": table.name,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": format!("{name}Type")},
        "AttributeOf": null,
        "DisplayName": label(column.label),
        "Description": label(""),
        "RequiredLevel": {
            "Value": if is_id { "SystemRequired" } else { "None" },
            "CanBeChanged": !is_id,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings",
        },
        "IsPrimaryId": is_id,
        "IsPrimaryName": column.name == table.title,
        "IsCustomAttribute": column.name.starts_with("new_"),
        "IsLogical": false,
        "IsManaged": true,
        "IsSecured": false,
        "IsValidForRead": column.is_shown(),
        "IsValidForCreate": column.writable,
        "IsValidForUpdate": column.writable && !is_id,
        "IsValidODataAttribute": column.is_shown(),
        "SourceType": null,
    });
    if let Some(fields) = fields.as_object_mut() {
        more(table, column, fields);
    }
    fields
}

/// What only columns of a type have.
fn more(table: &Table, column: &Column, fields: &mut Map<String, Value>) {
    let (name, value) = match column.kind {
        Kind::Text(longest) | Kind::Memo(longest) => ("MaxLength", longest.into()),
        Kind::Whole => ("MaxValue", i32::MAX.into()),
        Kind::Date => ("Format", "DateAndTime".into()),
        _ if column.is_lookup() => {
            let targets: Vec<Value> =
                column.targets(table).into_iter().map(|target| target.table.into()).collect();
            ("Targets", targets.into())
        }
        _ => return,
    };
    fields.insert(name.to_owned(), value);
}

/// The options of a choice.
pub(super) fn option_set(table: &Table, column: &Column) -> Value {
    let option = |value: i32, text: &str, state: Option<i32>| {
        let mut option = json!({"Value": value, "Label": label(text), "Color": null, "IsManaged": true});
        if let Some(state) = state {
            option["State"] = state.into();
        }
        option
    };
    let options: Vec<Value> = match column.kind {
        Kind::Status(options) => {
            options.iter().map(|(state, (value, text))| option(*value, text, Some(*state))).collect()
        }
        Kind::Bool(labels) => {
            let [no, yes] = labels;
            return json!({"TrueOption": option(1, yes, None), "FalseOption": option(0, no, None)});
        }
        _ => column.options().into_iter().map(|(value, text)| option(value, text, None)).collect(),
    };
    json!({
        "MetadataId": ids::guid_of(&format!("dataverse/options/{}/{}", table.name, column.name)),
        "Name": format!("{}_{}", table.name, column.name),
        "IsGlobal": false,
        "OptionSetType": "Picklist",
        "Options": options,
    })
}
