//! What people were told of alerts.

use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::{in_order, items};
use crate::scene::Scene;

/// Exactly these mails were taken by the mail server, in order; or { has = ["text"], lacks = ["text"] } over all of them.
pub(super) async fn mails(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let mails = scene.control("GET", "/smtp/mails", &Value::Null).await?;
    if wanted.is_array() {
        return in_order(items(&mails)?, wanted);
    }
    let said = |mail: &Value| {
        format!(
            "{}\n{}\n",
            mail["subject"].as_str().unwrap_or_default(),
            mail["text"].as_str().unwrap_or_default()
        )
    };
    let all: String = items(&mails)?.iter().map(said).collect();
    for (word, is_wanted) in [("has", true), ("lacks", false)] {
        let mut texts = wanted[word].as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(text) = texts.find(|text| all.contains(*text) != is_wanted) {
            return Err(format!("{word} `{text}` is not so: {all}"));
        }
    }
    Ok(())
}

/// What somebody's webhook took, of calls to one path: { to = "/path", bodies = […] } in order, or { counts = [1, 8] }: how
/// many alerts each message tells of. With { secret = "…" } each is signed as its description says, and with
/// { one_message = true } all of them, those that failed too, are attempts at one message.
pub(super) async fn inbox(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let path = wanted["to"].as_str().unwrap_or_default();
    let seen =
        scene.control("GET", &format!("/received?upstream=inbox&path_contains={path}"), &Value::Null).await?;
    if wanted["one_message"] == true {
        let ids: BTreeSet<_> =
            items(&seen)?.iter().map(|request| request["headers"]["tieline-message"].to_string()).collect();
        if ids.len() != 1 {
            return Err(format!("{} messages: {seen}", ids.len()));
        }
    }
    let taken: Vec<_> = items(&seen)?.iter().filter(|request| request["status"] == 204).collect();
    if let Some(secret) = wanted["secret"].as_str() {
        for request in &taken {
            proved(request, secret)?;
        }
    }
    let bodies = taken.iter().map(|request| {
        let body = request["body"].as_str().unwrap_or_default();
        serde_json::from_str(body).map_err(|error| format!("{body}: {error}"))
    });
    let bodies = bodies.collect::<Result<Vec<Value>, String>>()?;
    if !wanted["counts"].is_null() {
        let counts: Vec<_> =
            bodies.iter().map(|body| body["alerts"].as_array().map_or(0, Vec::len)).collect();
        return match wanted["counts"] == json!(counts) {
            true => Ok(()),
            false => Err(format!("tell of {counts:?} alerts, not of {}: {bodies:?}", wanted["counts"])),
        };
    }
    in_order(&bodies, &wanted["bodies"])
}

fn proved(request: &Value, secret: &str) -> Result<(), String> {
    let header = |name: &str| request["headers"][name].as_str().unwrap_or_default();
    let body = request["body"].as_str().unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = hmac::sign(&key, format!("{}.{body}", header("tieline-timestamp")).as_bytes());
    let hex: String = signed.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let whole: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    match header("tieline-signature") == format!("v1={hex}") && header("tieline-message") == whole["id"] {
        true => Ok(()),
        false => Err(format!("not signed as it should be: {request}")),
    }
}
