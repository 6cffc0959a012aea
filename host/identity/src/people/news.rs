//! What happened to sign-ins, for whoever keeps alerts about them.

use std::collections::VecDeque;

use parking_lot::Mutex;
use tieline_types::ConnectionKey;
use tokio::sync::Notify;

use crate::Identity;

/// News in the order in which they came, for one listener.
#[derive(Debug, Default)]
pub(crate) struct News {
    untold: Mutex<VecDeque<(ConnectionKey, Identity)>>,
    told: Notify,
}

impl News {
    pub(crate) fn tell(&self, key: ConnectionKey, identity: Identity) {
        self.untold.lock().push_back((key, identity));
        self.told.notify_one();
    }

    pub(crate) async fn next(&self) -> (ConnectionKey, Identity) {
        loop {
            let told = self.told.notified();
            if let Some(news) = self.untold.lock().pop_front() {
                return news;
            }
            told.await;
        }
    }
}
