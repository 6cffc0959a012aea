//! The tables of `cases/gaps/`: a gap, what is known, what Graph answers, and what is found.

// The crate is a test; clippy knows tests by their attribute, not by their folder.
#![allow(clippy::unwrap_used, clippy::panic)]

mod table;

use serde::Deserialize;
use serde_json::Value;
use tieline_salesforce::catch_up::cursor::CatchUp;
use tieline_salesforce::catch_up::known::Known;
use tieline_salesforce::catch_up::page::Answer;
use tieline_salesforce::teams::place::Place;
use tieline_sdk::time::millis;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    resource: String,
    from: String,
    to: String,
    look_back_days: u64,
    /// What was known before.
    #[serde(default)]
    known: Known,
    /// What is asked, in this order, and answered.
    answers: Vec<Answered>,
    /// Resources of the messages that are found, in this order.
    found: Vec<String>,
    /// What is known afterwards.
    then: Option<Known>,
    /// The links were gone too often.
    #[serde(default)]
    given_up: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    get: String,
    status: u16,
    #[serde(default)]
    body: Value,
}

#[test]
fn every_gap_is_filled_as_it_says() {
    for (file, case) in table::cases::<Case>("gaps") {
        fills(&case, &format!("{file}: {}", case.about));
    }
}

fn fills(case: &Case, shown: &str) {
    let place = Place::of_messages(&case.resource).unwrap();
    let (from, to) = (millis(&case.from).unwrap(), millis(&case.to).unwrap());
    let mut known = case.known.clone();
    let mut next = Some(CatchUp::begin(place, from, to, case.look_back_days * 86_400_000, &mut known));
    let mut found = vec![];
    let mut answers = case.answers.iter();
    let mut given_up = false;
    while let Some(current) = next.take() {
        // As from run to run.
        let current: CatchUp = serde_json::from_str(&serde_json::to_string(&current).unwrap()).unwrap();
        let answered = answers.next().unwrap_or_else(|| panic!("{shown}: asks for {}", current.path()));
        assert_eq!(current.path(), answered.get, "{shown}");
        let answer = match answered.status {
            200 => Answer::Page(serde_json::from_value(answered.body.clone()).unwrap()),
            410 => Answer::Gone,
            404 => Answer::Missing,
            other => panic!("{shown}: {other}"),
        };
        let Some(taken) = current.take(answer, to, &mut known) else {
            given_up = true;
            break;
        };
        found.extend(taken.found.into_iter().map(|(resource, _)| resource));
        next = taken.rest;
    }
    assert_eq!(answers.count(), 0, "{shown}: asks for too little");
    assert_eq!(found, case.found, "{shown}");
    assert_eq!(given_up, case.given_up, "{shown}");
    if let Some(then) = &case.then {
        assert_eq!(known, *then, "{shown}");
    }
}
