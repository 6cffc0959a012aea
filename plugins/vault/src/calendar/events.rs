//! `list-calendars`, `list-events`, `create-event`, `update-event`, `delete-event`: with the authority of the person who asks.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{CallError, Failure, Identity, Problem, Response, clock, graph, html::escaped, time};

use super::event::{self, Event, FIELDS, Wanted};
use super::matching::about;
use super::meeting;
use super::place::Place;
use crate::asked::{Input, Visitor};
use crate::case::Case;
use crate::words::code;

/// Pages of a calendar.
const PAGES: usize = 20;
const DAY: u64 = 24 * 3_600_000;
/// Shown unless somebody says otherwise.
const WINDOW: u64 = 7 * DAY;
/// Nobody looks at more at once.
const LONGEST: u64 = 366 * DAY;
const UTC: (&str, &str) = ("Prefer", "outlook.timezone=\"UTC\"");

/// `list-calendars`: the person's own, which are also those that others share with them, or somebody's.
pub(crate) fn calendars(input: &Input) -> Result<Value, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Calendar {
        id: String,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        can_edit: Option<bool>,
        #[serde(default)]
        owner: Option<Value>,
    }
    let place = Place::named(input.owner.as_deref(), None)?;
    let calendars: Vec<Calendar> =
        graph::get(place.calendars()).identity(Identity::Actor).all(PAGES).map_err(explained)?;
    let shown = calendars.into_iter().map(|one| {
        json!({ "calendar_id": one.id, "name": one.name, "may_change": one.can_edit, "owner": one.owner })
    });
    Ok(json!({ "calendars": shown.collect::<Vec<_>>() }))
}

/// `list-events`: what is in a calendar between two times, and what of it is about the case, if one is named.
pub(crate) fn list(case: Option<&Case>, input: &Input) -> Result<Value, Problem> {
    let place = Place::named(input.owner.as_deref(), input.calendar_id.as_deref())?;
    let from = input.from.as_deref().map(event::moment).transpose()?.unwrap_or_else(clock::now);
    let to = input.to.as_deref().map(event::moment).transpose()?.unwrap_or(from + WINDOW);
    if to <= from || to - from > LONGEST {
        let problem = Problem::new("vault.invalid-input", "this is no time to look at");
        return Err(problem.remedy("give a `to` that is later than `from`, by a year at most"));
    }
    let events = between(place, from, to).map_err(explained)?;
    let known = case.map(|case| meeting::of_case(&case.id)).transpose()?.unwrap_or_default();
    let ids: Vec<_> = known.iter().map(|meeting| meeting.event.as_str()).collect();
    let transactions: Vec<_> = known.iter().map(|meeting| meeting.transaction.as_str()).collect();
    let shown = events.iter().map(|event| {
        let mut shown = event.json();
        let about = case.and_then(|case| about(event, &case.number, &ids, &transactions));
        shown["about_the_case"] = about.map(|about| about.word()).into();
        shown
    });
    Ok(json!({ "from": time::iso(from), "to": time::iso(to), "events": shown.collect::<Vec<_>>() }))
}

/// What is in a calendar between two times.
pub(super) fn between(place: Place<'_>, from: u64, to: u64) -> Result<Vec<Event>, Failure> {
    graph::get(place.view())
        .query("startDateTime", &time::iso(from))
        .query("endDateTime", &time::iso(to))
        .query("$top", "100")
        .select(&FIELDS)
        .header(UTC.0, UTC.1)
        .identity(Identity::Actor)
        .all(PAGES)
}

/// `create-event`
pub(crate) fn create(visitor: &Visitor<'_>, input: &Input, key: &str) -> Result<Value, Problem> {
    let place = Place::named(input.owner.as_deref(), input.calendar_id.as_deref())?;
    let html = input.body.as_deref().map(html);
    let transaction = format!(
        "tieline-{}",
        code(&[visitor.config.vault_dns(), &visitor.actor.object_id, &place.events(), key])
    );
    Ok(created(place, &wanted(input, html.as_deref()), &transaction)?.json())
}

/// `update-event`
pub(crate) fn update(input: &Input) -> Result<Value, Problem> {
    let place = Place::named(input.owner.as_deref(), input.calendar_id.as_deref())?;
    let html = input.body.as_deref().map(html);
    let fields = wanted(input, html.as_deref()).fields()?;
    let request = graph::patch(place.event(event_id(input)?)).header(UTC.0, UTC.1).identity(Identity::Actor);
    let response = request.json(&fields).map_err(Failure::from)?.send().map_err(Failure::from)?;
    Ok(read(&response)?.json())
}

