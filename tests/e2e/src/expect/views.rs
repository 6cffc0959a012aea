//! What a person is shown about a record.

use serde_json::Value;

use super::{items, one};
use crate::scene::Scene;

/// A view: { of = "acme/desk", kind, id, as = "address", is = …, offers = […] }. Each of the offers must be among those
/// shown, in any order.
pub(super) fn view(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let text = |name: &str| wanted[name].as_str().ok_or_else(|| format!("`{name}`"));
    let mut arguments = vec!["view", text("of")?, text("kind")?, text("id")?];
    if let Some(who) = wanted["as"].as_str() {
        arguments.extend(["--as", who]);
    }
    let view = scene.cli(&arguments)?["view"].take();
    if !wanted["is"].is_null() {
        one(&view, &wanted["is"])?;
    }
    for offer in wanted["offers"].as_array().into_iter().flatten() {
        let found = items(&view["actions"])?.iter().any(|shown| crate::json::matches(shown, offer));
        if !found {
            return Err(format!("offers no {offer}: {view}"));
        }
    }
    Ok(())
}
