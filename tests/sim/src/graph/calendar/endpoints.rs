//! Calendars, their views, and events.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::script::{ShareKind, ShareRole};
use super::{Event, READ_OWN, READ_SHARED, WRITE_OWN, WRITE_SHARED, event};
use crate::call::{self, Reply};
use crate::graph::errors::GraphError;
use crate::graph::paging::{self, Page};
use crate::graph::places::with_context;
use crate::graph::{Request, json as answer, users};
use crate::seed::USERS;
use crate::{clock, ids};

/// Answers what is asked of a mailbox's calendars.
pub(in crate::graph) fn handle(
    request: &Request<'_>,
    owner: &str,
    area: &str,
    rest: &[&str],
) -> Result<Reply, GraphError> {
    // `calendar/events`, `calendars/{id}/events` and `events` are the same: each mailbox has one calendar.
    let (area, rest) = match (area, rest) {
        ("calendar", [inner, rest @ ..]) => (*inner, rest),
        ("calendars", [id]) => return one_calendar(request, owner, Some(id)),
        ("calendars", [id, inner, rest @ ..]) => {
            let whose = whose(request, owner, id)?;
            return dispatch(request, &whose, inner, rest);
        }
        ("calendar", []) => return one_calendar(request, owner, None),
        ("calendars", []) => return calendars(request, owner),
        other => other,
    };
    dispatch(request, owner, area, rest)
}

fn dispatch(request: &Request<'_>, owner: &str, area: &str, rest: &[&str]) -> Result<Reply, GraphError> {
    match (request.call.method(), area, rest) {
        (&Method::GET, "events", []) => list(request, owner, None),
        (&Method::GET, "calendarView", []) => {
            let time = |name: &str| {
                let text = request.call.parameter(name).unwrap_or_default();
                let text = if text.ends_with('Z') || text.contains('+') { text } else { format!("{text}Z") };
                let missing =
                    || GraphError::bad_request(format!("This request requires a time window: {name}."));
                clock::parse_ms(&text).ok_or_else(missing)
            };
            list(request, owner, Some((time("startDateTime")?, time("endDateTime")?)))
        }
        (&Method::POST, "events", []) => create(request, owner),
        (&Method::GET, "events", [id]) => get(request, owner, id),
        (&Method::PATCH, "events", [id]) => change(request, owner, id),
        (&Method::DELETE, "events", [id]) => delete(request, owner, id),
        (_, "events" | "calendarView", _) => Err(GraphError::method_not_allowed()),
        _ => Err(GraphError::unknown_segment(area)),
    }
}

/// Whether the caller may do this in a mailbox: by permission, and in another's by what was shared.
fn may(request: &Request<'_>, owner: &str, write: bool) -> Result<(), GraphError> {
    let Some(user) = request.bearer.user_id() else {
        return request.bearer.needs(if write { WRITE_OWN } else { READ_OWN });
    };
    if user == owner {
        return request.bearer.needs(if write { WRITE_OWN } else { READ_OWN });
    }
    request.bearer.needs(if write { WRITE_SHARED } else { READ_SHARED })?;
    match request.world.graph.calendars.role(ShareKind::Calendar, owner, user) {
        Some(ShareRole::Read) if write => Err(denied()),
        Some(_) => Ok(()),
        // What was not shared is not there.
        None => Err(GraphError::new(
            StatusCode::NOT_FOUND,
            "ErrorItemNotFound",
            "The specified object was not found in the store., Default folder Calendar not found.",
        )),
    }
}

fn denied() -> GraphError {
    let message = "Access is denied. Check credentials and try again.";
    GraphError::new(StatusCode::FORBIDDEN, "ErrorAccessDenied", message)
}

fn no_event() -> GraphError {
    let message = "The specified object was not found in the store.";
    GraphError::new(StatusCode::NOT_FOUND, "ErrorItemNotFound", message)
}

/// The mailbox that a calendar's id leads to: one's own, or one that was shared.
fn whose(request: &Request<'_>, owner: &str, id: &str) -> Result<String, GraphError> {
    let found = USERS.iter().map(crate::seed::SeedUser::object_id).find(|user| calendar_id(user) == id);
    let found = found.ok_or_else(no_event)?;
    let shared = || request.world.graph.calendars.role(ShareKind::Calendar, &found, owner).is_some();
    if found == owner || shared() { Ok(found) } else { Err(no_event()) }
}

