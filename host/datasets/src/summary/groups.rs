//! Groups of rows with their measures.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tieline_types::dataset::{Cell, Day};

use super::{
    measure::{Tally, text},
    question::Question,
};
use crate::rows::Rows;

/// More groups than a chart has points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {0} groups")]
pub struct TooManyGroups(pub usize);

/// The groups so far.
#[derive(Debug)]
pub struct Groups {
    question: Question,
    most: usize,
    groups: BTreeMap<Vec<Label>, Vec<Tally>>,
    /// Rows that passed the conditions.
    rows: u64,
}

/// A value that rows are grouped by, in the order in which groups are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Nothing,
    Boolean(bool),
    Integer(i64),
    Text(String),
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What its rows have in common, by name.
    pub by: Map<String, Value>,
    /// Its measures, as they were asked for.
    pub measures: Map<String, Value>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Rows that the numbers are about.
    pub rows: u64,
    /// The groups, by what they have in common.
    pub groups: Vec<Group>,
}

impl Groups {
    /// No group yet, and never more than `most`.
    pub fn new(question: Question, most: usize) -> Self {
        Self { question, most, groups: BTreeMap::new(), rows: 0 }
    }

    /// Adds rows of one day, which have the question's columns.
    ///
    /// # Errors
    /// When there would be too many groups.
    pub fn add(&mut self, day: Day, rows: &Rows) -> Result<(), TooManyGroups> {
        let Self { question, most, groups, rows: counted } = self;
        let mut beyond = false;
        let mut labels = Vec::with_capacity(question.by.len());
        rows.each(|row| {
            let passes = question.filters.iter().all(|(place, value)| text(&row[*place]) == *value);
            if beyond || !passes {
                return;
            }
            *counted += 1;
            labels.clear();
            labels.extend(question.by.iter().map(|by| match by.place {
                None => Label::Text(day.to_string()),
                Some(place) => label(&row[place]),
            }));
            beyond = groups.len() >= *most && !groups.contains_key(&labels);
            if beyond {
                return;
            }
            // Most rows belong to a group that there is: only a new one needs its own labels.
            if !groups.contains_key(&labels) {
                groups.insert(labels.clone(), vec![Tally::default(); question.measures.len()]);
            }
            let Some(tallies) = groups.get_mut(&labels) else { return };
            for (measure, tally) in question.measures.iter().zip(tallies) {
                measure.add(tally, row);
            }
        });
        if beyond { Err(TooManyGroups(*most)) } else { Ok(()) }
    }

    /// What was found.
    pub fn finish(self) -> Answer {
        let Self { question, groups, rows, .. } = self;
        let group = |(labels, tallies): (Vec<Label>, Vec<Tally>)| Group {
            by: question
                .by
                .iter()
                .map(|by| by.name.clone())
                .zip(labels.into_iter().map(Value::from))
                .collect(),
            measures: question
                .measures
                .iter()
                .zip(&tallies)
                .map(|(measure, tally)| (measure.name.clone(), number(measure.told(tally))))
                .collect(),
        };
        Answer { rows, groups: groups.into_iter().map(group).collect() }
    }
}

fn label(cell: &Cell<'_>) -> Label {
    match cell {
        Cell::Null => Label::Nothing,
        Cell::Boolean(is) => Label::Boolean(*is),
        Cell::Integer(number) => Label::Integer(*number),
        other => Label::Text(text(other)),
    }
}

impl From<Label> for Value {
    fn from(label: Label) -> Self {
        match label {
            Label::Nothing => Self::Null,
            Label::Boolean(is) => is.into(),
            Label::Integer(number) => number.into(),
            Label::Text(text) => text.into(),
        }
    }
}

