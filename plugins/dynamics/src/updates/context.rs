//! What a webhook of Dataverse posts: a RemoteExecutionContext. Pure.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks>

use serde::Deserialize;
use serde_json::Value;

use super::change::{Change, Update, moment};
use crate::dataverse::ids::guid;

/// The context, as far as it is of interest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Context {
    message_name: String,
    primary_entity_name: String,
    primary_entity_id: String,
    #[serde(default)]
    depth: u32,
    #[serde(default)]
    initiating_user_id: Option<String>,
    #[serde(default)]
    operation_created_on: Option<String>,
    /// The same in the one repetition of a call.
    #[serde(default)]
    operation_id: Option<String>,
    #[serde(default)]
    input_parameters: Option<Vec<Pair>>,
    #[serde(default)]
    post_entity_images: Option<Vec<Pair>>,
}

#[derive(Debug, Deserialize)]
struct Pair {
    key: String,
    #[serde(default)]
    value: Value,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Happened {
    /// A record changed.
    Updated(Update),
    /// A record was deleted.
    Deleted {
        /// Logical name of the table.
        table: String,
        /// The record.
        record: String,
    },
    /// Something that nobody is told of.
    Other,
}

impl Context {
    /// Reads a body.
    ///
    /// # Errors
    /// When it is no such context.
    pub fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// How long the chain of updates is that led to this one; 1 is what a person or an app did.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// Who began it.
    pub fn by(&self) -> Option<String> {
        self.initiating_user_id.as_deref().and_then(guid)
    }

    /// What the upstream calls this operation.
    pub fn operation(&self) -> Option<&str> {
        self.operation_id
            .as_deref()
            .filter(|id| guid(id).is_some_and(|id| !id.starts_with("00000000-0000-0000")))
    }

    /// What happened, seen at `received`.
    pub fn happened(&self, received: u64) -> Happened {
        let table = self.primary_entity_name.to_ascii_lowercase();
        let Some(record) = guid(&self.primary_entity_id) else { return Happened::Other };
        match self.message_name.as_str() {
            "Update" => Happened::Updated(Update {
                at: self.operation_created_on.as_deref().and_then(moment).unwrap_or(received),
                by: self.by(),
                changes: self.changes(),
                table,
                record,
            }),
            "Delete" => Happened::Deleted { table, record },
            _ => Happened::Other,
        }
    }

    /// The fields of the target: an update carries only what it changed. None where the body was cut for its size.
    fn changes(&self) -> Option<Vec<Change>> {
        let parameters = self.input_parameters.as_ref()?;
        let target = &parameters.iter().find(|pair| pair.key == "Target")?.value;
        let images = self.post_entity_images.iter().flatten().map(|pair| &pair.value);
        let labels: Vec<_> =
            std::iter::once(target).chain(images).filter_map(|e| e.get("FormattedValues")).collect();
        let label = |name: &str| {
            let pairs = labels.iter().filter_map(|labels| labels.as_array()).flatten();
            pairs.filter(|pair| pair["key"] == name).find_map(|pair| pair["value"].as_str())
        };
        let attributes = target.get("Attributes")?.as_array()?;
        let changes = attributes.iter().filter_map(|pair| {
            let name = pair.get("key")?.as_str()?;
            let value = pair.get("value").unwrap_or(&Value::Null);
            // References carry the name of what they refer to.
            let named = value.get("Name").and_then(Value::as_str);
            Some(Change::new(name, value, label(name).or(named)))
        });
        Some(changes.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6d81597f-0f9f-e711-8122-000d3aa2331c";

    fn context(more: &str) -> Context {
        Context::read(
            format!(
                r#"{{"MessageName":"Update","PrimaryEntityName":"incident","PrimaryEntityId":"{ID}","Depth":2,
                "InitiatingUserId":"75c2dd85-e89e-e711-8122-000d3aa2331c","OperationCreatedOn":"/Date(1506409448000-0700)/",
                "OperationId":"4af10637-4ea2-e711-8122-000d3aa2331c"{more}}}"#
            )
            .as_bytes(),
        )
        .unwrap()
    }

    #[test]
    fn an_update_tells_only_what_it_changed_with_the_labels_that_came_along() {
        let context = context(
            r#","InputParameters":[{"key":"Other","value":1},{"key":"Target","value":{"__type":"Entity:x","Attributes":[
                {"key":"prioritycode","value":{"__type":"OptionSetValue:x","Value":1}},
                {"key":"ownerid","value":{"__type":"EntityReference:x","Id":"75c2dd85-e89e-e711-8122-000d3aa2331c","LogicalName":"systemuser","Name":"Ada"}},
                {"key":"title","value":"New"},{"key":"modifiedonbehalfby","value":null}],"FormattedValues":[]}}],
               "PostEntityImages":[{"key":"PostImage","value":{"Attributes":[],"FormattedValues":[{"key":"prioritycode","value":"High"}]}}]"#,
        );
        let Happened::Updated(update) = context.happened(7) else { panic!("no update") };
        assert_eq!(
            (update.table.as_str(), update.record.as_str(), update.at),
            ("incident", ID, 1_506_409_448_000)
        );
        let changes = update.changes.unwrap();
        let texts: Vec<_> = changes.iter().map(|c| (c.attribute.as_str(), c.text.as_deref())).collect();
        assert_eq!(
            texts,
            [
                ("prioritycode", Some("High")),
                ("ownerid", Some("Ada")),
                ("title", Some("New")),
                ("modifiedonbehalfby", Some(""))
            ]
        );
        assert_eq!((context.depth(), context.operation().is_some()), (2, true));
    }

    #[test]
    fn a_body_that_was_cut_does_not_say_what_changed() {
        let Happened::Updated(update) = context("").happened(7) else { panic!("no update") };
        assert_eq!(update.changes, None);
    }

    #[test]
    fn other_messages_are_no_updates() {
        let of = |name: &str| {
            let body = format!(
                r#"{{"MessageName":"{name}","PrimaryEntityName":"Incident","PrimaryEntityId":"{ID}"}}"#
            );
            Context::read(body.as_bytes()).unwrap().happened(7)
        };
        assert_eq!(of("Delete"), Happened::Deleted { table: "incident".into(), record: ID.into() });
        assert_eq!(of("Create"), Happened::Other);
        assert!(Context::read(b"{}").is_err() && Context::read(b"<xml/>").is_err());
    }
}
