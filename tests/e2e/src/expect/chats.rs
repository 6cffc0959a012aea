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

/// A customer's session: { id, said = ["Name: text"], in order; parties = ["Name: state reason"], in any order, without
/// those who were there from the start; ended }.
pub(super) async fn customer_chat(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let id = wanted["id"].as_str().ok_or("`id`")?;
    let found = scene.control("GET", &format!("/contact-center/chats/{id}"), &Value::Null).await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = items(&found["said"])?.iter();
    let said: Vec<_> = said.map(|said| format!("{}: {}", text(&said["name"]), text(&said["text"]))).collect();
    let guests = items(&found["parties"])?
        .iter()
        .filter(|party| party["name"] != "Jane Lee" && party["name"] != "Ann Agent");
    let guests = guests.map(|party| {
        let words = [&party["name"], &party["state"], &party["reason"]].map(text);
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").into()
    });
    let guests = Value::Array(guests.collect());
    if wanted["said"].is_array() && serde_json::json!(said) != wanted["said"] {
        return Err(format!("said was {said:?}"));
    }
    if wanted["parties"].is_array() && sorted(&guests) != sorted(&wanted["parties"]) {
        return Err(format!("the parties are {guests}"));
    }
    if wanted["ended"].is_boolean() && found["ended"] != wanted["ended"] {
        return Err(format!("ended is {}", found["ended"]));
    }
    Ok(())
}
