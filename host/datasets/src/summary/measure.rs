//! One number about a group of rows.

use tieline_types::dataset::Cell;

/// What is measured, and how it is called in the answer: as it was asked for.
#[derive(Debug, Clone)]
pub struct Measure {
    pub(super) name: String,
    kind: Kind,
    place: usize,
    value: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Count,
    Sum,
    Mean,
    Min,
    Max,
    Share,
}

/// What was seen of a group so far. Rows without a value count for none of the measures of that value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    rows: u64,
    sum: f64,
    least: f64,
    most: f64,
}

impl Default for Tally {
    fn default() -> Self {
        Self { rows: 0, sum: 0.0, least: f64::INFINITY, most: f64::NEG_INFINITY }
    }
}

impl Measure {
    pub(super) fn count() -> Self {
        Self { name: "count".into(), kind: Kind::Count, place: 0, value: None }
    }

    pub(super) fn of(name: &str, kind: Kind, place: usize, value: Option<&str>) -> Self {
        Self { name: name.to_owned(), kind, place, value: value.map(str::to_owned) }
    }

    pub(super) fn add(&self, tally: &mut Tally, row: &[Cell<'_>]) {
        let number = match self.kind {
            Kind::Count => Some(0.0),
            Kind::Share => match (&row[self.place], &self.value) {
                (Cell::Null, _) => None,
                (cell, Some(value)) => Some(f64::from(u8::from(text(cell) == *value))),
                (Cell::Boolean(is), None) => Some(f64::from(u8::from(*is))),
                _ => None,
            },
            _ => match row[self.place] {
                Cell::Integer(number) => Some(number as f64),
                Cell::Number(number) => Some(number),
                _ => None,
            },
        };
        if let Some(number) = number {
            tally.rows += 1;
            tally.sum += number;
            tally.least = tally.least.min(number);
            tally.most = tally.most.max(number);
        }
    }

    /// The number; none where no row had a value.
    pub(super) fn told(&self, tally: &Tally) -> Option<f64> {
        if self.kind == Kind::Count {
            return Some(tally.rows as f64);
        }
        (tally.rows > 0).then(|| match self.kind {
            Kind::Count => tally.rows as f64,
            Kind::Sum => tally.sum,
            Kind::Mean | Kind::Share => tally.sum / tally.rows as f64,
            Kind::Min => tally.least,
            Kind::Max => tally.most,
        })
    }
}

/// A value as people write it.
pub(super) fn text(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.to_string(),
        other => match other.to_json() {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        },
    }
}
