//! Delivery of notifications, with retries ("Receive change notifications through webhooks":
//! any 2xx within 3 seconds counts; otherwise again, ever more slowly, for up to 4 hours).
//!
//! Delivery is at least once and in no order. Slow endpoints wait, and those that hardly answer get nothing: see
//! [`endpoint`](super::endpoint).

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;
use reqwest::Client;
use reqwest::redirect::Policy;
use serde::Serialize;
use tokio::task::JoinSet;

use super::endpoint::{Endpoint, EndpointState};
use super::subscriptions::Store;
use crate::clock;
use crate::options::Delivery;

/// Attempts remembered before the oldest are forgotten.
const KEPT: usize = 10_000;

/// One attempt to deliver a notification.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// When it began, in milliseconds since the epoch.
    pub at: u64,
    /// The subscription.
    pub subscription_id: String,
    /// Where it went.
    pub url: String,
    /// Counts from 1; 0: it was discarded, since the endpoint hardly answers.
    pub attempt: u32,
    /// The status of the answer; null if there was none in time.
    pub status: Option<u16>,
    /// How long it took.
    pub elapsed_ms: u64,
    /// Whether that counts as delivered.
    pub delivered: bool,
}

/// What is to be delivered to whom.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) subscription_id: String,
    pub(super) url: String,
    pub(super) body: Bytes,
}

/// The client, the running deliveries, and what became of them.
#[derive(Debug)]
pub(super) struct Courier {
    client: Client,
    running: Mutex<JoinSet<()>>,
    endpoints: Arc<Endpoints>,
    log: Arc<Mutex<VecDeque<Attempt>>>,
}

/// The endpoints by host and port, and the state that a script has put all of them into.
#[derive(Debug, Default)]
struct Endpoints(Mutex<(Option<EndpointState>, HashMap<String, Endpoint>)>);

impl Endpoints {
    fn state(&self, url: &str, how: &Delivery) -> EndpointState {
        let (scripted, known) = &mut *self.0.lock();
        scripted.unwrap_or_else(|| {
            known
                .get_mut(host(url))
                .map_or_else(EndpointState::default, |known| known.state(how, Instant::now()))
        })
    }

    fn answered(&self, url: &str, took: Duration, how: &Delivery) {
        let now = Instant::now();
        let known = &mut self.0.lock().1;
        known.entry(host(url).to_owned()).or_insert_with(|| Endpoint::new(now)).answered(took, how, now);
    }
}

/// `127.0.0.1:8080` of a URL.
fn host(url: &str) -> &str {
    url.split('/').nth(2).unwrap_or_default()
}

/// The client that reaches notification endpoints. It trusts our own authority, so that an
/// endpoint with one of its certificates can be used, and follows no redirect.
pub(crate) fn notification_client(ca_pem: &str) -> Result<Client, reqwest::Error> {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .tls_certs_only([reqwest::Certificate::from_pem(ca_pem.as_bytes())?])
        .tcp_nodelay(true)
        .build()
}

impl Courier {
    pub(super) fn new(client: Client) -> Self {
        Self { client, running: Mutex::default(), endpoints: Arc::default(), log: Arc::default() }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn log(&self) -> Vec<Attempt> {
        self.log.lock().iter().cloned().collect()
    }

    /// Puts all endpoints into a state, or lets their answers decide again.
    pub(super) fn treat(&self, state: Option<EndpointState>) {
        self.endpoints.0.lock().0 = state;
    }

    pub(super) fn stop(&self) {
        self.running.lock().abort_all();
    }

    /// Delivers in the background, until it succeeds, the subscription is gone, or time is up.
    pub(super) fn send(&self, parcel: Parcel, subscriptions: Arc<Store>, how: Delivery) {
        let (client, log, endpoints) = (self.client.clone(), self.log.clone(), self.endpoints.clone());
        let mut running = self.running.lock();
        while running.try_join_next().is_some() {}
        running.spawn(async move {
            match endpoints.state(&parcel.url, &how) {
                EndpointState::Normal => {}
                EndpointState::Slow => tokio::time::sleep(how.slow_delay).await,
                EndpointState::Drop => {
                    let never = Outcome { status: None, elapsed: Duration::ZERO };
                    return note(&log, &parcel, 0, &never);
                }
            }
            let began = Instant::now();
            let mut pause = how.first_pause;
            let mut timeout = how.first_timeout;
            for attempt in 1.. {
                let outcome = post(&client, &parcel.url, parcel.body.clone(), timeout).await;
                let delivered = outcome.delivered();
                endpoints.answered(&parcel.url, outcome.elapsed, &how);
                note(&log, &parcel, attempt, &outcome);
                if delivered || began.elapsed() + pause > how.give_up {
                    return;
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(how.longest_pause);
                timeout = how.retry_timeout;
                if subscriptions.get(&parcel.subscription_id).is_none() {
                    return;
                }
            }
        });
    }
}

/// How one attempt went.
pub(super) struct Outcome {
    pub(super) status: Option<u16>,
    pub(super) elapsed: Duration,
}

impl Outcome {
    fn delivered(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Posts a notification once.
pub(super) async fn post(client: &Client, url: &str, body: Bytes, timeout: Duration) -> Outcome {
    let began = Instant::now();
    let answer = client
        .post(url)
        .header("content-type", "application/json; charset=utf-8")
        .body(body)
        .timeout(timeout)
        .send()
        .await;
    let status = match answer {
        Ok(answer) => Some(answer.status().as_u16()),
        Err(error) => {
            tracing::debug!(%error, url, "a notification was not delivered");
            None
        }
    };
    Outcome { status, elapsed: began.elapsed() }
}

fn note(log: &Mutex<VecDeque<Attempt>>, parcel: &Parcel, attempt: u32, outcome: &Outcome) {
    let elapsed_ms = outcome.elapsed.as_millis().try_into().unwrap_or(u64::MAX);
    let mut log = log.lock();
    if log.len() == KEPT {
        log.pop_front();
    }
    log.push_back(Attempt {
        at: clock::now_ms().saturating_sub(elapsed_ms),
        subscription_id: parcel.subscription_id.clone(),
        url: parcel.url.clone(),
        attempt,
        status: outcome.status,
        elapsed_ms,
        delivered: outcome.delivered(),
    });
}
