//! A small honest part of SOQL ("SOQL SELECT Syntax"):
//!
//! `SELECT fields | COUNT() FROM type [WHERE a op value [AND …]] [ORDER BY field [ASC|DESC]
//! [NULLS FIRST|LAST] [, …]] [LIMIT n] [OFFSET n]`, with `= != < <= > >= LIKE IN`.
//!
//! What is beyond it is refused as malformed rather than answered wrongly.

mod lex;
mod parse;
mod run;

use serde_json::Value;

use super::schema::{Field, Kind};

pub(super) use parse::parse;
pub(super) use run::run;

/// A query that was understood.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) kind: Kind,
    /// None for `COUNT()`.
    pub(super) fields: Vec<&'static Field>,
    conditions: Vec<Condition>,
    order: Vec<Order>,
    limit: Option<usize>,
    offset: usize,
}

impl Query {
    /// Whether only the number of records is wanted.
    pub(super) fn counts(&self) -> bool {
        self.fields.is_empty()
    }
}

#[derive(Debug)]
struct Condition {
    field: &'static Field,
    test: Test,
}

#[derive(Debug, PartialEq)]
enum Test {
    Compare(Comparison, Value),
    Like(String),
    In(Vec<Value>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug)]
struct Order {
    field: &'static Field,
    descending: bool,
    nulls_last: bool,
}
