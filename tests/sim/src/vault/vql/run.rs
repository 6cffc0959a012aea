//! A query against the records.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::parse::{Condition, Is, Query};
use crate::clock;
use crate::vault::errors::Failure;
use crate::vault::metadata::relationship;
use crate::vault::schema::{Field, Object, Type};
use crate::vault::table::{Data, Row};

/// The most records of a page.
const PAGE: usize = 1000;
/// What is shown of a long text.
const SHORT: usize = 250;

/// All that was found, and how it is to be paged.
#[derive(Debug)]
pub(in crate::vault) struct Found {
    pub(in crate::vault) rows: Vec<Value>,
    pub(in crate::vault) page_size: usize,
    pub(in crate::vault) offset: usize,
}

/// A field of the object, or of a record that it refers to.
struct Path {
    through: Option<(&'static Field, &'static Object)>,
    field: &'static Field,
}

pub(in crate::vault) fn run(data: &Data, query: &Query) -> Result<Found, Failure> {
    let object = Object::named(&query.object)?;
    let selected: Vec<_> = query
        .fields
        .iter()
        .map(|selected| Ok((path(object, &selected.path)?, selected)))
        .collect::<Result<_, Failure>>()?;
    let conditions: Vec<_> = query
        .conditions
        .iter()
        .map(|condition| {
            let path = path(object, &condition.path)?;
            check(path.field, condition)?;
            Ok((path, condition))
        })
        .collect::<Result<_, Failure>>()?;
    let order: Vec<_> = query
        .order
        .iter()
        .map(|(name, down)| Ok((path(object, name)?, *down)))
        .collect::<Result<_, Failure>>()?;
    let page_size = query.page_size.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&page_size) {
        return Err(Failure::data(format!("The page size [{page_size}] is not between 1 and {PAGE}.")));
    }

    let mut rows: Vec<&Row> = data
        .of(object)
        .rows()
        .filter(|row| conditions.iter().all(|(path, condition)| holds(&value(data, row, path), condition)))
        .collect();
    rows.sort_by(|one, other| {
        order.iter().fold(Ordering::Equal, |so_far, (path, down)| {
            let step = compared(&value(data, one, path), &value(data, other, path));
            so_far.then(if *down { step.reverse() } else { step })
        })
    });
    rows.truncate(query.most.unwrap_or(usize::MAX));
    let shown = |row: &&Row| -> Value {
        let field = |(path, selected): &(Path, &super::parse::Selected)| {
            let value = match (value(data, row, path), path.field.of) {
                (Value::String(text), Type::LongText(_)) if !selected.whole => {
                    text.chars().take(SHORT).collect::<String>().into()
                }
                (value, _) => value,
            };
            (selected.path.clone(), value)
        };
        Value::Object(selected.iter().map(field).collect::<Map<_, _>>())
    };
    Ok(Found { rows: rows.iter().map(shown).collect(), page_size, offset: query.page_offset })
}

fn path(object: &'static Object, text: &str) -> Result<Path, Failure> {
    let unknown = || Failure::new("ATTRIBUTE_NOT_SUPPORTED", format!("Invalid field [{text}]."));
    let Some((through, name)) = text.split_once('.') else {
        return Ok(Path { through: None, field: object.field(text).ok_or_else(unknown)? });
    };
    let link = object.all_fields().find(|field| relationship(field.name) == through).ok_or_else(unknown)?;
    let Type::Reference(target) = link.of else { return Err(unknown()) };
    let target = Object::named(target)?;
    Ok(Path { through: Some((link, target)), field: target.field(name).ok_or_else(unknown)? })
}

fn value(data: &Data, row: &Row, path: &Path) -> Value {
    let Some((link, target)) = path.through else { return row.value(path.field) };
    let id = row.value(link);
    let there = id.as_str().and_then(|id| data.of(target).get(id));
    there.map(|row| row.value(path.field)).unwrap_or_default()
}

fn check(field: &Field, condition: &Condition) -> Result<(), Failure> {
    let moment = |value: &Option<String>| value.as_deref().is_none_or(|text| clock::parse_ms(text).is_some());
    match field.of {
        Type::DateTime if !condition.values.iter().all(moment) => Err(Failure::new(
            "INVALID_FILTER",
            format!("[{}] is compared with no date and time.", field.name),
        )),
        _ => Ok(()),
    }
}

fn holds(value: &Value, condition: &Condition) -> bool {
    let has = |wanted: &Option<String>| match (value, wanted) {
        (Value::Null, wanted) => wanted.is_none(),
        (_, None) => false,
        (Value::Array(values), Some(wanted)) => values.iter().any(|one| one == wanted),
        (value, Some(wanted)) => order(value, wanted) == Some(Ordering::Equal),
    };
    let first = condition.values.first();
    let stands = || first.and_then(Option::as_deref).and_then(|wanted| order(value, wanted));
    match condition.is {
        Is::Equal | Is::Contains => condition.values.iter().any(has),
        Is::Unequal => !condition.values.iter().any(has),
        Is::Less => stands().is_some_and(Ordering::is_lt),
        Is::LessOrEqual => stands().is_some_and(Ordering::is_le),
        Is::Greater => stands().is_some_and(Ordering::is_gt),
        Is::GreaterOrEqual => stands().is_some_and(Ordering::is_ge),
        Is::Like => first
            .and_then(Option::as_deref)
            .zip(value.as_str())
            .is_some_and(|(pattern, text)| text.starts_with(pattern.trim_end_matches('%'))),
    }
}

/// How a value stands to a text: dates by time, numbers by size, the rest by letters.
fn order(value: &Value, wanted: &str) -> Option<Ordering> {
    match value {
        Value::Number(number) => number.as_f64()?.partial_cmp(&wanted.parse().ok()?),
        Value::Bool(truth) => Some(truth.cmp(&wanted.parse().ok()?)),
        Value::String(text) => match (clock::parse_ms(text), clock::parse_ms(wanted)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => Some(text.as_str().cmp(wanted)),
        },
        _ => None,
    }
}

fn compared(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (one, other) => one.to_string().cmp(&other.to_string()),
    }
}
