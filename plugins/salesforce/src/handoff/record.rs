//! Opportunities and Leads, as far as hand-overs need them.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::config::Handoffs;
use tieline_sdk::time;

/// A row of a query, whose fields the configuration names.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Row(Map<String, Value>);

impl Row {
    /// A text field; none if it is empty.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    /// A field as people read it: numbers with separators, the rest as it is.
    pub(crate) fn shown(&self, field: &str) -> Option<String> {
        match self.0.get(field)? {
            Value::Number(number) => Some(separated(&number.to_string())),
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
            _ => None,
        }
    }

    pub(crate) fn id(&self) -> &str {
        self.text("Id").unwrap_or_default()
    }

    /// When an Opportunity reached its stage: when that changed last, or when it was created there.
    pub(crate) fn reached(&self) -> Option<&str> {
        self.text("LastStageChangeDate").or_else(|| self.text("CreatedDate"))
    }

    /// `SystemModstamp`, in milliseconds since 1970.
    pub(crate) fn stamp(&self) -> Option<u64> {
        time::of_salesforce(self.text("SystemModstamp")?)
    }
}

/// What is selected of Opportunities.
pub(crate) fn opportunity_fields(handoffs: &Handoffs) -> String {
    let usual = [
        "Id",
        "Name",
        "StageName",
        "OwnerId",
        "CloseDate",
        "LastStageChangeDate",
        "CreatedDate",
        "SystemModstamp",
    ];
    let configured = [handoffs.revenue_field.as_str(), &handoffs.next_step_field];
    let mut fields: Vec<&str> = vec![];
    for field in usual.into_iter().chain(configured) {
        // Salesforce refuses a field that is selected twice.
        if !fields.iter().any(|known| known.eq_ignore_ascii_case(field)) {
            fields.push(field);
        }
    }
    fields.join(", ")
}

/// What is selected of Leads.
pub(crate) const LEAD_FIELDS: &str = "Id, Name, Company, OwnerId, IsConverted, ConvertedDate, ConvertedOpportunityId, \
                                      ConvertedAccountId, SystemModstamp";

/// `96000.5` as `96,000.5`.
fn separated(number: &str) -> String {
    let (whole, rest) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    match rest.filter(|rest| rest.bytes().any(|digit| digit != b'0')) {
        Some(rest) => format!("{out}.{rest}"),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        let cases = [
            ("0", "0"),
            ("999", "999"),
            ("96000", "96,000"),
            ("96000.0", "96,000"),
            ("-1234567.5", "-1,234,567.5"),
        ];
        for (number, shown) in cases {
            assert_eq!(separated(number), shown);
        }
    }

    #[test]
    fn no_field_is_selected_twice() {
        let handoffs: Handoffs =
            serde_json::from_str(r#"{"rules":[],"revenue_field":"amount","next_step_field":"Amount"}"#)
                .unwrap();
        assert_eq!(opportunity_fields(&handoffs).matches("mount").count(), 1);
    }
}
