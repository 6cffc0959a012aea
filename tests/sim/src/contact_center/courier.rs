//! The webhook: what happens in a session in which somebody of another system is wanted. Our own contract.
//!
//! Each event of a session is a call of its own, in order, and is repeated until it is taken. Where the answer is that
//! there is no such hook any more (404, 410), the integration is gone.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use parking_lot::Mutex;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::Sessions;

const TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// What is remembered.
const KEPT: usize = 10_000;

/// How the contact centre shows who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// The body's HMAC-SHA256 in `x-signature`.
    Signature,
    /// The secret in `x-tieline-key`.
    Header,
}

/// Where another system wants to be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Its address.
    pub url: String,
    /// What both know.
    pub secret: String,
    /// How it is shown.
    #[serde(default = "signature")]
    pub proof: Proof,
}

fn signature() -> Proof {
    Proof::Signature
}

/// One attempt to deliver an event.
#[derive(Clone, Debug, Serialize)]
pub struct Delivered {
    /// The session.
    pub chat_id: String,
    /// What was told.
    pub event: Value,
    /// The status of the answer; null if there was none in time.
    pub status: Option<u16>,
}

#[derive(Debug)]
pub(super) struct Courier {
    client: Client,
    state: Arc<Mutex<State>>,
    sessions: Arc<Mutex<Sessions>>,
    news: Arc<Notify>,
    running: Mutex<JoinSet<()>>,
}

#[derive(Debug, Default)]
struct State {
    webhook: Option<Webhook>,
    /// What waits, by session; a session that has an entry is being seen to.
    queues: BTreeMap<String, VecDeque<(Value, u64)>>,
    sent: VecDeque<(String, Value)>,
    /// Each time that everything was told once more.
    rounds: u64,
    log: VecDeque<Delivered>,
}

impl Courier {
    pub(super) fn new(client: Client, sessions: Arc<Mutex<Sessions>>, news: Arc<Notify>) -> Self {
        Self { client, state: Arc::default(), sessions, news, running: Mutex::default() }
    }

    pub(super) fn webhook(&self) -> Option<Webhook> {
        self.state.lock().webhook.clone()
    }

    pub(super) fn set(&self, webhook: Option<Webhook>) {
        self.state.lock().webhook = webhook;
    }

    pub(super) fn log(&self) -> Vec<Delivered> {
        self.state.lock().log.iter().cloned().collect()
    }

    /// Tells an event after all that was told of the session before.
    pub(super) fn send(&self, chat: &str, event: Value) {
        let told = (chat.to_owned(), event.clone());
        if self.state.lock().webhook.is_some() {
            remember(&mut self.state.lock().sent, told);
            self.enqueue(chat, event);
        }
    }

    fn enqueue(&self, chat: &str, event: Value) {
        {
            let mut state = self.state.lock();
            let one = (event, state.rounds);
            if let Some(queue) = state.queues.get_mut(chat) {
                queue.push_back(one);
                return;
            }
            state.queues.insert(chat.to_owned(), VecDeque::from([one]));
        }
        let work = see_to(
            chat.to_owned(),
            self.client.clone(),
            self.state.clone(),
            self.sessions.clone(),
            self.news.clone(),
        );
        let mut running = self.running.lock();
        while running.try_join_next().is_some() {}
        running.spawn(work);
    }

    /// Tells everything once more that was ever told, as deliveries of their own; the answer is how much that was.
    pub(super) fn again(&self) -> usize {
        let sent: Vec<_> = {
            let mut state = self.state.lock();
            state.rounds += 1;
            state.sent.iter().cloned().collect()
        };
        let count = sent.len();
        for (chat, event) in sent {
            self.enqueue(&chat, event);
        }
        count
    }

    pub(super) fn stop(&self) {
        self.running.lock().abort_all();
    }
}

fn remember<T>(all: &mut VecDeque<T>, one: T) {
    if all.len() == KEPT {
        all.pop_front();
    }
    all.push_back(one);
}

/// Delivers what waits of one session, one after another.
async fn see_to(
    chat: String,
    client: Client,
    state: Arc<Mutex<State>>,
    sessions: Arc<Mutex<Sessions>>,
    news: Arc<Notify>,
) {
    loop {
        let (webhook, event, round) = {
            let mut state = state.lock();
            let next = state.queues.get_mut(&chat).and_then(VecDeque::pop_front);
            match (state.webhook.clone(), next) {
                (Some(webhook), Some((event, round))) => (webhook, event, round),
                _ => {
                    state.queues.remove(&chat);
                    return;
                }
            }
        };
        let mut pause = FIRST_PAUSE;
        loop {
            let status = post(&client, &webhook, &chat, &event, round).await;
            let delivered = Delivered { chat_id: chat.clone(), event: event.clone(), status };
            remember(&mut state.lock().log, delivered);
            match status {
                Some(200..=299) => break,
                Some(404 | 410) => {
                    state.lock().webhook = None;
                    sessions.lock().all.values_mut().for_each(super::session::Session::lose_guests);
                    news.notify_waiters();
                    break;
                }
                _ => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

async fn post(client: &Client, webhook: &Webhook, chat: &str, event: &Value, round: u64) -> Option<u16> {
    let body = json!({ "chat_id": chat, "events": [event] }).to_string();
    let proof = match webhook.proof {
        Proof::Header => ("x-tieline-key", webhook.secret.clone()),
        Proof::Signature => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, webhook.secret.as_bytes());
            let tag = hmac::sign(&key, body.as_bytes());
            let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            ("x-signature", format!("sha256={hex}"))
        }
    };
    let id = format!("{}/{round}", event["event_id"].as_str().unwrap_or_default());
    let request = client
        .post(&webhook.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("webhook-id", id)
        .header(proof.0, proof.1)
        .timeout(TIMEOUT);
    match request.body(body).send().await {
        Ok(answer) => Some(answer.status().as_u16()),
        Err(error) => {
            tracing::debug!(%error, url = webhook.url, "an event was not delivered");
            None
        }
    }
}
