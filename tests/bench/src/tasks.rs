//! Messages, and the Tasks that Salesforce makes of them: each is recognised by the number in its text.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde_json::{Map, Value};
use tieline_sim::{NewMessage, Sim};
use tokio::sync::oneshot;

use crate::{error::BenchError, stage::Message};

const MARK: &str = "bench-";
const DIGITS: usize = 8;

/// A text of at least so many bytes with a number in it.
fn text(number: usize, bytes: usize) -> String {
    let text = format!("We need revised commercial terms. {MARK}{number:0DIGITS$}");
    let fill = bytes.saturating_sub(text.len()) / 5;
    text + &" more".repeat(fill)
}

/// The number in a Task.
pub(crate) fn number(fields: &Map<String, Value>) -> Option<usize> {
    let description = fields.get("Description")?.as_str()?;
    description.split_once(MARK)?.1.get(..DIGITS)?.parse().ok()
}

/// Posts a message with this number, telling nobody.
pub(crate) fn post(sim: &Sim, channel: &str, number: usize, bytes: usize) -> Result<Message, BenchError> {
    let message = NewMessage {
        channel_id: Some(channel.to_owned()),
        notify: false,
        ..NewMessage::text(text(number, bytes))
    };
    let posted = sim.world().post_message(&message)?;
    Ok(Message { number, channel: channel.to_owned(), id: posted.message_id, resource: posted.resource })
}

/// Posts messages with these numbers in turn over the channels.
pub(crate) fn post_all(
    sim: &Sim,
    channels: &[String],
    numbers: Range<usize>,
    bytes: usize,
) -> Result<Vec<Message>, BenchError> {
    numbers.map(|number| post(sim, &channels[number % channels.len()], number, bytes)).collect()
}

/// The Tasks of a round of messages that are numbered from 0.
pub(crate) struct Tasks {
    begun: Instant,
    rows: Vec<Row>,
}

#[derive(Default)]
struct Row {
    made: AtomicU32,
    /// Nanoseconds after `begun`.
    at: AtomicU64,
    waiting: Mutex<Option<oneshot::Sender<()>>>,
}

impl Tasks {
    /// Forgets what was, and watches what Salesforce makes of `count` messages.
    pub(crate) fn watch(sim: &Sim, count: usize) -> Arc<Self> {
        let rows = (0..count).map(|_| Row::default()).collect();
        let tasks = Arc::new(Self { begun: Instant::now(), rows });
        let observer = Arc::clone(&tasks);
        sim.world().observe_records(Arc::new(move |_, _, fields| {
            if let Some(row) = number(fields).and_then(|n| observer.rows.get(n)) {
                let at = observer.begun.elapsed().as_nanos() as u64;
                if row.made.fetch_add(1, Ordering::Relaxed) == 0 {
                    row.at.store(at, Ordering::Release);
                }
                if let Some(waiting) = row.waiting.lock().take() {
                    let _ = waiting.send(());
                }
            }
        }));
        tasks
    }

    /// Resolves when the Task of this message is made. To be asked for before the notification is sent.
    pub(crate) fn made(&self, number: usize) -> oneshot::Receiver<()> {
        let (sender, made) = oneshot::channel();
        *self.rows[number].waiting.lock() = Some(sender);
        made
    }

    /// When the first Task of this message was made.
    pub(crate) fn at(&self, number: usize) -> Option<Instant> {
        let at = self.rows.get(number)?.at.load(Ordering::Acquire);
        (at > 0).then(|| self.begun + Duration::from_nanos(at))
    }

    /// Messages without a Task.
    pub(crate) fn lost(&self) -> usize {
        self.rows.iter().filter(|row| row.made.load(Ordering::Relaxed) == 0).count()
    }

    /// Tasks beyond the first of a message.
    pub(crate) fn duplicated(&self) -> usize {
        let more = |row: &Row| row.made.load(Ordering::Relaxed).saturating_sub(1) as usize;
        self.rows.iter().map(more).sum()
    }

    /// Waits until all are made, but no longer than `patience`.
    pub(crate) async fn all(&self, patience: Duration) {
        let begun = Instant::now();
        while self.lost() > 0 && begun.elapsed() < patience {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_again_whatever_the_length() {
        for (wanted, bytes) in [(0, 0), (7, 1_000), (12_345_678, 10)] {
            let description = format!("Message from Priya: {}", text(wanted, bytes));
            assert!(description.len() + 4 >= bytes);
            let fields = [("Description".to_owned(), Value::String(description))].into_iter().collect();
            assert_eq!(number(&fields), Some(wanted));
        }
        assert_eq!(number(&Map::new()), None);
    }
}
