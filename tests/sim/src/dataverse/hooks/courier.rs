//! Delivery of webhooks ("Use webhooks": 60 seconds, and one more attempt after 502, 503 and 504 only).
//!
//! System jobs run beside one another and in no order. Here those of one row follow each other, so that a test is the
//! same each time; a script can hold all of them back and let them go in reverse.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use reqwest::Client;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::super::rows::{Cell, Cells};
use super::super::{Data, schema};
use super::Happened;
use crate::{clock, ids};

const TIMEOUT: Duration = Duration::from_secs(60);
/// Attempts, and parcels, that are remembered.
const KEPT: usize = 10_000;

/// One attempt to deliver a webhook.
#[derive(Clone, Debug, Serialize)]
pub struct HookAttempt {
    /// When it began, in milliseconds since the epoch.
    pub at: u64,
    /// The operation that it tells of; the attempts at one have the same.
    pub operation: u64,
    /// Where it went.
    pub url: String,
    /// The message.
    pub message: &'static str,
    /// Logical name of the table.
    pub table: &'static str,
    /// The row.
    pub id: String,
    /// Counts from 1; there are two at most.
    pub attempt: u32,
    /// The status of the answer; null if there was none in time.
    pub status: Option<u16>,
    /// Whether that counts as delivered.
    pub delivered: bool,
}

/// What is to be sent.
#[derive(Clone, Debug)]
pub(in super::super) struct Parcel {
    step: String,
    url: String,
    fields: Vec<(String, String)>,
    message: &'static str,
    table: &'static str,
    id: String,
    correlation: String,
    body: Bytes,
    exceeded: bool,
    operation: u64,
}

impl Parcel {
    pub(super) fn new(
        step: String,
        url: String,
        happened: &Happened<'_>,
        id: String,
        body: Bytes,
        exceeded: bool,
    ) -> Self {
        let (message, table) = (happened.message.name(), happened.table.name);
        let (fields, correlation, operation) = (Vec::new(), ids::fresh_guid(), 0);
        Self { step, url, fields, message, table, id, correlation, body, exceeded, operation }
    }

    pub(super) fn with(self, fields: Vec<(String, String)>) -> Self {
        Self { fields, ..self }
    }
}

#[derive(Debug, Default)]
struct State {
    operations: u64,
    /// By row and step: when the last one that was sent is done.
    tails: HashMap<(String, String), oneshot::Receiver<()>>,
    /// Those that are held back, if they are.
    held: Option<Vec<Parcel>>,
    sent: VecDeque<Parcel>,
    log: VecDeque<HookAttempt>,
}

/// The client, what is under way, and what became of it.
#[derive(Debug)]
pub(in super::super) struct Courier {
    client: Client,
    data: Arc<RwLock<Data>>,
    state: Arc<Mutex<State>>,
    running: Mutex<JoinSet<()>>,
}

impl Courier {
    pub(in super::super) fn new(client: Client, data: Arc<RwLock<Data>>) -> Self {
        Self { client, data, state: Arc::default(), running: Mutex::default() }
    }

    /// Sends in the background, after what was sent for the same row before.
    pub(in super::super) fn send(&self, mut parcel: Parcel) {
        {
            let mut state = self.state.lock();
            state.operations += 1;
            parcel.operation = state.operations;
            remember(&mut state.sent, parcel.clone());
            if let Some(held) = &mut state.held {
                held.push(parcel);
                return;
            }
        }
        self.go(parcel);
    }

    fn go(&self, parcel: Parcel) {
        let (done, tail) = oneshot::channel();
        let key = (parcel.step.clone(), parcel.id.clone());
        let before = self.state.lock().tails.insert(key, tail);
        let (client, state, data) = (self.client.clone(), self.state.clone(), self.data.clone());
        let mut running = self.running.lock();
        while running.try_join_next().is_some() {}
        running.spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            for attempt in 1..=2 {
                let (at, status) = (clock::now_ms(), post(&client, &parcel).await);
                let delivered = status.is_some_and(|status| (200..300).contains(&status));
                let Parcel { operation, message, table, .. } = parcel;
                let (url, id) = (parcel.url.clone(), parcel.id.clone());
                let noted =
                    HookAttempt { at, operation, url, message, table, id, attempt, status, delivered };
                remember(&mut state.lock().log, noted);
                let again = attempt == 1 && matches!(status, Some(502..=504));
                if !delivered && !again {
                    failed(&mut data.write(), &parcel, status);
                }
                if !again {
                    break;
                }
            }
            let _ = done.send(());
        });
    }

    /// Holds back everything from now on.
    pub(in super::super) fn hold(&self) {
        self.state.lock().held.get_or_insert_default();
    }

    /// Lets go of what is held back, in its order or the other way round; the answer is how many there were.
    pub(in super::super) fn let_go(&self, reversed: bool) -> usize {
        let mut held = self.state.lock().held.take().unwrap_or_default();
        if reversed {
            held.reverse();
        }
        let count = held.len();
        held.into_iter().for_each(|parcel| self.go(parcel));
        count
    }

    /// Sends an operation once more; says whether there was one.
    pub(in super::super) fn again(&self, operation: u64) -> bool {
        let found = self.state.lock().sent.iter().find(|parcel| parcel.operation == operation).cloned();
        found.map(|parcel| self.go(parcel)).is_some()
    }

    pub(in super::super) fn log(&self) -> Vec<HookAttempt> {
        self.state.lock().log.iter().cloned().collect()
    }

    pub(in super::super) fn stop(&self) {
        self.running.lock().abort_all();
    }
}

fn remember<T>(all: &mut VecDeque<T>, one: T) {
    if all.len() == KEPT {
        all.pop_front();
    }
    all.push_back(one);
}

/// A system job that failed, which is all that shows of a webhook that did not arrive.
fn failed(data: &mut Data, parcel: &Parcel, status: Option<u16>) {
    let Some(table) = schema::named("asyncoperation") else { return };
    let said =
        status.map_or_else(|| "no answer in time".to_owned(), |status| format!("HTTP status {status}"));
    let plain = |value: Value| Cell::Plain(value);
    let cells = Cells::from([
        ("name", plain(format!("{} of {}", parcel.message, parcel.table).into())),
        ("messagename", plain(parcel.message.into())),
        ("message", plain(format!("The webhook call failed: {said}.").into())),
        ("primaryentitytype", plain(parcel.table.into())),
        ("regardingobject", plain(parcel.id.clone().into())),
        ("completedon", plain(clock::dataverse(clock::now_ms()).into())),
        ("statecode", plain(3.into())),
        ("statuscode", plain(31.into())),
    ]);
    data.rows.insert(table, ids::fresh_guid(), cells);
}

async fn post(client: &Client, parcel: &Parcel) -> Option<u16> {
    let mut request = client
        .post(&parcel.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("x-request-id", ids::fresh_guid())
        .header("x-ms-dynamics-organization", "lakeside.crm4.dynamics.com")
        .header("x-ms-dynamics-entity-name", parcel.table)
        .header("x-ms-dynamics-request-name", parcel.message)
        .header("x-ms-correlation-request-id", &parcel.correlation)
        .timeout(TIMEOUT);
    if parcel.exceeded {
        request = request.header("x-ms-dynamics-msg-size-exceeded", "true");
    }
    for (name, value) in &parcel.fields {
        request = request.header(name, value);
    }
    match request.body(parcel.body.clone()).send().await {
        Ok(answer) => Some(answer.status().as_u16()),
        Err(error) => {
            tracing::debug!(%error, url = parcel.url, "a webhook was not delivered");
            None
        }
    }
}
