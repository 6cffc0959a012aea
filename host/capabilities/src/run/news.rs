//! News of alerts, as they wait to be told: written in the commit that raises or clears the alert.

use std::sync::atomic::{AtomicU64, Ordering};

use tieline_store::{Key, Op, Space};
use tieline_types::AlertNews;

/// Tells news of one millisecond apart, in the order in which they were made.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Where they wait, oldest first.
pub fn space() -> Key {
    Key::new(Space::Notice).part("news")
}

/// The change that lets news wait to be told.
pub fn told(news: &AlertNews) -> Op {
    let key = space().number(news.at.0).number(NEXT.fetch_add(1, Ordering::Relaxed));
    let value = serde_json::to_vec(news).expect("plain data always serialises").into();
    Op::Put { key, value, expires: None }
}
