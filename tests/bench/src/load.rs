//! The closed loop: so many notifications under way at any time; the next is sent when the Task of one was made.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::{Map, Value};
use tieline_sim::{NewMessage, Sim};
use tokio::sync::oneshot;

use crate::error::BenchError;

/// How long the loop waits for one Task before it counts it as lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// One notification to send.
pub(crate) struct Shot {
    pub(crate) url: String,
    pub(crate) body: Bytes,
}

/// What the loop saw.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) elapsed: Duration,
    pub(crate) lost: usize,
    pub(crate) duplicated: usize,
    /// From sending to acknowledgment, each.
    pub(crate) acknowledged: Vec<Duration>,
    /// From sending to the Task at Salesforce, each.
    pub(crate) ended: Vec<Duration>,
}

/// Counts the Tasks that Salesforce made, by the number in their description.
struct Finish {
    made: Vec<AtomicU32>,
    waiting: Vec<Mutex<Option<oneshot::Sender<Instant>>>>,
}

/// The text of message `number`; the number is found again in the Task.
fn text(number: usize) -> String {
    format!("We need revised commercial terms. bench-{number:06}")
}

fn number(fields: &Map<String, Value>) -> Option<usize> {
    let description = fields.get("Description")?.as_str()?;
    description.split_once("bench-")?.1.get(..6)?.parse().ok()
}

/// Posts the messages in turn over the channels, telling nobody. Answers channel, id and resource of each.
pub(crate) fn messages(sim: &Sim, count: usize) -> Result<Vec<(String, String, String)>, BenchError> {
    let channels = &sim.manifest().tenant.channel_ids;
    let post = |n: usize| {
        let channel = channels[n % channels.len()].clone();
        let message =
            NewMessage { channel_id: Some(channel.clone()), notify: false, ..NewMessage::text(text(n)) };
        let posted = sim.world().post_message(&message)?;
        Ok((channel, posted.message_id, posted.resource))
    };
    (0..count).map(post).collect()
}

/// Fires all shots with `in_flight` of them under way.
pub(crate) async fn run(sim: &Sim, shots: Vec<Shot>, in_flight: usize) -> Result<Measured, BenchError> {
    sim.world().clear_salesforce_records("Task");
    let finish = Arc::new(Finish {
        made: shots.iter().map(|_| AtomicU32::new(0)).collect(),
        waiting: shots.iter().map(|_| Mutex::new(None)).collect(),
    });
    let observer = Arc::clone(&finish);
    sim.world().observe_records(Arc::new(move |_, _, fields| {
        if let Some(n) = number(fields).filter(|n| *n < observer.made.len()) {
            observer.made[n].fetch_add(1, Ordering::Relaxed);
            if let Some(waiting) = observer.waiting[n].lock().take() {
                let _ = waiting.send(Instant::now());
            }
        }
    }));
    let client = crate::client::client().map_err(BenchError::http("making the driver's client"))?;
    let (shots, next) = (Arc::new(shots), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let mut shooters = Vec::new();
    for _ in 0..in_flight {
        let (client, shots, next, finish) = (client.clone(), shots.clone(), next.clone(), finish.clone());
        shooters.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            while let Some((n, shot)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, shots.get(n)?)))
            {
                seen.push(fire(&client, shot, n, &finish).await?);
            }
            Ok::<_, BenchError>(seen)
        }));
    }
    let mut measured = Measured::default();
    for shooter in shooters {
        let seen = shooter.await.map_err(|error| BenchError::Server(error.to_string()))??;
        for (acknowledged, ended) in seen {
            measured.acknowledged.push(acknowledged);
            measured.ended.extend(ended);
        }
    }
    measured.elapsed = begun.elapsed();
    // What comes too late or twice still comes: give it a moment, outside the measured time.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let made =
        |of: fn(u32) -> u32| finish.made.iter().map(|made| of(made.load(Ordering::Relaxed)) as usize).sum();
    measured.lost = made(|made| u32::from(made == 0));
    measured.duplicated = made(|made| made.saturating_sub(1));
    Ok(measured)
}

async fn fire(
    client: &reqwest::Client,
    shot: &Shot,
    n: usize,
    finish: &Finish,
) -> Result<(Duration, Option<Duration>), BenchError> {
    let (sender, made) = oneshot::channel();
    *finish.waiting[n].lock() = Some(sender);
    let begun = Instant::now();
    let request = client.post(&shot.url).header("content-type", "application/json").body(shot.body.clone());
    let answer = request.send().await.map_err(BenchError::http("sending a notification"))?;
    if answer.status() != reqwest::StatusCode::ACCEPTED {
        return Err(BenchError::Server(format!("a notification was answered with {}", answer.status())));
    }
    let acknowledged = begun.elapsed();
    let ended = tokio::time::timeout(PATIENCE, made).await.ok().and_then(Result::ok);
    Ok((acknowledged, ended.map(|at| at.saturating_duration_since(begun))))
}
