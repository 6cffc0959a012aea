//! The records of `cases/`, as Graph tells them, and the rows that they become: nothing that a row has is left out of a
//! case, and every row fits its table.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Participant, Session, Version, streams};
use crate::config::People;
use crate::record::{self, CallRecord};
use crate::tables;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    #[serde(default)]
    people: Option<People>,
    record: CallRecord,
    participants: Vec<record::Participant>,
    rows: Rows,
}

/// By table, without what all rows of a call have in common.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    calls: Vec<Value>,
    participants: Vec<Value>,
    sessions: Vec<Value>,
    streams: Vec<Value>,
}

#[test]
fn every_record_becomes_the_rows_that_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let case: Case = serde_json::from_slice(&fs::read(&file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let shown = format!("{}: {}", file.display(), case.about);
        let people = case.people.unwrap_or_default();
        let version = Version { call_id: "c".into(), version: 7, date: "2026-11-22".into() };
        let mut call = Call::new(version.clone(), &case.record, people);
        let participants: Vec<_> =
            case.participants.iter().map(|one| Participant::of(&version, one, people)).collect();
        call.joined_by(participants.len());
        let (mut sessions, mut all_streams) = (Vec::new(), Vec::new());
        for session in &case.record.sessions {
            let (row, rows) = (Session::of(&version, session, people), streams(&version, session, people));
            call.counts(&row, &rows);
            sessions.push(row);
            all_streams.extend(rows);
        }
        let same = |name: &str, rows: Vec<Value>, wanted: Vec<Value>| {
            let table = tables::all(true).into_iter().find(|table| table.name == name).unwrap();
            for row in &rows {
                tables::fits(&table, row).unwrap_or_else(|why| panic!("{shown}: {name}: {why}"));
            }
            let without = rows.into_iter().map(|mut row| {
                for column in ["call_id", "version", "date"] {
                    row.as_object_mut().unwrap().remove(column).unwrap();
                }
                row
            });
            let rows: Vec<_> = without.collect();
            assert_eq!(rows, wanted, "{shown}: {name} are {}", serde_json::to_string_pretty(&rows).unwrap());
        };
        same("calls", vec![json!(call)], case.rows.calls);
        same("participants", participants.iter().map(|row| json!(row)).collect(), case.rows.participants);
        same("sessions", sessions.iter().map(|row| json!(row)).collect(), case.rows.sessions);
        same("streams", all_streams.iter().map(|row| json!(row)).collect(), case.rows.streams);
        // What is handed on between runs is the same afterwards.
        let again: Call = serde_json::from_value(json!(call)).unwrap();
        assert_eq!(again, call, "{shown}");
    }
}
