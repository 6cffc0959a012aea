//! Fills gaps: what was written while nobody was told is listed, and handled as if it had been announced.
//!
//! A gap is filled in several runs, each of which reads some pages and hands on a cursor. Every message that a rule
//! wants becomes an event of its own, one after another with the notification of the same message, if there is one.
//! Reading and deciding are apart: [`cursor`] is pure.

pub mod cursor;
pub mod known;
pub mod page;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tieline_sdk::{Failure, Gap, Problem, clock, graph, log, storage};

use crate::Config;
use crate::conversation::{Part, Wanted, hear};
use crate::plan;
use crate::run::{Run, emit};
use crate::tasks::write::Look;
use crate::teams::message::ChatMessage;
use crate::teams::place::Place;
use crate::teams::source::Source;
use cursor::CatchUp;
use known::Known;
use page::Answer;

/// Goes on with a gap.
pub(crate) const CATCH_UP: &str = "catch-up";
/// A message that was found.
pub(crate) const FOUND: &str = "found";
/// Pages read in a run, far below what a run may ask.
const PAGES: usize = 20;
/// After so many messages a run hands on: with another page it still emits less than it may.
const ENOUGH: usize = 40;
/// Longer messages are read again instead of being handed on.
const LONGEST: usize = 100_000;
/// A notification may come so late (Graph tries for four hours), and finds what was logged here.
const REMEMBERED_FOR: u64 = 24 * 3_600_000;
const DAY: u64 = 24 * 3_600_000;

/// The body of a [`FOUND`] event.
#[derive(Serialize, Deserialize)]
pub(crate) struct Found {
    resource: String,
    /// Null: read it.
    message: Value,
}

/// Begins to fill a gap.
pub(crate) fn begin(config: &Config, gap: &Gap) -> Result<(), Failure> {
    // The configuration may have changed since.
    let place = Place::of_messages(&gap.resource).filter(|place| config.watches(*place));
    let Some(place) = place else { return Ok(()) };
    let mut known = remembered(place)?;
    let catch_up = CatchUp::begin(place, gap.from, gap.to, look_back(config), &mut known);
    read_on(config, catch_up, known)
}

/// Goes on with what an earlier run left to do.
pub(crate) fn go_on(config: &Config, catch_up: CatchUp) -> Result<(), Failure> {
    let known = match catch_up.place().filter(|place| config.watches(*place)) {
        Some(place) => remembered(place)?,
        None => return Ok(()),
    };
    read_on(config, catch_up, known)
}

/// Whether a message was logged by catching up, so that its late notification has nothing to add.
pub(crate) fn was_logged(source: &Source<'_>) -> Result<bool, Failure> {
    Ok(storage::get(&logged_key(source))?.is_some())
}

fn read_on(config: &Config, catch_up: CatchUp, mut known: Known) -> Result<(), Failure> {
    let before = known.clone();
    let resource = catch_up.clone();
    let Some(place) = resource.place() else { return Ok(()) };
    let (mut next, mut wanted) = (Some(catch_up), 0);
    for pages in 0..PAGES {
        let Some(current) = next.take() else { break };
        let answer = match ask(config, current.path()) {
            // What was read so far is kept; the next run meets the same failure first, and waits.
            Err(Failure::Retry(_)) if pages > 0 => {
                next = Some(current);
                break;
            }
            answer => answer?,
        };
        let taken = current.take(answer, clock::now(), &mut known).ok_or_else(links_gone)?;
        for (resource, message) in taken.found {
            wanted += usize::from(hand_on(config, resource, message)?);
        }
        next = taken.rest;
        if wanted >= ENOUGH {
            break;
        }
    }
    if resource.misses_posts(&known) {
        log::warn(
            "this channel has more posts than are remembered: replies to those that changed longest ago are not looked for; \
             a shorter reply_look_back_days reaches all it covers",
            [("channel", place.id())],
        );
    }
    if known != before {
        storage::put_json(&known_key(place), &known, Some(Known::serves_for(look_back(config))))?;
    }
    let Some(rest) = next else { return Ok(()) };
    emit(CATCH_UP, &rest, Some(format!("{CATCH_UP} {}", place.id())), None)
}

fn look_back(config: &Config) -> u64 {
    u64::from(config.reply_look_back_days) * DAY
}

fn ask(config: &Config, path: &str) -> Result<Answer, Failure> {
    let response = graph::get(path).identity(config.read_as.identity()).send()?;
    match response.status {
        200 => Ok(Answer::Page(response.json()?)),
        404 => Ok(Answer::Missing),
        410 => Ok(Answer::Gone),
        _ => Err(response.failure(graph::error(&response))),
    }
}

/// Makes an event of a message that a rule wants. Whether it is one.
fn hand_on(config: &Config, resource: String, message: Value) -> Result<bool, Failure> {
    let Some(source) = Source::parse(&resource) else { return Ok(false) };
    // What does not decode is not left out in silence: its own event says so.
    let decoded = ChatMessage::deserialize(&message).ok();
    let unwanted = decoded.is_some_and(|message| {
        message
            .by_a_person()
            .is_none_or(|message| Wanted::of(config, source.place, &message.text, |_| true).is_nothing())
    });
    if unwanted {
        return Ok(false);
    }
    let order = plan::ordering_key(config, source.place).unwrap_or_else(|| resource.clone());
    let dedupe = format!("{FOUND} {}", source.key());
    let short = message.to_string().len() <= LONGEST;
    let found = Found { message: if short { message } else { Value::Null }, resource: resource.clone() };
    emit(FOUND, &found, Some(order), Some(dedupe))?;
    Ok(true)
}

/// Logs a message that was found, unless its notification has been handled.
pub(crate) fn found(run: &Run<'_>, found: &Found) -> Result<(), Failure> {
    let Some(source) = Source::parse(&found.resource).filter(|source| run.config.watches(source.place))
    else {
        return Ok(());
    };
    let content = (!found.message.is_null()).then(|| found.message.to_string());
    if hear(run, source, content.as_deref(), Look::ForThisRule, Part::All)? {
        storage::put_json(&logged_key(&source), &true, Some(REMEMBERED_FOR))?;
    }
    Ok(())
}

fn remembered(place: Place<'_>) -> Result<Known, Failure> {
    match place {
        Place::Channel { .. } => Ok(storage::get_json(&known_key(place))?.unwrap_or_default()),
        Place::Chat { .. } => Ok(Known::default()),
    }
}

fn known_key(place: Place<'_>) -> String {
    format!("known/{}", place.id().to_ascii_lowercase())
}

fn logged_key(source: &Source<'_>) -> String {
    format!("logged/{}", source.key())
}

fn links_gone() -> Failure {
    Failure::retry(Problem::new(
        "salesforce.delta-gone",
        "Graph forgets the links of a channel's changes before they are followed",
    ))
}
