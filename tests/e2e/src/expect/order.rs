//! In which order, and how far apart, requests reached an upstream.

use serde_json::Value;

use super::{items, received};
use crate::scene::Scene;

/// The first request whose body has a text is early enough: { query, body, at_most }, counted from 1.
pub(super) async fn position(scene: &Scene, value: &Value) -> Result<(), String> {
    let seen = received(scene, value).await?;
    let text = value["body"].as_str().ok_or("`body`")?;
    let place = items(&seen)?.iter().position(|r| r["body"].as_str().is_some_and(|body| body.contains(text)));
    let place = place.ok_or_else(|| format!("no request has {text:?}"))? as u64 + 1;
    match value["at_most"].as_u64() {
        Some(most) if place <= most => Ok(()),
        _ => Err(format!("{text:?} came in place {place}")),
    }
}

/// Two requests are far enough apart: { query, between = [0, 1], at_least_ms }. Only ever at least: a machine may
/// always be slower.
pub(super) async fn pause(scene: &Scene, value: &Value) -> Result<(), String> {
    let seen = received(scene, value).await?;
    let at = |which: usize| {
        let index = value["between"][which].as_u64().and_then(|index| usize::try_from(index).ok())?;
        seen.get(index)?["at"].as_u64()
    };
    let (Some(first), Some(second)) = (at(0), at(1)) else { return Err(format!("no such requests: {seen}")) };
    match value["at_least_ms"].as_u64() {
        Some(least) if second - first >= least => Ok(()),
        _ => Err(format!("{} ms lay between them", second - first)),
    }
}
