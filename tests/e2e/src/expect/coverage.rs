//! The coverage of subscriptions.

use serde_json::Value;

use super::items;
use crate::scene::Scene;

/// Of every subscription of the tenant: { states = ["presumed", …], reasons = ["…"], at = [{ time, state }] }. Times
/// are milliseconds, as number or text; a message's id is one. The stretches must follow one another without a hole.
pub(super) async fn expect(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let all = scene.api("/tenants/acme/subscriptions").await?;
    for subscription in items(&all)? {
        let key = subscription["key"].as_str().ok_or("a subscription has a key")?;
        let coverage = scene.api(&format!("/tenants/acme/subscriptions/{key}/coverage")).await?;
        for one in items(&coverage)? {
            judge(items(&one["stretches"])?, wanted).map_err(|why| format!("{why}\n  in {one}"))?;
        }
    }
    if items(&all)?.is_empty() { Err("there is no subscription".into()) } else { Ok(()) }
}

fn judge(stretches: &[Value], wanted: &Value) -> Result<(), String> {
    if let Some(hole) = stretches.windows(2).find(|pair| pair[0]["to"] != pair[1]["from"]) {
        return Err(format!("a hole or an overlap: {hole:?}"));
    }
    if let Some(states) = wanted["states"].as_array() {
        let found: Vec<_> = stretches.iter().map(|stretch| stretch["state"].clone()).collect();
        if found != *states {
            return Err(format!("states {found:?}"));
        }
    }
    for reason in wanted["reasons"].as_array().into_iter().flatten() {
        if !stretches.iter().any(|stretch| stretch["reason"] == *reason) {
            return Err(format!("no gap for the reason {reason}"));
        }
    }
    for point in wanted["at"].as_array().into_iter().flatten() {
        let time = &point["time"];
        let time = time.as_u64().or_else(|| time.as_str()?.parse().ok()).ok_or("`time` in milliseconds")?;
        let over =
            |stretch: &&Value| stretch["from"].as_u64() <= Some(time) && stretch["to"].as_u64() > Some(time);
        match stretches.iter().find(over) {
            Some(stretch) if stretch["state"] == point["state"] => {}
            found => return Err(format!("at {time} it is {found:?}, not {}", point["state"])),
        }
    }
    Ok(())
}