fn calendar_id(user: &str) -> String {
    format!("AAMkAD{}=", ids::hex_of(&format!("calendar/{user}")))
}

fn calendar(request: &Request<'_>, owner: &str, of: &str) -> Value {
    let known = users::named(of).ok();
    let name = known.map(crate::seed::SeedUser::name).unwrap_or_default();
    let role = request.world.graph.calendars.role(ShareKind::Calendar, of, owner);
    let own = of == owner;
    json!({
        "id": calendar_id(of),
        "name": if own { "Calendar".to_owned() } else { name.clone() },
        "color": "auto",
        "isDefaultCalendar": own,
        "canShare": own,
        "canViewPrivateItems": own || role == Some(ShareRole::Delegate),
        "canEdit": own || matches!(role, Some(ShareRole::Write | ShareRole::Delegate)),
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "isRemovable": !own,
        "owner": {"name": name, "address": known.map(crate::seed::SeedUser::email)},
    })
}

fn one_calendar(request: &Request<'_>, owner: &str, id: Option<&str>) -> Result<Reply, GraphError> {
    let of = id.map_or_else(|| Ok(owner.to_owned()), |id| whose(request, owner, id))?;
    may(request, &of, false)?;
    Ok(with_context(request, &format!("users('{owner}')/calendar/$entity"), calendar(request, owner, &of)))
}

/// One's own calendar, and those that others shared.
fn calendars(request: &Request<'_>, owner: &str) -> Result<Reply, GraphError> {
    may(request, owner, false)?;
    let shares = &request.world.graph.calendars;
    let others = USERS.iter().map(crate::seed::SeedUser::object_id);
    let others = others.filter(|of| shares.role(ShareKind::Calendar, of, owner).is_some());
    let all = std::iter::once(owner.to_owned()).chain(others);
    let value: Vec<Value> = all.map(|of| calendar(request, owner, &of)).collect();
    Ok(with_context(request, &format!("users('{owner}')/calendars"), json!({"value": value})))
}

fn list(request: &Request<'_>, owner: &str, window: Option<(u64, u64)>) -> Result<Reply, GraphError> {
    may(request, owner, false)?;
    let page = Page::of(request, 10, 1000)?;
    let skip = usize::try_from(page.after.unwrap_or(0)).unwrap_or(usize::MAX);
    let held = request.world.graph.calendars.held.lock();
    let inside = |event: &&Event| window.is_none_or(|(from, to)| event.start_ms < to && event.end_ms > from);
    let mut found: Vec<&Event> = held.iter().filter(|event| event.owner == owner).filter(inside).collect();
    found.sort_by_key(|event| event.start_ms);
    let value: Vec<Value> = found.iter().skip(skip).take(page.size).map(|event| shown(event)).collect();
    let more = skip + value.len() < found.len();
    let mut body = json!({ "value": value });
    if more {
        body["@odata.nextLink"] = paging::next_link(request, (skip + page.size) as u64).into();
    }
    Ok(with_context(request, &format!("users('{owner}')/events"), body))
}

/// An event that comes again with its transaction id is the one that is there.
fn create(request: &Request<'_>, owner: &str) -> Result<Reply, GraphError> {
    may(request, owner, true)?;
    let fields = event::read(request.call.body)?;
    let (start_ms, end_ms) = times(&fields, None)?;
    let transaction = fields.get("transactionId").and_then(Value::as_str).map(str::to_owned);
    let graph = &request.world.graph;
    let mut held = graph.calendars.held.lock();
    let same =
        |event: &&Event| event.owner == owner && transaction.is_some() && event.transaction == transaction;
    if let Some(there) = held.iter().find(same) {
        return Ok(answer(StatusCode::CREATED, &shown(there)));
    }
    let now = clock::now_ms();
    let mut new = Event {
        id: format!("AAMkAGI{}AAA=", ids::fresh_guid().replace('-', "")),
        owner: owner.to_owned(),
        transaction,
        start_ms,
        end_ms,
        created_ms: now,
        modified_ms: now,
        fields,
        join_url: None,
    };
    meet(request, &mut new);
    let mut body = shown(&new);
    body["@odata.context"] = request.context(&format!("users('{owner}')/events/$entity")).into();
    held.push(new);
    Ok(answer(StatusCode::CREATED, &body))
}

