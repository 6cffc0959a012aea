//! Sends one notification after another, each until it is acknowledged, and then waits for its Task.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tieline_sim::SubscriptionView;

use super::ledger::Ledger;
use crate::{
    error::BenchError,
    stage::Stage,
    tasks,
    wire::{Shot, Wire},
};

/// How long it waits when nobody listens.
const PAUSE: Duration = Duration::from_millis(10);

/// One of many.
pub(super) struct Sender {
    pub(super) stage: Arc<Stage>,
    pub(super) subscriptions: HashMap<String, SubscriptionView>,
    pub(super) channels: Vec<String>,
    pub(super) address: String,
    pub(super) ledger: Arc<Ledger>,
    pub(super) ended: Arc<AtomicBool>,
}

impl Sender {
    /// Sends until it is told to end; the last one is seen through.
    pub(super) async fn send(self) -> Result<(), BenchError> {
        let mut wire = None;
        while !self.ended.load(Ordering::Relaxed) {
            let number = self.ledger.begin();
            let channel = &self.channels[number % self.channels.len()];
            let message = tasks::post(&self.stage.sim, channel, number, 0)?;
            let made = self.ledger.about(number, &message.id);
            let shot = self.stage.shot(&self.subscriptions[channel], &message);
            while !self.acknowledged(&mut wire, &shot).await? {
                tokio::time::sleep(PAUSE).await;
            }
            self.ledger.acknowledged(number);
            let _ = made.await;
        }
        Ok(())
    }

    /// Whether it was taken. Neither a host that is gone nor one that says "not now" is an error.
    async fn acknowledged(&self, wire: &mut Option<Wire>, shot: &Shot) -> Result<bool, BenchError> {
        let mut open = match wire.take() {
            Some(open) => open,
            None => match Wire::connect(&self.address).await {
                Ok(open) => open,
                Err(_) => return Ok(false),
            },
        };
        match open.post(shot).await {
            Ok(202) => {
                *wire = Some(open);
                Ok(true)
            }
            Ok(503) | Err(_) => Ok(false),
            Ok(status) => {
                Err(BenchError::Server(format!("a genuine notification was answered with {status}")))
            }
        }
    }
}
