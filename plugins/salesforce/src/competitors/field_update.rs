//! A field of an Opportunity that tells which competitors were named last.

use std::collections::BTreeMap;

use tieline_sdk::{Failure, storage};

use crate::salesforce::Salesforce;
use crate::teams::source::Source;

/// A field to set. Setting it twice does no harm, so an attempt in doubt needs no look.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldUpdate<'a> {
    /// The Opportunity.
    pub opportunity: &'a str,
    /// API name of the field.
    pub field: &'a str,
    /// `Globex`, or `Globex;Initech` when one message names both.
    pub value: String,
}

impl<'a> FieldUpdate<'a> {
    /// Adds a name to the update of this field, which is a new one if need be.
    pub(crate) fn join(updates: &mut Vec<Self>, opportunity: &'a str, field: &'a str, name: &str) {
        match updates.iter_mut().find(|update| update.opportunity == opportunity && update.field == field) {
            Some(update) => {
                update.value.push(';');
                update.value.push_str(name);
            }
            None => updates.push(Self { opportunity, field, value: name.to_owned() }),
        }
    }

    /// Sets the field, unless a later message did: one that is found after an interruption comes late.
    pub(crate) fn write(&self, salesforce: &Salesforce<'_>, source: &Source<'_>) -> Result<(), Failure> {
        let set_by = format!("field/{}/{}", self.opportunity, self.field);
        if storage::get_json::<u64>(&set_by)?.is_some_and(|later| later > source.written()) {
            return Ok(());
        }
        storage::put_json(&set_by, &source.written(), None)?;
        let body = BTreeMap::from([(self.field, &self.value)]);
        let effect = format!("field:{}:{}:{}", source.key(), self.opportunity, self.field);
        salesforce.update("Opportunity", self.opportunity, &body, effect)
    }
}
