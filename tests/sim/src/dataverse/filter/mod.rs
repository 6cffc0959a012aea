//! `$filter` and `$orderby`: a part of OData that Dataverse documents ("Query data using the Web API", "Filter rows").

mod eval;
mod lex;
mod parse;

pub(super) use eval::{Thing, compare, holds};
pub(super) use parse::{Expression, Operator, parse};

use super::errors::ApiError;

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) property: String,
    pub(super) descending: bool,
}

/// Reads `$orderby`.
pub(super) fn orders(text: &str) -> Result<Vec<Order>, ApiError> {
    text.split(',')
        .map(|part| {
            let mut words = part.split_whitespace();
            let order = match (words.next(), words.next(), words.next()) {
                (Some(property), None | Some("asc"), None) => (property, false),
                (Some(property), Some("desc"), None) => (property, true),
                _ => return Err(ApiError::request(format!("Syntax error in $orderby: '{part}'."))),
            };
            Ok(Order { property: order.0.to_owned(), descending: order.1 })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_go_up_unless_they_say_otherwise() {
        let read = orders("name desc, createdon,x asc").unwrap();
        let seen: Vec<_> = read.iter().map(|order| (order.property.as_str(), order.descending)).collect();
        assert_eq!(seen, [("name", true), ("createdon", false), ("x", false)]);
        assert!(orders("name sideways").is_err() && orders("").is_err());
    }
}
