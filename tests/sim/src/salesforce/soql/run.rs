//! Running a query over the records of a type.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Comparison, Condition, Order, Query, Test};
use crate::clock;
use crate::salesforce::schema::{Field, Type};
use crate::salesforce::table::{Record, Rows, Table};

/// The records that a query finds, in its order.
pub(in crate::salesforce) fn run(query: &Query, table: &Table, current_user: &str) -> Vec<Record> {
    let value = |record: &Record, field: &Field| table.value(record, field, current_user);
    let mut found: Vec<Record> = table.read(|rows| {
        candidates(query, table, rows)
            .filter(|record| query.conditions.iter().all(|c| c.holds(&value(record, c.field))))
            .cloned()
            .collect()
    });
    if !query.order.is_empty() {
        found.sort_by(|a, b| {
            let by = |order: &Order| order.compare(&value(a, order.field), &value(b, order.field));
            query.order.iter().map(by).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        });
    }
    found.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).collect()
}

/// Where to look. A condition on id or external id spares looking at every record, which matters
/// when a connector looks for one Task among a hundred thousand before it writes.
fn candidates<'a>(
    query: &Query,
    table: &'a Table,
    rows: &'a Rows,
) -> Box<dyn Iterator<Item = &'a Record> + 'a> {
    for condition in &query.conditions {
        if let Test::Compare(Comparison::Equal, Value::String(text)) = &condition.test {
            if condition.field.external_id {
                let found: Vec<_> = rows.with_external_id(text).map(|(_, record)| record).collect();
                return Box::new(found.into_iter());
            }
            if condition.field.of == Type::Id {
                return Box::new(table.number(text).and_then(|n| rows.numbered(n)).into_iter());
            }
        }
    }
    Box::new(rows.live())
}

impl Condition {
    fn holds(&self, held: &Value) -> bool {
        match &self.test {
            Test::Compare(comparison, wanted) => {
                let order = compare(self.field, held, wanted);
                match comparison {
                    Comparison::Equal => order == Some(Ordering::Equal),
                    Comparison::NotEqual => order != Some(Ordering::Equal),
                    Comparison::Less => order == Some(Ordering::Less),
                    Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
                    Comparison::Greater => order == Some(Ordering::Greater),
                    Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
                }
            }
            Test::Like(pattern) => held.as_str().is_some_and(|text| like(text, pattern)),
            Test::In(values) => {
                values.iter().any(|wanted| compare(self.field, held, wanted) == Some(Ordering::Equal))
            }
        }
    }
}

impl Order {
    fn compare(&self, a: &Value, b: &Value) -> Ordering {
        match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => {
                if self.nulls_last {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (false, true) => {
                if self.nulls_last {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (false, false) => {
                let order = compare(self.field, a, b).unwrap_or(Ordering::Equal);
                if self.descending { order.reverse() } else { order }
            }
        }
    }
}

/// The order of two values of a field; `None` between null and anything else.
fn compare(field: &Field, a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => Some(match field.of {
            // The last three characters say nothing that the first fifteen do not.
            Type::Id | Type::Reference(_) => a.get(..15)?.cmp(b.get(..15)?),
            Type::DateTime => clock::parse_ms(a)?.cmp(&clock::parse_ms(b)?),
            Type::Date => a.get(..10)?.cmp(b.get(..10)?),
            // Text is compared without case.
            _ => a.to_lowercase().cmp(&b.to_lowercase()),
        }),
        _ => None,
    }
}

/// `%` is any text, `_` any character, a backslash makes either plain; case does not matter.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    fits(&text, &pattern)
}

fn fits(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|skip| fits(&text[skip..], rest)),
        ['_', rest @ ..] => text.split_first().is_some_and(|(_, text)| fits(text, rest)),
        ['\\', plain @ ('%' | '_'), rest @ ..] | [plain, rest @ ..] => {
            text.split_first().is_some_and(|(first, text)| first == plain && fits(text, rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        assert!(like("Teams: Acme", "teams%"));
        assert!(like("Teams: Acme", "%ACME"));
        assert!(like("abc", "a_c"));
        assert!(!like("abc", "a_d"));
        assert!(like("100%", r"100\%"));
        assert!(!like("1000", r"100\%"));
    }
}
