//! Whether an item comes from the subscription whose route it took.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use tieline_types::RouteKey;

use super::{
    notification::Item,
    route::{Route, Table},
};

/// Whether the item is genuine: it carries the secret that only Graph and we know, compared in constant
/// time, and does not name a subscription of another route. An id that is not known is no objection:
/// Graph delivers while our own request to subscribe is still open, and goes on with what it has queued
/// for a subscription that was replaced.
pub(super) fn is_genuine(item: &Item<'_>, route: &Route, table: &Table) -> bool {
    let elsewhere = |id: &str| table.owner_of(id).is_some_and(|owner: &RouteKey| *owner != route.key);
    let given = item.client_state.as_deref().unwrap_or_default();
    let equal = verify_slices_are_equal(given.as_bytes(), route.client_state.expose().as_bytes()).is_ok();
    equal && !item.subscription_id.as_deref().is_some_and(elsewhere)
}