/// `delete-event`: one that is gone already is no error.
pub(crate) fn delete(input: &Input) -> Result<Value, Problem> {
    let place = Place::named(input.owner.as_deref(), input.calendar_id.as_deref())?;
    let id = event_id(input)?;
    let response = graph::delete(place.event(id)).identity(Identity::Actor).send().map_err(Failure::from)?;
    let theirs = graph::error(&response);
    match response.status {
        404 if !is_of_a_folder(&theirs) => Ok(json!({ "deleted": id, "was_there": false })),
        _ if response.is_success() => Ok(json!({ "deleted": id, "was_there": true })),
        _ => Err(explained(response.failure(theirs)).into()),
    }
}

/// Creates an event. Outlook knows a transaction again, so that one whose answer did not come is asked for once more, and
/// looked for then.
pub(super) fn created(place: Place<'_>, wanted: &Wanted<'_>, transaction: &str) -> Result<Event, Problem> {
    let fields = wanted.new_fields(transaction)?;
    let ask = || {
        let request = graph::post(place.events()).header(UTC.0, UTC.1).identity(Identity::Actor);
        request.json(&fields)?.effect_key(transaction.to_owned()).send()
    };
    let mut answer = ask();
    if in_doubt(&answer) {
        answer = ask();
    }
    match answer {
        Ok(response) if response.status == 409 || in_doubt(&Ok(response.clone())) => {
            let found = found(place, wanted, transaction)?;
            found.ok_or_else(|| explained(response.failure(graph::error(&response))).into())
        }
        Ok(response) => Ok(read(&response)?),
        Err(error) => Err(Failure::from(error).into()),
    }
}

fn in_doubt(answer: &Result<Response, CallError>) -> bool {
    match answer {
        Ok(response) => matches!(response.status, 408 | 500 | 502 | 504),
        Err(error) => matches!(error, CallError::InDoubt(_)),
    }
}

/// The event of this transaction, if it is there.
fn found(place: Place<'_>, wanted: &Wanted<'_>, transaction: &str) -> Result<Option<Event>, Problem> {
    let (Some(start), Some(end)) = (wanted.start, wanted.end) else { return Ok(None) };
    let events = between(place, event::moment(start)?, event::moment(end)?)?;
    Ok(events.into_iter().find(|event| event.transaction_id.as_deref() == Some(transaction)))
}

fn wanted<'a>(input: &'a Input, html: Option<&'a str>) -> Wanted<'a> {
    Wanted {
        subject: input.subject.as_deref(),
        html,
        start: input.start.as_deref(),
        end: input.end.as_deref(),
        attendees: &input.attendees,
        online: input.online,
    }
}

/// What a person wrote is text.
pub(super) fn html(text: &str) -> String {
    text.lines().map(|line| format!("<p>{}</p>", escaped(line))).collect()
}

fn event_id(input: &Input) -> Result<&str, Problem> {
    input.event_id.as_deref().filter(|id| !id.is_empty()).ok_or_else(|| {
        Problem::new("vault.invalid-input", "say which event").remedy("give an id that list-events names")
    })
}

fn read(response: &Response) -> Result<Event, Failure> {
    if response.is_success() {
        response.json()
    } else {
        Err(explained(response.failure(graph::error(response))))
    }
}

/// Outlook says "denied" of a calendar that is shared for less, and of one that is not shared at all that there is none.
fn explained(failure: Failure) -> Failure {
    let problem = failure.problem();
    let (code, remedy) = match problem.code.as_str() {
        "graph.error-access-denied" => (
            "vault.calendar-denied",
            "ask its owner to let you change the calendar, or to make you a delegate",
        ),
        "graph.error-item-not-found" if is_of_a_folder(problem) => {
            ("vault.calendar-denied", "ask its owner to share the calendar with you")
        }
        "graph.error-item-not-found" => ("vault.no-such-event", "list the events of the calendar"),
        _ => return failure,
    };
    Failure::permanent(Problem::new(code, problem.message.clone()).remedy(remedy))
}

/// Whether it is the calendar that is not there, and not an event in it.
fn is_of_a_folder(problem: &Problem) -> bool {
    problem.message.to_lowercase().contains("folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_that_is_not_shared_is_told_from_an_event_that_is_gone() {
        let of = |code: &str, message: &str| {
            let failure = explained(Failure::permanent(Problem::new(code, message)));
            failure.problem().code.clone()
        };
        let gone = "The specified object was not found in the store.";
        let unshared = "The specified object was not found in the store., Default folder Calendar not found.";
        assert_eq!(of("graph.error-item-not-found", gone), "vault.no-such-event");
        assert_eq!(of("graph.error-item-not-found", unshared), "vault.calendar-denied");
        assert_eq!(of("graph.error-access-denied", "No."), "vault.calendar-denied");
        assert_eq!(of("graph.forbidden", "No."), "graph.forbidden");
    }
}
