//! Whose turn it is: the tenant whose runs have taken the least of the host's time.
//!
//! Start-time fair queueing. Each tenant has an account of the time that its runs took; the lowest account
//! comes next. A run is charged what the tenant's runs usually take when it begins, and what it really took
//! when it ends, so a tenant with slow events gets fewer turns, not more of the host. Who was idle starts at
//! the account that was served last: idleness saves nothing up, and earlier floods are forgiven.

use std::{collections::BTreeMap, time::Duration};

use tieline_types::TenantId;

/// The tenants that may run something, by account.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// The number lets equal accounts take turns.
    order: BTreeMap<(u64, u64), TenantId>,
    entered: u64,
    /// The account that was served last.
    served: u64,
}

/// The account of one tenant, in microseconds.
#[derive(Debug, Default)]
pub(super) struct Share {
    used: u64,
    /// What a run of this tenant usually takes.
    usual: u64,
    place: Option<(u64, u64)>,
}

impl Shares {
    /// Adds a tenant, once.
    pub(super) fn enter(&mut self, id: &TenantId, share: &mut Share) {
        if share.place.is_some() {
            return;
        }
        share.used = share.used.max(self.served);
        self.entered += 1;
        let place = (share.used, self.entered);
        self.order.insert(place, id.clone());
        share.place = Some(place);
    }

    /// Takes a tenant out.
    pub(super) fn leave(&mut self, share: &mut Share) {
        if let Some(place) = share.place.take() {
            self.order.remove(&place);
        }
    }

    /// Takes out the tenant that comes next.
    pub(super) fn first(&mut self) -> Option<TenantId> {
        let ((used, _), id) = self.order.pop_first()?;
        self.served = self.served.max(used);
        Some(id)
    }

    /// Settles a run that was charged in advance.
    pub(super) fn end(&mut self, share: &mut Share, charged: u64, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        share.usual = (share.usual / 4).saturating_mul(3).saturating_add(took / 4).max(1);
        share.used = share.used.saturating_add(took).saturating_sub(charged);
        // Its place is by the account as it was.
        if let Some(place) = share.place
            && let Some(id) = self.order.remove(&place)
        {
            let place = (share.used, place.1);
            self.order.insert(place, id);
            share.place = Some(place);
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

impl Share {
    /// Charges a run that begins; how much.
    pub(super) fn begin(&mut self) -> u64 {
        self.place = None;
        self.used = self.used.saturating_add(self.usual);
        self.usual
    }
}
