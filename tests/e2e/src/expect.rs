//! What a case expects to be true.

mod chats;
mod coverage;
mod nowhere;
mod order;
mod telemetry;
mod told;
mod views;

use serde_json::Value;

use crate::{json::matches, scene::Scene};

/// Checks every expectation of a step.
pub(crate) async fn all(scene: &Scene, expected: &Value) -> Result<(), String> {
    for (word, value) in expected.as_object().ok_or("`expect` takes a table")? {
        match word.as_str() {
            // Exactly these Tasks, in any order.
            "tasks" => {
                let tasks = scene.control("GET", "/salesforce/records/Task", &Value::Null).await?;
                exactly(items(&tasks)?, value)?;
            }
            // Exactly one Task of each of so many messages: { of = "Blocker", times = 25 } is `Blocker 1`, `Blocker 2`, ….
            "every_task" => {
                let tasks = scene.control("GET", "/salesforce/records/Task", &Value::Null).await?;
                let (of, times) = (value["of"].as_str().ok_or("`of`")?, value["times"].as_u64());
                let said: Vec<_> =
                    items(&tasks)?.iter().map(|task| task["Description"].to_string()).collect();
                for number in 1..=times.ok_or("`times`")? {
                    let ends = |text: &&String| {
                        let begin = text.find(&format!("{of} {number}"));
                        let digits = of.len() + 1 + number.to_string().len();
                        begin.is_some_and(|at| !text[at + digits..].starts_with(|c: char| c.is_ascii_digit()))
                    };
                    match said.iter().filter(ends).count() {
                        1 => {}
                        count => return Err(format!("{count} Tasks are of `{of} {number}`: {said:?}")),
                    }
                }
            }
            // Exactly these events, newest first.
            "events" => {
                let events = scene.api("/tenants/acme/events?limit=200").await?;
                in_order(items(&events)?, value)?;
            }
            // So many events that will not be attempted again.
            "settled" => {
                let events = scene.api("/tenants/acme/events?limit=200").await?;
                let settled = items(&events)?.iter().filter(|event| event["state"] != "pending").count();
                if value.as_u64() != Some(settled as u64) {
                    return Err(format!("{settled} events are settled: {events}"));
                }
            }
            // The newest event, with its runs.
            "newest_event" => {
                let events = scene.api("/tenants/acme/events?limit=1").await?;
                let id = events["items"][0]["id"].as_str().ok_or("there is no event")?;
                one(&scene.api(&format!("/tenants/acme/events/{id}")).await?, value)?;
            }
            // Exactly these subscriptions at Graph.
            "subscriptions" => {
                let standing = scene.control("GET", "/graph/subscriptions", &Value::Null).await?;
                exactly(items(&standing)?, value)?;
            }
            // Exactly these alerts, in any order.
            "alerts" => {
                let alerts = scene.api("/tenants/acme/alerts").await?;
                exactly(items(&alerts)?, value)?;
            }
            // Exactly these mails were taken, and these messages by somebody's webhook, in order: see `told.rs`.
            "mails" => told::mails(scene, value).await?,
            "inbox" => told::inbox(scene, value).await?,
            // Exactly these webhooks of the tenant, in any order.
            "hooks" => {
                let hooks = scene.api("/tenants/acme/hooks").await?;
                exactly(items(&hooks)?, value)?;
            }
            // Exactly these timers, in any order.
            "schedules" => {
                let schedules = scene.api("/tenants/acme/schedules").await?;
                exactly(items(&schedules)?, value)?;
            }
            // What the action `state` of the installation `clock` says.
            "state" => one(&scene.cli(&["act", "acme/clock", "state"])?["output"], value)?,
            // As many events of a kind are done as that action says that it counted: { key = "count", of = "channel message" },
            // where `of` begins the events' summaries. Everything must have been settled before.
            "counted" => {
                let events = scene.api("/tenants/acme/events?limit=200").await?;
                let of = value["of"].as_str().ok_or("`of`")?;
                let is_of =
                    |event: &&Value| event["summary"].as_str().is_some_and(|text| text.starts_with(of));
                let done = items(&events)?.iter().filter(is_of).filter(|event| event["state"] == "done");
                let said = scene.cli(&["act", "acme/clock", "state"])?;
                let counted = &said["output"][value["key"].as_str().ok_or("`key`")?];
                one(counted, &Value::from(done.count()))?;
            }
            // A chat at Teams, and rows of Dataverse: see `chats.rs`.
            "chat" => chats::chat(scene, value).await?,
            "dataverse" => chats::dataverse(scene, value).await?,
            // What a person is shown about a record: see `views.rs`.
            "view" => views::view(scene, value)?,
            // A customer's session as an agent sees it: see `chats.rs`.
            "customer_chat" => chats::customer_chat(scene, value).await?,
            // The timeline.
            "activity" => {
                let timeline = scene.api("/tenants/acme/activity").await?;
                exactly(items(&timeline)?, value)?;
            }
            // How many requests an upstream saw: { query = "upstream=…&method=…&path_contains=…", count }, or which:
            // { query = "…", bodies = […] }.
            "received" => counted(scene, value).await?,
            // How complete what a subscription brought is: see `coverage.rs`.
            "coverage" => coverage::expect(scene, value).await?,
            "position" => order::position(scene, value).await?,
            "pause" => order::pause(scene, value).await?,
            // An answer of the host: { path, is = …, count = items, has = "text", lacks = "text" }.
            "api" => api(scene, value).await?,
            // What somebody has heard who listens: see `steps/listen.rs`.
            "heard" => crate::steps::listen::heard(scene, value)?,
            // A refusal of the host: { path, has = "text" }.
            "refused" => refused(scene, value).await?,
            // What the collector of traces was sent, and what is counted: see `telemetry.rs`.
            "traces" => telemetry::traces(scene, value).await?,
            "metrics" => telemetry::metrics(scene, value).await?,
            // A record of Salesforce: { type, id, is }.
            "record" => {
                let kind = value["type"].as_str().ok_or("`type`")?;
                let records =
                    scene.control("GET", &format!("/salesforce/records/{kind}"), &Value::Null).await?;
                let found =
                    items(&records)?.iter().find(|r| r["Id"] == value["id"] || r["id"] == value["id"]);
                one(found.ok_or_else(|| format!("no such record: {records}"))?, &value["is"])?;
            }
            // Something that a step saved: { value = "${…}", is = … }.
            "saved" => one(&value["value"], &value["is"])?,
            // Two things that steps saved are the same, in everything, and are something.
            "same" => {
                let (one, other) = (&value[0], &value[1]);
                if one != other || one.as_array().is_none_or(Vec::is_empty) {
                    return Err(format!("is {one}\n  and {other}"));
                }
            }
            // The host's answer to `GET /readyz`, as a status.
            "ready" => {
                let url = format!("{}/readyz", scene.host.as_ref().ok_or("no host runs")?.url);
                let answer = scene.client.get(url).send().await.map_err(|error| error.to_string())?;
                one(&answer.status().as_u16().into(), value)?;
            }
            // The host's log holds each of these texts.
            "log" => {
                let log = std::fs::read_to_string(scene.home.path().join("host.log"));
                let log = log.map_err(|error| error.to_string())?;
                let missing = |text: &&Value| text.as_str().is_none_or(|text| !log.contains(text));
                if let Some(missing) = value.as_array().ok_or("`log` takes texts")?.iter().find(missing) {
                    return Err(format!("the log does not say {missing}"));
                }
            }
            // Nothing that the host writes or answers holds any of these texts: see `nowhere.rs`.
            "nowhere" => nowhere::expect(scene, value).await?,
            // The host holds less memory than this, in MiB.
            "resident_below_mib" => {
                let bytes = scene.host.as_ref().ok_or("no host runs")?.resident_bytes()?;
                let mib = bytes >> 20;
                if value.as_u64().is_none_or(|limit| mib >= limit) {
                    return Err(format!("the host holds {mib} MiB"));
                }
            }
            other => return Err(format!("`{other}` cannot be expected")),
        }
    }
    Ok(())
}