/// Whole numbers are told as such.
fn number(number: Option<f64>) -> Value {
    match number {
        Some(whole) if whole.fract() == 0.0 && whole.abs() < 9_007_199_254_740_992.0 => {
            Value::from(whole as i64)
        }
        Some(number) => Value::from(number),
        None => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::Asked;
    use bytes::Bytes;
    use serde_json::json;
    use tieline_types::dataset::{Column, ColumnType, Table};

    fn table() -> Table {
        let column = |name: &str, kind| Column { name: name.into(), kind, nullable: true };
        Table {
            name: "calls".into(),
            columns: vec![
                column("network", ColumnType::Text),
                column("jitter_ms", ColumnType::Number),
                column("failed", ColumnType::Boolean),
            ],
            partition_by: None,
            key: vec![],
            version: None,
        }
    }

    fn question(by: &[&str], measures: &[&str], filters: &[&str]) -> Result<Question, Vec<String>> {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let asked = Asked { by: texts(by), measures: texts(measures), filters: texts(filters) };
        Question::of(&table(), &asked)
            .map_err(|problems| problems.into_iter().map(|p| p.to_string()).collect())
    }

    fn rows(question: &Question) -> Rows {
        let all = [("wifi", Some(1.0), Some(true)), ("wifi", Some(4.0), None), ("lan", None, Some(false))];
        let mut rows = Rows::of(&question.columns);
        for (network, jitter, failed) in all {
            let cell = |column: &Column| match column.name.as_str() {
                "network" => Cell::Text(network.to_owned().into()),
                "jitter_ms" => jitter.map_or(Cell::Null, Cell::Number),
                _ => failed.map_or(Cell::Null, Cell::Boolean),
            };
            let row: Vec<_> = question.columns.iter().map(cell).collect();
            rows.push(&Bytes::new(), &row);
        }
        rows
    }

    fn answer(by: &[&str], measures: &[&str], filters: &[&str]) -> Vec<Value> {
        let question = question(by, measures, filters).unwrap();
        let rows = rows(&question);
        let mut groups = Groups::new(question, 10);
        groups.add("2026-11-22".parse().unwrap(), &rows).unwrap();
        let told = groups.finish().groups.into_iter();
        told.map(|group| json!([group.by, group.measures])).collect()
    }

    #[test]
    fn rows_are_counted_and_measured_by_group() {
        let measures = ["count", "mean:jitter_ms", "max:jitter_ms", "share:failed", "share:network=wifi"];
        assert_eq!(
            answer(&["network"], &measures, &[]),
            [
                json!([{ "network": "lan" }, { "count": 1, "mean:jitter_ms": null, "max:jitter_ms": null, "share:failed": 0, "share:network=wifi": 0 }]),
                json!([{ "network": "wifi" }, { "count": 2, "mean:jitter_ms": 2.5, "max:jitter_ms": 4, "share:failed": 1, "share:network=wifi": 1 }]),
            ]
        );
        assert_eq!(
            answer(&["day"], &["sum:jitter_ms"], &[]),
            [json!([{ "day": "2026-11-22" }, { "sum:jitter_ms": 5 }])]
        );
        assert_eq!(answer(&[], &["count"], &["network:wifi"]), [json!([{}, { "count": 2 }])]);
        assert!(answer(&[], &["count"], &["network:5g"]).is_empty());
    }

    #[test]
    fn what_cannot_be_asked_says_what_can() {
        let refused = |by: &[&str], measures: &[&str], filters: &[&str]| {
            question(by, measures, filters).unwrap_err().join(" ")
        };
        assert!(refused(&["netwrk"], &[], &[]).contains("no column `netwrk`"));
        assert!(refused(&[], &["median:jitter_ms"], &[]).contains("no measure"));
        assert!(refused(&[], &["sum:network"], &[]).contains("of the type text"));
        assert!(refused(&[], &["share:network"], &[]).contains("of the type text"));
        assert!(refused(&[], &[], &["network"]).contains("no condition"));
        let names = Question::of(&table(), &Asked { by: vec!["x".into()], ..Asked::default() }).unwrap_err();
        assert!(names[0].remedy.as_ref().unwrap().contains("network, jitter_ms, failed"));
    }

    #[test]
    fn groups_are_bounded() {
        let question = question(&["network"], &["count"], &[]).unwrap();
        let rows = rows(&question);
        let mut groups = Groups::new(question, 1);
        assert_eq!(groups.add("2026-11-22".parse().unwrap(), &rows), Err(TooManyGroups(1)));
    }
}
