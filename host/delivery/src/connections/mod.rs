//! What follows when connections, or sign-ins at them, fail or work again: events that wait go on, and alerts stand
//! meanwhile.

mod circuits;
mod sign_ins;

use std::sync::Arc;

use tieline_capabilities::Services;

use crate::{alerts::Alerts, calendar::Calendar, dispatch::Dispatcher, subscriptions::Subscriptions};

/// Listens to what happens to connections. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) services: Arc<Services>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) alerts: Alerts,
    pub(crate) subscriptions: Arc<Subscriptions>,
    pub(crate) calendar: Arc<Calendar>,
}
