//! A guest that does what a notification's etag tells it, and counts everything that came. The counts are plain
//! reads and writes: only the host's transactions make them right.

mod config;
mod orders;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::json;
use tieline_sdk::storage::Condition;
use tieline_sdk::{
    Action, ActionState, Actor, Connector, Entry, Event, Failure, Notification, Payload, Plan, Problem,
    RecordRef, Subscription, View, storage,
};

pub use config::Config;

/// The connector; see [`orders`] for what it can be told.
pub struct Clockwork {
    config: Rc<Config>,
}

tieline_sdk::register!(Clockwork);

impl Connector for Clockwork {
    type Config = Config;

    fn new(config: Rc<Config>) -> Self {
        Self { config }
    }

    fn plan(&self, wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
        if self.config.refuse {
            return Err(vec![Problem::new("clockwork.refused", "it is told to refuse").at("/refuse")]);
        }
        let subscribed = |resource: &String| match self.config.with_content {
            Some(true) => Subscription::created(resource).with_content(),
            _ => Subscription::created(resource),
        };
        let resources = self.config.resource.iter().chain(&self.config.resources);
        let subscriptions = resources.map(subscribed).collect();
        let timers = self.config.timers.iter().map(config::Timer::planned);
        let wanted = wants.iter().map(|entry| tieline_sdk::Timer::every(&entry.key, 3_600_000));
        let plan = Plan { subscriptions, timers: timers.chain(wanted).collect(), ..Plan::default() };
        Ok(self.config.webhooks.iter().map(config::Webhook::planned).fold(plan, Plan::webhook))
    }

    fn handle(&self, event: &Event) -> Result<(), Failure> {
        match &event.payload {
            Payload::Notification(item) => {
                count(&self.config.counter)?;
                if self.config.with_content.is_some() {
                    count(content_of(item))?;
                }
                orders::follow(&item.resource_data)
            }
            Payload::Timer((key, body)) => {
                if body.as_deref().is_some_and(|body| body.contains("missed_since")) {
                    count(&format!("missed/{key}"))?;
                }
                storage::put_json(&format!("body/{key}"), body, None)?;
                count(&format!("fired/{key}"))
            }
            Payload::Gap(gap) => {
                storage::put_json("gap/newest", &[gap.from, gap.to], None)?;
                count(&format!("gap/{}", gap.reason))
            }
            Payload::Webhook(call) => {
                let headers: BTreeMap<_, _> =
                    call.headers.iter().map(|header| (&header.name, &header.value)).collect();
                let body = call.text().unwrap_or("not text");
                let seen =
                    json!({ "method": call.method, "query": call.query, "headers": headers, "body": body });
                storage::put_json(&format!("hook/{}", call.key), &seen, None)?;
                count(&format!("called/{}", call.key))?;
                orders::follow(body)
            }
            Payload::Custom(custom) => count(&format!("emitted/{}", custom.type_)),
        }
    }

    /// What it remembers of the record's kind, and whether it could write that somebody looked.
    fn view(&self, record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
        if record.kind != "clock" {
            return Err(Problem::new("clockwork.no-such-record", "it knows of clocks and of nothing else"));
        }
        let refused = storage::put("seen", b"1", Condition::Always, None).is_err();
        let counted: u64 = storage::get_json(&record.id)?.unwrap_or(0);
        let content = json!({ "Counted": counted, "For": actor.display_name, "Roles": actor.roles, "Refused": refused });
        let stopped = Problem::new("clockwork.stopped", "it stands still").remedy("wind it");
        Ok(View::new(format!("The clock {}", record.id), &content)
            .offer("state", "Look inside", ActionState::Available)
            .offer("wind", "Wind it", ActionState::Available)
            .offer("chime", "Let it chime", ActionState::unless(Some(stopped))))
    }

    fn act(&self, action: &Action) -> Result<serde_json::Value, Problem> {
        match action.name.as_str() {
            "wind" => {
                count("wound")?;
                return Ok(json!({ "turns": storage::get_json::<u64>("wound")? }));
            }
            "chime" => return Ok(json!("no number")),
            _ => {}
        }
        let page = storage::scan("", None, 1_000).map_err(Failure::from)?;
        let read = |entry: &Entry| {
            (entry.key.clone(), serde_json::from_slice(&entry.value).unwrap_or(serde_json::Value::Null))
        };
        Ok(page.entries.iter().map(read).collect::<serde_json::Map<_, _>>().into())
    }

    /// What stood under `count` stands under `counter` from then on.
    fn migrate(from_version: &str) -> Result<(), Problem> {
        let told: Option<String> = storage::get_json("migrate")?;
        match told.as_deref() {
            Some("fail") => return Err(Problem::new("clockwork.stuck", "it is told to fail")),
            Some("trap") => std::process::abort(),
            _ => {}
        }
        let counted: u64 = storage::get_json("count")?.unwrap_or(0);
        storage::put_json("counter", &counted, None)?;
        storage::put_json("plan/migrated", &true, None)?;
        storage::put_json("migrated-from", &from_version, None)?;
        storage::delete("count", Condition::Always).map_err(Failure::from)?;
        Ok(())
    }
}

/// Whether an item brought the resource that it names.
fn content_of(item: &Notification) -> &'static str {
    let id = |json: &str| {
        let read: serde_json::Value = serde_json::from_str(json).ok()?;
        read["id"].as_str().map(str::to_owned)
    };
    match item.content.as_deref().map(id) {
        None => "content/none",
        Some(found) if found.is_some() && found == id(&item.resource_data) => "content/right",
        Some(_) => "content/other",
    }
}

fn count(key: &str) -> Result<(), Failure> {
    let counted: u64 = storage::get_json(key)?.unwrap_or(0);
    storage::put_json(key, &(counted + 1), None)
}