async fn counted(scene: &Scene, value: &Value) -> Result<(), String> {
    for wanted in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
        let seen = received(scene, wanted).await?;
        if !wanted["bodies"].is_null() {
            let bodies = items(&seen)?.iter().map(|request| request["body"].clone()).collect::<Vec<_>>();
            in_order(&bodies, &wanted["bodies"])?;
            continue;
        }
        let count = items(&seen)?.len() as u64;
        let enough = wanted["at_least"].as_u64().map_or(wanted["count"] == count, |least| count >= least);
        if !enough {
            return Err(format!("{count} requests, not {wanted}"));
        }
    }
    Ok(())
}

/// What an upstream saw: { query = "upstream=…&method=…&path_contains=…" }.
async fn received(scene: &Scene, value: &Value) -> Result<Value, String> {
    let query = value["query"].as_str().ok_or("`query`")?;
    scene.control("GET", &format!("/received?{query}"), &Value::Null).await
}

async fn api(scene: &Scene, value: &Value) -> Result<(), String> {
    let answer = scene.api(value["path"].as_str().ok_or("`path`")?).await?;
    let text = answer.to_string();
    for (word, wanted) in value.as_object().ok_or("`api` takes a table")? {
        let holds = match (word.as_str(), wanted) {
            ("path", _) => true,
            ("is", wanted) => matches(&answer, wanted),
            ("count", wanted) => wanted.as_u64() == Some(items(&answer)?.len() as u64),
            ("has", Value::String(part)) => text.contains(part),
            ("lacks", Value::String(part)) => !text.contains(part),
            _ => return Err(format!("`{word}` cannot be expected of an answer")),
        };
        if !holds {
            return Err(format!("is {text}\n  not {word} {wanted}"));
        }
    }
    Ok(())
}

async fn refused(scene: &Scene, value: &Value) -> Result<(), String> {
    let (path, has) = (value["path"].as_str().ok_or("`path`")?, value["has"].as_str().ok_or("`has`")?);
    match scene.api(path).await {
        Err(why) if why.contains(has) => Ok(()),
        Err(why) => Err(format!("refused otherwise: {why}")),
        Ok(answer) => Err(format!("not refused: {answer}")),
    }
}

/// The items of a list, paged or whole.
pub(crate) fn items(list: &Value) -> Result<&Vec<Value>, String> {
    list.get("items").unwrap_or(list).as_array().ok_or_else(|| format!("not a list: {list}"))
}

fn one(actual: &Value, expected: &Value) -> Result<(), String> {
    if matches(actual, expected) { Ok(()) } else { Err(format!("is {actual}\n  not {expected}")) }
}

fn in_order(actual: &[Value], expected: &Value) -> Result<(), String> {
    one(&Value::Array(actual.to_vec()), expected)
}

/// Each expected item is found once, and nothing is left over.
fn exactly(actual: &[Value], expected: &Value) -> Result<(), String> {
    let expected = items(expected)?;
    let mut left: Vec<_> = actual.iter().collect();
    for wanted in expected {
        let found = left.iter().position(|item| matches(item, wanted));
        left.remove(
            found.ok_or_else(|| format!("missing {wanted}\n  among {}", Value::Array(actual.to_vec())))?,
        );
    }
    if left.is_empty() { Ok(()) } else { Err(format!("{} too many: {left:?}", left.len())) }
}
