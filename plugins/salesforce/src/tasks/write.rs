//! Writes Tasks, each once.

use serde::Deserialize;
use serde_json::Value;
use tieline_sdk::activity::{self, Entry};
use tieline_sdk::{Failure, RecordRef, Timestamp};

use super::mark::Mark;
use super::task::{NewTask, Rule, task_for};
use crate::Config;
use crate::salesforce::composite::{self, Part};
use crate::salesforce::soql::quoted;
use crate::salesforce::{Salesforce, Written, id};
use crate::teams::message::Message;
use crate::teams::source::Source;

/// What to look for before writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Nothing: no earlier attempt can have written it.
    No,
    /// The Task of this rule, unless Salesforce recognises it by its external id: an earlier attempt may have written
    /// it as it would be written now.
    InDoubt,
    /// The Task of this rule. It may be old, and a person may have changed it since.
    ForThisRule,
    /// A Task of any rule.
    ForAny,
}

impl Look {
    /// What an attempt of an event must look for.
    pub(crate) fn of_attempt(in_doubt: bool) -> Self {
        if in_doubt { Self::InDoubt } else { Self::No }
    }
}

/// Writes Tasks of one installation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) config: &'a Config,
    pub(crate) salesforce: &'a Salesforce<'a>,
    pub(crate) look: Look,
    /// For the timeline.
    pub(crate) at: Timestamp,
}

/// A Task to be, with how it is recognised.
#[derive(Debug)]
pub(crate) struct Marked<'a> {
    pub(crate) task: NewTask,
    pub(crate) mark: Mark<'a>,
    /// The day since when there can be one: `2026-11-21`.
    pub(crate) since: &'a str,
}

impl Writer<'_> {
    /// Creates the Task that `rule` wants for a message and notes it on the record's timeline.
    pub(crate) fn message(
        &self,
        message: &Message,
        source: &Source<'_>,
        rule: &Rule<'_>,
        owner: Option<String>,
    ) -> Result<Written, Failure> {
        let task = task_for(message, source, rule, owner);
        let marked = Marked { task, mark: rule.mark(source), since: message.day() };
        let written = self.one(&marked)?;
        self.note(&marked, "Task created from a Teams message", message.link.as_deref())?;
        Ok(written)
    }

    /// Creates a Task.
    ///
    /// With an external-id field Salesforce recognises a Task that an earlier attempt wrote. Without one it is looked
    /// for, as [`Look`] says, and then found instead of written again.
    pub(crate) fn one(&self, marked: &Marked<'_>) -> Result<Written, Failure> {
        if let Some(id) = self.found(marked)? {
            return Ok(Written { id, created: false });
        }
        let effect = marked.mark.effect();
        match self.config.external_id_field.as_deref() {
            Some(field) => {
                let value = marked.mark.external_id();
                self.salesforce.upsert("Task", (field, &value), &marked.task, effect)
            }
            None => self.salesforce.create("Task", &marked.task, effect),
        }
    }

    /// Creates several Tasks, 25 in a call. What one failed of does not keep the others from being written.
    pub(crate) fn several(&self, marked: &[Marked<'_>]) -> Result<Vec<Written>, Failure> {
        let mut written = vec![];
        let mut failures = vec![];
        let mut missing = vec![];
        for marked in marked {
            match self.found(marked)? {
                Some(id) => written.push(Written { id, created: false }),
                None => missing.push(marked),
            }
        }
        for (number, some) in missing.chunks(composite::MOST).enumerate() {
            let parts: Vec<_> = some.iter().enumerate().map(|(at, marked)| self.part(at, marked)).collect();
            let first = some.first().map(|marked| marked.mark.effect()).unwrap_or_default();
            for answer in self.salesforce.composite(&parts, format!("{number}:{first}"))? {
                match answer {
                    Ok(one) => written.push(one),
                    Err(failure) => failures.push(failure),
                }
            }
        }
        worst(failures).map_or(Ok(written), Err)
    }

    fn part(&self, at: usize, marked: &Marked<'_>) -> Part {
        let body = serde_json::to_value(&marked.task).unwrap_or(Value::Null);
        let reference = format!("task{at}");
        match self.config.external_id_field.as_deref() {
            Some(field) => {
                let value = marked.mark.external_id();
                Part::upsert(self.salesforce, "Task", (field, &value), body, reference)
            }
            None => Part::create(self.salesforce, "Task", body, reference),
        }
    }

    /// A Task that carries the mark. `Description` cannot stand in a WHERE clause, and a mark in a filterable field
    /// would be in everybody's way, so the record's Tasks since that day are read and compared here.
    fn found(&self, marked: &Marked<'_>) -> Result<Option<String>, Failure> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Task {
            id: String,
            description: Option<String>,
        }
        let any_rule = match self.look {
            Look::No => return Ok(None),
            Look::InDoubt if self.config.external_id_field.is_some() => return Ok(None),
            Look::InDoubt | Look::ForThisRule => false,
            Look::ForAny => true,
        };
        let (field, record) = match (&marked.task.what_id, &marked.task.who_id) {
            (Some(record), _) => ("WhatId", record),
            (None, Some(record)) => ("WhoId", record),
            (None, None) => return Ok(None),
        };
        // Midnight, so that the clocks of Microsoft and Salesforce need not agree to the second.
        let tasks: Vec<Task> = self.salesforce.query(&format!(
            "SELECT Id, Description FROM Task WHERE {field} = {} AND CreatedDate >= {}T00:00:00Z",
            quoted(record),
            marked.since,
        ))?;
        let carries = |task: &Task| {
            task.description.as_deref().is_some_and(|description| marked.mark.ends(description, any_rule))
        };
        Ok(tasks.into_iter().find(carries).map(|task| task.id))
    }

    /// Tells of a Task on the timeline of its record.
    pub(crate) fn note(&self, marked: &Marked<'_>, title: &str, link: Option<&str>) -> Result<(), Failure> {
        let Some(record) = marked.task.what_id.as_deref().or(marked.task.who_id.as_deref()) else {
            return Ok(());
        };
        let entry = Entry {
            record: record_ref(record),
            at: self.at,
            title: title.to_owned(),
            text: Some(marked.task.subject.clone()),
            link: link.map(str::to_owned),
            key: Some(marked.mark.external_id()),
        };
        Ok(activity::add(&entry)?)
    }
}

/// A record as timelines name it.
pub(crate) fn record_ref(record: &str) -> RecordRef {
    RecordRef { kind: id::kind(record).unwrap_or("Record").to_owned(), id: record.to_owned() }
}

/// The failure that decides: one that may pass, so that the event is tried again and then gets the remembered answers
/// of what was written; else the first.
pub(crate) fn worst(mut failures: Vec<Failure>) -> Option<Failure> {
    let passing = failures.iter().position(|failure| matches!(failure, Failure::Retry(_)));
    (!failures.is_empty()).then(|| failures.swap_remove(passing.unwrap_or(0)))
}
