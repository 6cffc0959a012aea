//! A field of an Opportunity that tells which competitors were named last.

use std::collections::BTreeMap;

use tieline_sdk::Failure;

use crate::notification::Source;
use crate::salesforce::Salesforce;

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

    /// Sets the field.
    pub(crate) fn write(&self, salesforce: &Salesforce<'_>, source: &Source<'_>) -> Result<(), Failure> {
        let body = BTreeMap::from([(self.field, &self.value)]);
        let effect = format!("field:{}:{}:{}", source.key(), self.opportunity, self.field);
        salesforce.update("Opportunity", self.opportunity, &body, effect)
    }
}
