//! A guest whose tables are those of its configuration. What became of an append is its answer: a refusal must come
//! back as one that the guest can read, and never as a trap.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{
    Action, Actor, Connector, Entry, Event, Failure, Payload, Plan, Problem, RecordRef, Refusal, Stage,
    Table, View, dataset,
};

/// The configuration of an installation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The tables of its plan.
    pub tables: Vec<Planned>,
    /// Whether its plan appends.
    #[serde(default)]
    pub plan_appends: bool,
}

/// A table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    name: String,
    schema: Value,
    #[serde(default)]
    partition_by: Option<String>,
    #[serde(default)]
    key: Vec<String>,
    #[serde(default)]
    version: Option<String>,
}

/// What it is told.
#[derive(Debug, Deserialize)]
struct Order {
    table: String,
    rows: Value,
    /// Bytes of each row's text.
    #[serde(default)]
    bytes: usize,
    /// Fails behind the append.
    #[serde(default)]
    fail: bool,
    /// How many attempts of an event fail behind it.
    #[serde(default)]
    failures: u32,
}

/// The connector.
pub struct Ledger {
    config: Rc<Config>,
}

tieline_sdk::register!(Ledger);

impl Connector for Ledger {
    type Config = Config;

    fn new(config: Rc<Config>) -> Self {
        Self { config }
    }

    fn plan(&self, _wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
        if self.config.plan_appends {
            let words = outcome(dataset::append("notes", &[json!({})]))["refused"].to_string();
            return Err(vec![Problem::new("ledger.plan", words)]);
        }
        let table = |planned: &Planned| Table {
            name: planned.name.clone(),
            schema: planned.schema.to_string(),
            partition_by: planned.partition_by.clone(),
            key: planned.key.clone(),
            version: planned.version.clone(),
        };
        Ok(self.config.tables.iter().map(table).fold(Plan::default(), Plan::table))
    }

    fn check(&self) -> Vec<Stage> {
        let told = outcome(dataset::append("notes", &[json!({})]));
        vec![Stage::failed("appends", Problem::new("ledger.check", told["refused"].to_string()))]
    }

    fn view(&self, _record: &RecordRef, _actor: &Actor) -> Result<View, Problem> {
        Ok(View::new("Ledger", &outcome(dataset::append("notes", &[json!({})]))))
    }

    fn act(&self, action: &Action) -> Result<Value, Problem> {
        let order = read(&action.input)?;
        match action.name.as_str() {
            "later" => {
                let event = NewEvent {
                    type_: "append".into(),
                    body: action.input.clone(),
                    ordering_key: None,
                    dedupe_key: None,
                };
                events::emit(&event).map_err(Failure::from)?;
                Ok(json!({ "emitted": true }))
            }
            "flood" => Ok(outcome(flood(&order))),
            _ => {
                let told = outcome(append(&order));
                if order.fail { Err(told_to_fail()) } else { Ok(told) }
            }
        }
    }

    fn handle(&self, event: &Event) -> Result<(), Failure> {
        let Payload::Custom(custom) = &event.payload else { return Ok(()) };
        let order = read(&custom.body).map_err(Failure::permanent)?;
        append(&order)?;
        if event.attempt <= order.failures { Err(Failure::retry(told_to_fail())) } else { Ok(()) }
    }
}

fn read(order: &str) -> Result<Order, Problem> {
    serde_json::from_str(order).map_err(|error| Problem::new("ledger.order", error.to_string()))
}

fn append(order: &Order) -> Result<(), Refusal> {
    let rows = order.rows.as_array().map(Vec::as_slice).unwrap_or_default();
    dataset::append(&order.table, rows)
}

fn flood(order: &Order) -> Result<(), Refusal> {
    let text = "x".repeat(order.bytes);
    let count = order.rows.as_u64().unwrap_or_default();
    let rows: Vec<_> = (0..count).map(|number| json!({ "number": number, "text": text })).collect();
    rows.chunks(1_000).try_for_each(|rows| dataset::append(&order.table, rows))
}

fn told_to_fail() -> Problem {
    Problem::new("ledger.failed", "it is told to fail")
}

fn outcome(appended: Result<(), Refusal>) -> Value {
    let words = match appended {
        Ok(()) => return json!({ "taken": true }),
        Err(Refusal::ReadOnly) => "read-only".to_owned(),
        Err(Refusal::QuotaExceeded(words)) => format!("quota: {words}"),
        Err(Refusal::Invalid(words)) => format!("invalid: {words}"),
        Err(Refusal::Denied(denial)) => format!("denied: {}", denial.asked),
    };
    json!({ "refused": words })
}
