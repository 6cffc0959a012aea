//! Writes the Task for a message, once.

use serde::Deserialize;
use tieline_sdk::activity::{self, Entry};
use tieline_sdk::{Failure, RecordRef, Timestamp};

use crate::Config;
use crate::message::Message;
use crate::notification::Source;
use crate::salesforce::{Salesforce, Written};
use crate::soql::quoted;
use crate::task::{NewTask, Rule, external_id, is_marked, task_for};

/// A message that somebody wants logged.
pub(crate) struct Logged<'a> {
    pub(crate) config: &'a Config,
    pub(crate) source: Source<'a>,
    pub(crate) message: &'a Message,
    /// The Salesforce user of the sender.
    pub(crate) owner: Option<String>,
    /// For the timeline.
    pub(crate) at: Timestamp,
}

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

impl Logged<'_> {
    /// Creates the Task that `rule` wants and notes it on the Opportunity's timeline.
    ///
    /// With an external-id field Salesforce recognises a Task that an earlier attempt wrote. Without one, the caller
    /// says whether there can be such a Task, and then it is [found](Self::found) instead of written again.
    pub(crate) fn write(&self, rule: &Rule<'_>, look: Look) -> Result<Written, Failure> {
        let external = self.config.external_id_field.as_deref();
        let written = match self.found(rule, look)? {
            Some(id) => Written { id, created: false },
            None => {
                let task = task_for(self.message, &self.source, rule, self.owner.clone());
                self.send(&task, rule, external)?
            }
        };
        self.note(rule)?;
        Ok(written)
    }

    fn send(&self, task: &NewTask, rule: &Rule<'_>, external: Option<&str>) -> Result<Written, Failure> {
        let effect = format!("task:{}:{}", self.source.key(), rule.name);
        match external {
            Some(field) => {
                let value = external_id(&self.source, rule.name);
                self.salesforce().upsert("Task", (field, &value), task, effect)
            }
            None => self.salesforce().create("Task", task, effect),
        }
    }

    /// A Task that carries the mark of this message. `Description` cannot stand in a WHERE clause, and a mark in a
    /// filterable field would be in everybody's way, so the Opportunity's Tasks since the day of the message are
    /// read and compared here.
    fn found(&self, rule: &Rule<'_>, look: Look) -> Result<Option<String>, Failure> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Task {
            id: String,
            description: Option<String>,
        }
        let name = match look {
            Look::No => return Ok(None),
            Look::InDoubt if self.config.external_id_field.is_some() => return Ok(None),
            Look::InDoubt | Look::ForThisRule => Some(rule.name),
            Look::ForAny => None,
        };
        // Midnight, so that the clocks of Microsoft and Salesforce need not agree to the second.
        let tasks: Vec<Task> = self.salesforce().query(&format!(
            "SELECT Id, Description FROM Task WHERE WhatId = {} AND CreatedDate >= {}T00:00:00Z",
            quoted(rule.opportunity),
            self.message.day(),
        ))?;
        let marked = |task: &Task| {
            task.description.as_deref().is_some_and(|description| is_marked(description, &self.source, name))
        };
        Ok(tasks.into_iter().find(marked).map(|task| task.id))
    }

    fn note(&self, rule: &Rule<'_>) -> Result<(), Failure> {
        let entry = Entry {
            record: RecordRef { kind: "Opportunity".to_owned(), id: rule.opportunity.to_owned() },
            at: self.at,
            title: "Task created from a Teams message".to_owned(),
            text: Some(rule.subject.clone()),
            link: self.message.link.clone(),
            key: Some(external_id(&self.source, rule.name)),
        };
        Ok(activity::add(&entry)?)
    }

    fn salesforce(&self) -> Salesforce<'_> {
        Salesforce { version: &self.config.api_version }
    }
}