/// Makes the online meeting of an event that wants one.
fn meet(request: &Request<'_>, event: &mut Event) {
    let wanted = event.fields.get("isOnlineMeeting").and_then(Value::as_bool).unwrap_or(false);
    if !wanted || event.join_url.is_some() {
        return;
    }
    let invited = event::attendees(&event.fields);
    let invited =
        invited.iter().filter_map(|one| users::named(one).ok()).map(crate::seed::SeedUser::object_id);
    let subject = event.fields.get("subject").and_then(Value::as_str).unwrap_or_default();
    let times = (event.start_ms, event.end_ms);
    let meetings = &request.world.graph.meetings;
    event.join_url = Some(meetings.of_event(&event.owner, subject, times, invited.collect()));
}

/// Start and end, as they are then.
fn times(fields: &Map<String, Value>, before: Option<(u64, u64)>) -> Result<(u64, u64), GraphError> {
    let time = |name: &str, before: Option<u64>| match (fields.get(name), before) {
        (Some(value), _) => event::moment(value),
        (None, Some(before)) => Ok(before),
        (None, None) => Err(event::invalid(format!("At least one property failed validation: {name}."))),
    };
    let (start, end) = (time("start", before.map(|b| b.0))?, time("end", before.map(|b| b.1))?);
    if end < start {
        let message = "The event's end is before its start.";
        return Err(GraphError::new(
            StatusCode::BAD_REQUEST,
            "ErrorCalendarEndDateIsEarlierThanStartDate",
            message,
        ));
    }
    Ok((start, end))
}

fn get(request: &Request<'_>, owner: &str, id: &str) -> Result<Reply, GraphError> {
    may(request, owner, false)?;
    let held = request.world.graph.calendars.held.lock();
    let found = held.iter().find(|event| event.owner == owner && event.id == id).ok_or_else(no_event)?;
    Ok(with_context(request, &format!("users('{owner}')/events/$entity"), shown(found)))
}

fn change(request: &Request<'_>, owner: &str, id: &str) -> Result<Reply, GraphError> {
    may(request, owner, true)?;
    let fields = event::read(request.call.body)?;
    let mut held = request.world.graph.calendars.held.lock();
    let found = held.iter_mut().find(|event| event.owner == owner && event.id == id).ok_or_else(no_event)?;
    (found.start_ms, found.end_ms) = times(&fields, Some((found.start_ms, found.end_ms)))?;
    found.fields.extend(fields);
    found.modified_ms = clock::now_ms();
    meet(request, found);
    Ok(answer(StatusCode::OK, &shown(found)))
}

fn delete(request: &Request<'_>, owner: &str, id: &str) -> Result<Reply, GraphError> {
    may(request, owner, true)?;
    let mut held = request.world.graph.calendars.held.lock();
    let at = held.iter().position(|event| event.owner == owner && event.id == id).ok_or_else(no_event)?;
    held.remove(at);
    Ok(call::empty(StatusCode::NO_CONTENT))
}

/// An event as Graph shows it: times in UTC.
pub(super) fn shown(event: &Event) -> Value {
    let time = |ms: u64| {
        let text = clock::graph_subscription(ms);
        json!({"dateTime": text.trim_end_matches('Z'), "timeZone": "UTC"})
    };
    let organizer = users::named(&event.owner).ok();
    let mut body = event.fields.clone();
    let key = ids::fingerprint(&format!("{}{}", event.id, event.modified_ms));
    let rest = json!({
        "@odata.etag": format!("W/\"{key}\""),
        "id": event.id,
        "changeKey": key,
        "createdDateTime": clock::graph_subscription(event.created_ms),
        "lastModifiedDateTime": clock::graph_subscription(event.modified_ms),
        "transactionId": event.transaction,
        "iCalUId": ids::hex_of(&event.id),
        "start": time(event.start_ms),
        "end": time(event.end_ms),
        "isCancelled": false,
        "isOrganizer": true,
        "isOnlineMeeting": event.join_url.is_some(),
        "onlineMeetingProvider": if event.join_url.is_some() { "teamsForBusiness" } else { "unknown" },
        "onlineMeeting": event.join_url.as_ref().map(|url| json!({"joinUrl": url})),
        "onlineMeetingUrl": null,
        "type": "singleInstance",
        "webLink": format!("https://outlook.office365.com/owa/?itemid={}&exvsurl=1&path=/calendar/item", event.id),
        "organizer": {"emailAddress": {
            "name": organizer.map(crate::seed::SeedUser::name), "address": organizer.map(crate::seed::SeedUser::email),
        }},
    });
    if let Value::Object(rest) = rest {
        body.extend(rest);
    }
    Value::Object(body)
}
