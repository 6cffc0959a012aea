//! Lists the calls of a time, and reads those that are new or have grown.

use serde::Deserialize;
use tieline_sdk::{CallError, Failure, Gap, clock, graph, log, storage};

use super::one::{self, Missed};
use super::{DEVICES, MISSED, WINDOW, Window, emit, order_of, seen, write};
use crate::config::Config;
use crate::plan::BEGUN;
use crate::record::Page;

/// When the last days were listed for the last time.
const LOOKED: &str = "looked";
/// A call takes two requests, and Graph takes twenty together.
const TOGETHER: usize = 10;
/// Bytes of records read in a run. Their rows are smaller, and far below what a run may write.
const ROOM: usize = 4 << 20;
/// Steps of all lists are taken one after another, so that they leave room for what is announced.
const ORDER: &str = "lists";

/// Begins to read the calls from before the collection, once.
pub(crate) fn begin(config: &Config) -> Result<(), Failure> {
    if storage::get(BEGUN)?.is_some() {
        return Ok(());
    }
    let now = clock::now();
    storage::put_json(BEGUN, &now, None)?;
    storage::put_json(LOOKED, &now, None)?;
    if config.devices {
        emit(DEVICES, &now, DEVICES.to_owned(), None)?;
    }
    list(Window::last_days(config.back_fill_days, now))
}

/// Lists the calls of the last days because a person asks for it.
pub(crate) fn asked(days: u32) -> Result<(), Failure> {
    list(Window::last_days(days, clock::now()))
}

/// Lists the calls of which nobody may have been told since the last time.
pub(crate) fn look_again(config: &Config) -> Result<(), Failure> {
    let now = clock::now();
    let interval = u64::from(config.look_again_hours) * 3_600_000;
    let since = storage::get_json::<u64>(LOOKED)?.unwrap_or_else(|| now.saturating_sub(interval));
    storage::put_json(LOOKED, &now, None)?;
    list(Window::untold(since, now, now))
}

/// Lists the calls of a gap.
pub(crate) fn missed(gap: &Gap) -> Result<(), Failure> {
    list(Window::untold(gap.from, gap.to, clock::now()))
}

/// Takes a page of a list, and goes on.
pub(crate) fn step(config: &Config, window: Window) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Listed {
        id: String,
        version: i64,
    }
    let page: Page<Listed> = graph::get(window.path()).fetch()?;
    let mut wanted = Vec::new();
    for Listed { id, version } in page.value {
        if seen::of(&id)?.is_none_or(|seen| seen.v < version) {
            wanted.push((id, version));
        }
    }
    let mut room = ROOM;
    for some in wanted.chunks(TOGETHER) {
        if room == 0 {
            some.iter().try_for_each(|(id, version)| by_itself(id, *version, "its list holds too much"))?;
        } else {
            room = room.saturating_sub(together(config, some)?);
        }
    }
    list(window.after(page.next))
}

/// Reads a few calls together, and says how many bytes they took. One that cannot be read so is read by itself.
fn together(config: &Config, some: &[(String, i64)]) -> Result<usize, Failure> {
    let mut answers = graph::batched(some.iter().flat_map(|(id, _)| one::asked(id))).into_iter();
    let mut bytes = 0;
    for (id, version) in some {
        let (Some(record), Some(participants)) = (answers.next(), answers.next()) else { break };
        match record.and_then(|record| Ok((record, participants?))) {
            // These concern the connection, and so everything that would be asked next.
            Err(
                error @ (CallError::Denied(_) | CallError::ConnectionUnusable(_) | CallError::Throttled(_)),
            ) => {
                return Err(error.into());
            }
            Err(error) => by_itself(id, *version, &error.problem().code)?,
            Ok((record, _)) if record.status == 404 => {
                log::info("a listed call is gone", [("call", id.as_str())])
            }
            Ok((record, participants)) => {
                bytes += record.body.len() + participants.body.len();
                match one::read(&record, participants) {
                    Ok((record, participants)) => write::version(config, record, participants)?,
                    Err(failure) => by_itself(id, *version, &failure.problem().code)?,
                }
            }
        }
    }
    Ok(bytes)
}

/// Makes an event of a call, which fails and is tried again alone.
fn by_itself(id: &str, version: i64, because: &str) -> Result<(), Failure> {
    log::info("a listed call is read by itself", [("call", id), ("because", because)]);
    let dedupe = format!("{MISSED} {id} {version}");
    emit(MISSED, &Missed { id: id.to_owned() }, order_of(id), Some(dedupe))
}

fn list(window: Option<Window>) -> Result<(), Failure> {
    match window {
        Some(window) => emit(WINDOW, &window, ORDER.to_owned(), None),
        None => Ok(()),
    }
}
