//! Relationships between tables. Their schema names are made up of what they connect, which is only nearly how the
//! real ones are named; navigation properties are the real ones.

use serde_json::{Value, json};

use super::super::expand;
use super::super::schema::{self, Table};
use crate::ids;

/// From this table to others.
pub(super) fn many_to_one(table: &'static Table) -> impl Iterator<Item = Value> {
    table.all_columns().filter(|column| column.is_lookup()).flat_map(move |column| {
        column.targets(table).into_iter().map(move |target| {
            let name = format!("{}_{}_{}", target.table, table.name, column.name);
            json!({
                "@odata.type": "#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
                "MetadataId": ids::guid_of(&format!("dataverse/relationship/{name}")),
                "SchemaName": name,
                "RelationshipType": "OneToManyRelationship",
                "ReferencedEntity": target.table,
                "ReferencedAttribute": schema::named(target.table).map(|table| table.id),
                "ReferencedEntityNavigationPropertyName": name,
                "ReferencingEntity": table.name,
                "ReferencingAttribute": column.name,
                "ReferencingEntityNavigationPropertyName": target.nav,
                "IsCustomRelationship": column.name.starts_with("new_"),
                "IsManaged": true,
            })
        })
    })
}

/// From other tables to this one.
pub(super) fn one_to_many(table: &'static Table) -> Vec<Value> {
    all().into_iter().filter(|one| one["ReferencedEntity"] == table.name).collect()
}

pub(super) fn many_to_many(table: &'static Table) -> Vec<Value> {
    let has_end = |one: &&expand::Association| one.ends.iter().any(|end| end.table == table.name);
    let of_this = expand::ASSOCIATIONS.iter().filter(has_end);
    of_this
        .map(|expand::Association { nav, between, ends: [one, other] }| {
            json!({
                "@odata.type": "#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata",
                "MetadataId": ids::guid_of(&format!("dataverse/relationship/{nav}")),
                "SchemaName": nav,
                "RelationshipType": "ManyToManyRelationship",
                "IntersectEntityName": between,
                "Entity1LogicalName": one.table,
                "Entity1IntersectAttribute": one.column,
                "Entity1NavigationPropertyName": nav,
                "Entity2LogicalName": other.table,
                "Entity2IntersectAttribute": other.column,
                "Entity2NavigationPropertyName": nav,
            })
        })
        .collect()
}

/// Every one-to-many relationship.
pub(super) fn all() -> Vec<Value> {
    schema::all().flat_map(many_to_one).collect()
}
