//! What a table is: its definition, as far as it is of interest. Pure.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A table, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Logical name: `incident`.
    pub name: String,
    /// Entity set: `incidents`.
    pub set: String,
    /// Primary key column.
    pub id: String,
    /// Primary name column; none in tables without names.
    pub title: Option<String>,
    /// What people call one: `Case`.
    pub label: String,
    /// Its rows live in another system.
    pub is_virtual: bool,
    /// It has a message filter for Update.
    pub tells_updates: bool,
    /// It is an activity itself, so that it has no timeline of its own.
    pub is_activity: bool,
    /// Change tracking is on.
    pub tracks_changes: bool,
    /// By logical name.
    pub attributes: BTreeMap<String, Attribute>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    kind: String,
    /// What people call it.
    pub label: String,
}

impl Attribute {
    /// `String`, `Picklist`, `Integer`, and for those that the API calls virtual what they are: `Image`, `File`,
    /// `MultiSelectPicklist`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether it refers to rows, so that it is read under another name.
    pub fn is_lookup(&self) -> bool {
        matches!(self.kind.as_str(), "Lookup" | "Owner" | "Customer")
    }
}

impl Table {
    /// The name under which a column is read: `_ownerid_value`.
    pub fn read_as(&self, attribute: &str) -> String {
        match self.attributes.get(attribute) {
            Some(column) if column.is_lookup() => format!("_{attribute}_value"),
            _ => attribute.to_owned(),
        }
    }

    /// What people call a column.
    pub fn label_of<'a>(&'a self, attribute: &'a str) -> &'a str {
        self.attributes.get(attribute).map_or(attribute, |column| &column.label)
    }
}

/// `EntityDefinitions(LogicalName='…')`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Definition {
    logical_name: String,
    entity_set_name: String,
    primary_id_attribute: String,
    #[serde(default)]
    primary_name_attribute: Option<String>,
    #[serde(default)]
    display_name: Option<Label>,
    #[serde(default)]
    table_type: Option<String>,
    #[serde(default)]
    data_provider_id: Option<String>,
    #[serde(default)]
    is_activity: Option<bool>,
    #[serde(default)]
    change_tracking_enabled: Option<bool>,
}

/// An item of `…/Attributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Column {
    logical_name: String,
    attribute_type: String,
    #[serde(default)]
    attribute_type_name: Option<TypeName>,
    #[serde(default)]
    display_name: Option<Label>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TypeName {
    value: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Label {
    user_localized_label: Option<Localized>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Localized {
    label: Option<String>,
}

impl Definition {
    /// The columns to select.
    pub(crate) const SELECT: &'static str = "LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,DisplayName,TableType,DataProviderId,IsActivity,ChangeTrackingEnabled";

    /// The table with its columns.
    pub(crate) fn with(self, columns: Vec<Column>, tells_updates: bool) -> Table {
        let label = said(self.display_name).unwrap_or_else(|| self.logical_name.clone());
        let is_virtual = self.table_type.as_deref() == Some("Virtual") || self.data_provider_id.is_some();
        Table {
            set: self.entity_set_name,
            id: self.primary_id_attribute,
            title: self.primary_name_attribute.filter(|name| !name.is_empty()),
            label,
            is_virtual,
            tells_updates,
            is_activity: self.is_activity == Some(true),
            tracks_changes: self.change_tracking_enabled == Some(true),
            attributes: columns.into_iter().map(Column::named).collect(),
            name: self.logical_name,
        }
    }
}

impl Column {
    /// The columns to select.
    pub(crate) const SELECT: &'static str = "LogicalName,AttributeType,AttributeTypeName,DisplayName";

    fn named(self) -> (String, Attribute) {
        let own = self.attribute_type_name.and_then(|name| name.value);
        let own = own.as_deref().and_then(|name| name.strip_suffix("Type"));
        // Images and files are said to be virtual, or, in newer versions, something else again: their own type is right.
        let kind = match own {
            Some(own @ ("Image" | "File" | "MultiSelectPicklist")) => own.to_owned(),
            _ => self.attribute_type,
        };
        let label = said(self.display_name).unwrap_or_else(|| self.logical_name.clone());
        (self.logical_name, Attribute { kind, label })
    }
}

fn said(label: Option<Label>) -> Option<String> {
    label?.user_localized_label?.label.filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_read_as_the_documentation_writes_it() {
        let definition: Definition = serde_json::from_str(
            r#"{"LogicalName":"incident","EntitySetName":"incidents","PrimaryIdAttribute":"incidentid",
                "PrimaryNameAttribute":"title","DisplayName":{"UserLocalizedLabel":{"Label":"Case","LanguageCode":1033}},
                "TableType":"Standard","DataProviderId":null,"IsActivity":false,"ChangeTrackingEnabled":true}"#,
        )
        .unwrap();
        let columns: Vec<Column> = serde_json::from_str(
            r#"[{"LogicalName":"entityimage","AttributeType":"Virtual","AttributeTypeName":{"Value":"ImageType"},"DisplayName":null},
                {"LogicalName":"tags","AttributeType":"Virtual","AttributeTypeName":{"Value":"MultiSelectPicklistType"}},
                {"LogicalName":"ownerid","AttributeType":"Owner","AttributeTypeName":{"Value":"OwnerType"},
                 "DisplayName":{"UserLocalizedLabel":{"Label":"Owner"}}},
                {"LogicalName":"extra","AttributeType":"Virtual","AttributeTypeName":{"Value":"VirtualType"}}]"#,
        )
        .unwrap();
        let table = definition.with(columns, true);
        assert_eq!((table.label.as_str(), table.is_virtual, table.tracks_changes), ("Case", false, true));
        let kinds: Vec<_> = table.attributes.iter().map(|(name, a)| (name.as_str(), a.kind())).collect();
        assert_eq!(
            kinds,
            [
                ("entityimage", "Image"),
                ("extra", "Virtual"),
                ("ownerid", "Owner"),
                ("tags", "MultiSelectPicklist")
            ]
        );
        assert_eq!(
            (table.read_as("ownerid"), table.read_as("tags")),
            ("_ownerid_value".into(), "tags".into())
        );
    }
}
