//! The definition of a table.

use serde_json::{Value, json};

use super::super::schema::{Ownership, Table};
use super::label;
use crate::ids;

/// What the data provider of virtual tables is known by.
const PROVIDER: &str = "dataverse/data-provider";

pub(super) fn id(table: &Table) -> String {
    ids::guid_of(&format!("dataverse/table/{}", table.name))
}

pub(super) fn definition(table: &'static Table) -> Value {
    let traits = table.traits;
    let managed = |on: bool| json!({"Value": on, "CanBeChanged": true, "ManagedPropertyLogicalName": "x"});
    json!({
        "MetadataId": id(table),
        "LogicalName": table.name,
        "SchemaName": table.schema,
        "EntitySetName": table.set,
        "LogicalCollectionName": table.set,
        "CollectionSchemaName": table.schema,
        "ObjectTypeCode": table.code,
        "PrimaryIdAttribute": table.id,
        "PrimaryNameAttribute": if table.title.is_empty() { Value::Null } else { table.title.into() },
        "PrimaryImageAttribute": null,
        "DisplayName": label(table.labels[0]),
        "DisplayCollectionName": label(table.labels[1]),
        "Description": label(""),
        "OwnershipType": match table.owner {
            Ownership::User => "UserOwned",
            Ownership::Organization => "OrganizationOwned",
            Ownership::None => "None",
        },
        "TableType": if traits.is_virtual { "Virtual" } else { "Standard" },
        "DataProviderId": traits.is_virtual.then(|| ids::guid_of(PROVIDER)),
        "DataSourceId": null,
        "IsActivity": traits.is_activity,
        "IsActivityParty": false,
        "IsCustomEntity": traits.is_custom,
        "IsIntersect": false,
        "IsPrivate": false,
        "IsLogicalEntity": false,
        "IsManaged": !traits.is_custom,
        "IsValidForAdvancedFind": true,
        "IsCustomizable": managed(true),
        "CanCreateViews": managed(true),
        "ChangeTrackingEnabled": traits.tracked,
        "CanChangeTrackingBeEnabled": managed(!traits.is_virtual),
        "IsOptimisticConcurrencyEnabled": !traits.is_virtual,
        "HasNotes": table.owner == Ownership::User,
    })
}

/// An alternate key.
pub(super) fn key(table: &Table, (name, columns): &(&str, &[&str])) -> Value {
    json!({
        "MetadataId": ids::guid_of(&format!("dataverse/key/{}/{name}", table.name)),
        "LogicalName": name,
        "SchemaName": name,
        "EntityLogicalName": table.name,
        "KeyAttributes": columns,
        "EntityKeyIndexStatus": "Active",
        "DisplayName": label(name),
    })
}
