//! Whether a chain is as it was written. Pure: records in, a verdict out.

use tieline_types::{
    TenantId,
    api::{AuditFault, AuditHead, AuditRecord, AuditVerdict},
};

use crate::chain::{canonical, digest, start};

/// Looks at the records of one chain, one after another, and stops at the first that is not as it was written.
#[derive(Debug)]
pub struct Verifier {
    tenant: Option<TenantId>,
    /// The last record that is right.
    reached: AuditHead,
    /// What must be met on the way.
    remembered: Vec<AuditHead>,
    broken: Option<AuditFault>,
}

impl Verifier {
    /// For the chain of this tenant, or of the host. `remembered` are heads that the chain had at some time: each must be in it
    /// still, so that it is seen when the end was cut off or written anew.
    pub fn new(tenant: Option<TenantId>, remembered: impl IntoIterator<Item = AuditHead>) -> Self {
        let reached = start(tenant.as_ref());
        Self { tenant, reached, remembered: remembered.into_iter().collect(), broken: None }
    }

    /// The number of the last record that is right.
    pub fn reached(&self) -> u64 {
        self.reached.seq
    }

    /// The next record: the number under which it is kept, and its bytes. False: the chain is broken, more need not be looked
    /// at.
    pub fn take(&mut self, seq: u64, kept: &[u8]) -> bool {
        if self.broken.is_none() {
            match self.follows(seq, kept) {
                Ok(head) => self.reached = head,
                Err(fault) => self.broken = Some(fault),
            }
        }
        self.broken.is_none()
    }

    fn follows(&self, seq: u64, kept: &[u8]) -> Result<AuditHead, AuditFault> {
        let next = self.reached.seq + 1;
        if seq > next {
            return Err(fault(next, "missing", "is not there, and later ones are"));
        }
        let Ok(record) = serde_json::from_slice::<AuditRecord>(kept) else {
            return Err(fault(seq, "unreadable", "cannot be read"));
        };
        let placed = record.seq == seq && seq == next && record.tenant == self.tenant;
        if !placed || canonical(&record) != kept || digest(&record) != record.digest {
            return Err(fault(seq, "altered", "is not as it was written"));
        }
        if record.previous != self.reached.digest {
            return Err(fault(seq, "unlinked", "does not follow the one before it"));
        }
        let head = AuditHead { seq, digest: record.digest };
        if self.remembered.iter().any(|known| known.seq == seq && *known != head) {
            return Err(fault(seq, "not-remembered", "is another one than was remembered"));
        }
        Ok(head)
    }

    /// The verdict, when there are no more records. `head` is where the chain says that it ends, read after the records.
    pub fn end(self, head: &AuditHead) -> AuditVerdict {
        let Self { tenant, reached, remembered, broken } = self;
        let broken = broken.or_else(|| {
            if remembered.iter().any(|known| known.seq > reached.seq) {
                return Some(fault(reached.seq + 1, "missing", "is not there any more"));
            }
            let beyond = reached.seq > head.seq;
            beyond.then(|| fault(head.seq + 1, "beyond-head", "stands behind the chain's own end"))
        });
        AuditVerdict { tenant, head: reached, broken }
    }
}

fn fault(seq: u64, code: &str, what: &str) -> AuditFault {
    AuditFault { seq, code: code.into(), message: format!("Record {seq} {what}.") }
}
