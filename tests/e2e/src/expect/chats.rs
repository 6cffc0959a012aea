//! Chats at Teams, and rows of Dataverse.

use serde_json::Value;

use super::items;
use crate::scene::Scene;

/// A chat at Teams: { id, members = [object ids], see_all = [names] }, in any order.
pub(super) async fn chat(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let chats = scene.control("GET", "/graph/chats", &Value::Null).await?;
    let found = items(&chats)?.iter().find(|chat| chat["id"] == wanted["id"]);
    let found = found.ok_or_else(|| format!("no such chat: {chats}"))?;
    for part in ["members", "see_all"] {
        if wanted[part].is_array() && sorted(&found[part]) != sorted(&wanted[part]) {
            return Err(format!("{part} are {}", found[part]));
        }
    }
    Ok(())
}

fn sorted(list: &Value) -> Vec<String> {
    let mut all: Vec<String> = list.as_array().into_iter().flatten().map(ToString::to_string).collect();
    all.sort();
    all
}

/// Exactly these rows of a table, in any order: { table, is }.
pub(super) async fn dataverse(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let table = wanted["table"].as_str().ok_or("`table`")?;
    let rows = scene.control("GET", &format!("/dataverse/records/{table}"), &Value::Null).await?;
    super::exactly(items(&rows)?, &wanted["is"])
}
