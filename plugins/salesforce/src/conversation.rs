//! What a message in a watched channel or chat leads to: Tasks, fields, a proposed stage.

use tieline_sdk::Failure;

use crate::competitors::field_update::FieldUpdate;
use crate::config::Use;
use crate::pause::{self, Work};
use crate::run::Run;
use crate::stage::agreed::{self, Agreed};
use crate::tasks::owner;
use crate::tasks::task::Rule;
use crate::tasks::write::{Look, worst};
use crate::teams::message::Message;
use crate::teams::place::Place;
use crate::teams::read;
use crate::teams::source::Source;
use crate::{Config, competitors, deal_desk};

/// What the rules of a place want for a message.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    tasks: Vec<Rule<'a>>,
    updates: Vec<FieldUpdate<'a>>,
    stages: Vec<Agreed<'a>>,
}

/// Which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it; what can wait waits while work pauses.
    All,
    /// What waited.
    Waited,
}

impl<'a> Wanted<'a> {
    /// What is wanted for a text of these uses. Pure.
    pub(crate) fn of(config: &'a Config, place: Place<'_>, text: &str, uses: impl Fn(Use) -> bool) -> Self {
        let mut wanted = Self::default();
        if uses(Use::DealDesk) {
            wanted.tasks = deal_desk::wanted(config, place, text);
        }
        if uses(Use::Competitors) {
            let (mentions, updates) = competitors::wanted(config, place, text);
            wanted.tasks.extend(mentions);
            wanted.updates = updates;
        }
        if uses(Use::Stages) {
            wanted.stages = agreed::wanted(config, place, text);
        }
        wanted
    }

    /// Whether no rule is interested.
    pub(crate) fn is_nothing(&self) -> bool {
        self.tasks.is_empty() && self.updates.is_empty() && self.stages.is_empty()
    }
}

/// Reads a message, unless its content is given, and writes what the rules want. False: nobody wrote it, or it is
/// not there any more.
///
/// A message of a sender in the owner table that one rule wants costs two calls: it is read, its Task is created.
pub(crate) fn hear(
    run: &Run<'_>,
    source: Source<'_>,
    content: Option<&str>,
    look: Look,
    part: Part,
) -> Result<bool, Failure> {
    let reader = run.config.read_as.identity();
    let Some(message) = read::message(content, run.attempt, &source, reader)? else { return Ok(false) };
    let (config, limits) = (run.config, &run.config.limits);
    let of = |uses: &dyn Fn(Use) -> bool| Wanted::of(config, source.place, &message.text, uses);
    let can_wait = of(&|what| !limits.is_critical(what));
    let waits = part == Part::All && !can_wait.is_nothing() && pause::stands()?;
    let now = match part {
        Part::Waited => can_wait,
        Part::All if waits => {
            pause::wait(&Work::Message { resource: source.resource() })?;
            of(&|what| limits.is_critical(what))
        }
        Part::All => of(&|_| true),
    };
    write(run, &source, &message, &now, look)?;
    Ok(true)
}

/// Writes everything that is wanted. One failure does not keep the others from being written.
fn write(
    run: &Run<'_>,
    source: &Source<'_>,
    message: &Message,
    wanted: &Wanted<'_>,
    look: Look,
) -> Result<(), Failure> {
    let mut failures = vec![];
    if !wanted.tasks.is_empty() {
        let owner = owner::of(run.config, &run.salesforce, message)?;
        let writer = run.writer(look);
        let written = wanted.tasks.iter().map(|rule| writer.message(message, source, rule, owner.clone()));
        failures.extend(written.filter_map(Result::err));
    }
    failures.extend(wanted.updates.iter().filter_map(|update| update.write(&run.salesforce, source).err()));
    failures.extend(wanted.stages.iter().filter_map(|agreed| agreed.propose(run, source, message).err()));
    worst(failures).map_or(Ok(()), Err)
}
