//! What is known of the completeness of what was brought: for each installation and resource the gaps, durable
//! with what caused them and with what closed them. The timeline is made of them when somebody asks.

mod timeline;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_store::{Key, Op, Pages, Space, Store, StoreError};
use tieline_types::{
    Digest, Event, InstallationKey, Payload, Timestamp,
    api::{CoverageState, CoverageStretch},
};

use timeline::Hole;

/// For how long a gap is remembered, in days: as long as its event would be, were it never handled.
pub(crate) const DAYS: u64 = 90;
const KEPT: std::time::Duration = std::time::Duration::from_secs(DAYS * 24 * 3_600);
const BEGAN: &str = "began";
const GAP: &str = "gap";

/// From when on an installation is brought the events of a resource.
#[derive(Debug, Serialize, Deserialize)]
struct Began {
    resource: String,
    at: Timestamp,
}

/// A gap that an installation was told of. Its key ends in the event's id.
#[derive(Debug, Serialize, Deserialize)]
struct Gap {
    from: Timestamp,
    to: Timestamp,
    reason: String,
    /// When its event was handled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handled: Option<Timestamp>,
}

fn place(installation: &InstallationKey, resource: &str) -> Key {
    let space = Key::new(Space::Coverage).part(installation.tenant.as_str());
    space.part(installation.installation.as_str()).part(&Digest::of(resource.as_bytes()).hex())
}

fn put(key: Key, value: &impl Serialize, expires: Option<Timestamp>) -> Op {
    let value = serde_json::to_vec(value).expect("plain data always serialises").into();
    Op::Put { key, value, expires }
}

/// The change that notes that an installation is brought a resource's events from now on.
pub(crate) fn began(installation: &InstallationKey, resource: &str, at: Timestamp) -> Op {
    put(place(installation, resource).part(BEGAN), &Began { resource: resource.into(), at }, None)
}

/// The change that notes a gap with its event, or with `handled` its end; none for an event that is no gap.
pub(crate) fn noted(event: &Event, handled: Option<Timestamp>, now: Timestamp) -> Option<Op> {
    let Payload::Gap { resource, from, to, reason } = &event.payload else { return None };
    let key = place(&event.installation, resource).part(GAP).part(&event.id.to_string());
    let gap = Gap { from: *from, to: *to, reason: reason.clone(), handled };
    Some(put(key, &gap, Some(now.after(KEPT))))
}

/// Since when each installation is brought each resource's events.
///
/// # Errors
/// When that cannot be read; so for all that reads.
pub(crate) async fn begun(
    store: &dyn Store,
) -> Result<BTreeMap<(InstallationKey, String), Timestamp>, StoreError> {
    let mut all = BTreeMap::new();
    for (key, value) in Pages::all(store, Key::new(Space::Coverage)).await? {
        let parts = key.parts();
        let [tenant, installation, _, what] = parts.as_slice() else { continue };
        if what != BEGAN {
            continue;
        }
        let corrupt = || StoreError::Corrupt { what: "the begin of a coverage" };
        let (Ok(tenant), Ok(installation)) = (tenant.parse(), installation.parse()) else {
            return Err(corrupt());
        };
        let began: Began = serde_json::from_slice(&value.bytes).map_err(|_| corrupt())?;
        all.insert((InstallationKey { tenant, installation }, began.resource), began.at);
    }
    Ok(all)
}

/// The changes that forget what was covered, for when an installation is brought a resource's events no more.
///
/// # Errors
/// As [`begun`].
pub(crate) async fn forgotten(
    store: &dyn Store,
    installation: &InstallationKey,
    resource: &str,
) -> Result<Vec<Op>, StoreError> {
    let all = Pages::all(store, place(installation, resource)).await?;
    Ok(all.into_iter().map(|(key, _)| Op::Delete { key }).collect())
}

/// What is known of a resource's subscription now.
pub(crate) struct Standing {
    /// Since when the installation is brought its events.
    pub(crate) begun: Timestamp,
    /// When Graph last confirmed that it stands.
    pub(crate) verified: Timestamp,
    /// Since when, and why, notifications may be missing that no connector was told of so far.
    pub(crate) uncovered: Option<(Timestamp, String)>,
}

/// What covers the time from the begin, or from the age that is kept, to the last confirmation; with what is
/// uncovered to this moment.
///
/// # Errors
/// As [`begun`].
pub(crate) async fn timeline(
    store: &dyn Store,
    installation: &InstallationKey,
    resource: &str,
    standing: Standing,
    now: Timestamp,
) -> Result<Vec<CoverageStretch>, StoreError> {
    let mut holes = Vec::new();
    for (_, value) in Pages::all(store, place(installation, resource).part(GAP)).await? {
        let gap: Gap =
            serde_json::from_slice(&value.bytes).map_err(|_| StoreError::Corrupt { what: "a noted gap" })?;
        let Gap { from, to, reason, handled } = gap;
        holes.push(Hole { from, to, reason, handled: handled.is_some() });
    }
    let told_until = holes.iter().map(|hole| hole.to).max().unwrap_or_default();
    let begin = standing.begun.max(Timestamp(now.0.saturating_sub(KEPT.as_millis() as u64)));
    let Some((from, reason)) = standing.uncovered else {
        return Ok(timeline::timeline(begin, standing.verified.max(told_until), &holes));
    };
    let from = from.max(begin);
    let mut all = timeline::timeline(begin, from, &holes);
    if now > from {
        all.push(CoverageStretch { from, to: now, state: CoverageState::Open, reason: Some(reason) });
    }
    Ok(all)
}
