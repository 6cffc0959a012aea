//! What is kept of a connection's consent, and what follows from it. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tieline_types::{Timestamp, api::Accepted, manifest::PermissionKind};

use super::forbidden::Cause;

/// What is kept of a connection's consent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Consent {
    /// When the tokens were last found to have other permissions than before.
    pub seen: Option<Timestamp>,
    /// The app roles of the newest token; with each, when it came if a token before lacked it. None before the first.
    pub application: Option<BTreeMap<String, Option<Timestamp>>>,
    /// The scopes of the service user's newest token, likewise.
    pub delegated: Option<BTreeMap<String, Option<Timestamp>>>,
    /// When an administrator came back from the consent page.
    pub granted: Option<Timestamp>,
    /// Who said that consent was given.
    pub accepted: Option<Accepted>,
    /// Permissions that Graph refuses for want of consent, since when.
    refused: BTreeMap<String, Timestamp>,
}

/// What a refusal comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The token lacks the permission, and nobody said that it was granted.
    Missing,
    /// It was granted, and may not be honoured everywhere before then.
    Spreading(Timestamp),
    /// It was granted then, and should be honoured by now.
    Overdue(Timestamp),
    /// Permissions have nothing to do with it.
    Other,
}

/// A call that was refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused<'a> {
    pub(crate) kind: PermissionKind,
    /// The permissions that allow it, least first; at least one.
    pub(crate) allowing: &'a [String],
    /// What the token has; none if it cannot be read.
    pub(crate) token: Option<&'a BTreeSet<String>>,
    pub(crate) cause: Cause,
}

impl Consent {
    /// Takes note of a new token's permissions. Whether anything is different.
    pub(crate) fn saw(&mut self, kind: PermissionKind, names: &BTreeSet<String>, now: Timestamp) -> bool {
        let known = match kind {
            PermissionKind::Application => &mut self.application,
            PermissionKind::Delegated => &mut self.delegated,
        };
        if known.as_ref().is_some_and(|known| known.keys().eq(names)) {
            return false;
        }
        let before = known.take();
        // What the very first token has was granted at a time that nobody here knows.
        let since = |name: &String| match &before {
            Some(before) => before.get(name).copied().unwrap_or(Some(now)),
            None => None,
        };
        *known = Some(names.iter().map(|name| (name.clone(), since(name))).collect());
        self.seen = Some(now);
        true
    }

    /// Whether the newest token has a permission; none before the first token.
    pub fn has(&self, kind: PermissionKind, name: &str) -> Option<bool> {
        self.names(kind).map(|names| names.contains_key(name))
    }

    /// What the newest token has.
    pub fn names(&self, kind: PermissionKind) -> Option<&BTreeMap<String, Option<Timestamp>>> {
        match kind {
            PermissionKind::Application => self.application.as_ref(),
            PermissionKind::Delegated => self.delegated.as_ref(),
        }
    }

    /// When a consent to one of these was given, as far as is known: the newest sign of it.
    pub fn opened(&self, kind: PermissionKind, names: &[String]) -> Option<Timestamp> {
        let sighted = names.iter().filter_map(|name| *self.names(kind)?.get(name)?).max();
        sighted.max(self.granted).max(self.accepted.as_ref().map(|accepted| accepted.at))
    }

    /// What a refusal comes from. Takes note of it when it comes of consent: whether that is different from before.
    pub(crate) fn judge(
        &mut self,
        refused: Refused<'_>,
        now: Timestamp,
        spread: Duration,
    ) -> (Finding, bool) {
        let Refused { kind, allowing, token, cause } = refused;
        let held = token.map(|token| allowing.iter().any(|name| token.contains(name)));
        let by_permission = match cause {
            Cause::Policy => false,
            Cause::Permission => true,
            Cause::PermissionOrPolicy => {
                held != Some(true) || self.spreading(kind, allowing, now, spread).is_some()
            }
            Cause::Unsaid => held == Some(false),
        };
        if !by_permission {
            return (Finding::Other, false);
        }
        let Some(least) = allowing.first() else { return (Finding::Other, false) };
        let opened = self.opened(kind, allowing);
        let name = noted(kind, least);
        let first =
            self.refused.get(&name).copied().filter(|first| opened.is_none_or(|opened| *first >= opened));
        if let Some(until) = self.spreading(kind, allowing, now, spread) {
            let changed = first.is_none();
            self.refused.insert(name, first.unwrap_or(now));
            return (Finding::Spreading(until), changed);
        }
        let was_spreading = |opened: Timestamp| first.is_some_and(|first| first < opened.after(spread));
        let finding = match opened {
            Some(opened) if was_spreading(opened) => Finding::Overdue(opened),
            _ if held == Some(true) => return (Finding::Other, false),
            _ => Finding::Missing,
        };
        let changed = first.is_none();
        self.refused.insert(name, first.unwrap_or(now));
        (finding, changed)
    }

    /// Until when a consent to one of these may be spreading.
    pub fn spreading(
        &self,
        kind: PermissionKind,
        names: &[String],
        now: Timestamp,
        spread: Duration,
    ) -> Option<Timestamp> {
        self.opened(kind, names).map(|opened| opened.after(spread)).filter(|until| now < *until)
    }

    /// A call that needs one of these was answered. Whether any was refused before.
    pub(crate) fn worked(&mut self, kind: PermissionKind, allowing: &[String]) -> bool {
        let before = self.refused.len();
        self.refused.retain(|name, _| !allowing.iter().any(|allowing| noted(kind, allowing) == *name));
        before != self.refused.len()
    }

    /// The permissions that are refused.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (PermissionKind, &str)> {
        self.refused.keys().filter_map(|noted| match noted.split_once(' ')? {
            ("application", name) => Some((PermissionKind::Application, name)),
            (_, name) => Some((PermissionKind::Delegated, name)),
        })
    }
}

fn noted(kind: PermissionKind, name: &str) -> String {
    match kind {
        PermissionKind::Application => format!("application {name}"),
        PermissionKind::Delegated => format!("delegated {name}"),
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
