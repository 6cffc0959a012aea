//! Looking at chains: pages of records, the newest first; which chains there are; whether they are whole.

use tieline_store::{Key, Pages, StoreError, Value};
use tieline_types::{
    TenantId, Timestamp,
    api::{AuditHead, AuditRecord, AuditVerdict, Page},
};

use crate::{Audit, AuditError, Verifier, chain::start, place};

/// Records that are read at once.
const WINDOW: u64 = 500;
/// The most records that one question looks at: a filter that finds little must not read a whole chain at once.
const LOOKED_AT: u64 = 10_000;

/// Which records to list. The default is all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// By whom: an id or a name, whole.
    pub who: Option<String>,
    /// What: the name of the operation, whole.
    pub action: Option<String>,
    /// To what: the begin of the target.
    pub target: Option<String>,
    /// Not before this time. Records are written in the order of time, unless the clock was set back.
    pub since: Option<Timestamp>,
}

impl Filter {
    /// Whether a record is to be listed. By its time it is judged elsewhere.
    fn takes(&self, record: &AuditRecord) -> bool {
        let is = |wanted: &Option<String>, is: &[&String]| {
            wanted.as_ref().is_none_or(|wanted| is.iter().any(|is| is.eq_ignore_ascii_case(wanted)))
        };
        is(&self.who, &[&record.who.id, &record.who.name])
            && is(&self.action, &[&record.action])
            && self.target.as_ref().is_none_or(|begin| record.target.starts_with(begin.as_str()))
    }
}

impl Audit {
    /// Records of a chain, the newest first, older than the one with the number `after`. A page may hold fewer than `limit`
    /// and still have a next one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(
        &self,
        tenant: Option<&TenantId>,
        filter: &Filter,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<AuditRecord>, AuditError> {
        let newest = self.head(tenant).await?.seq;
        let mut upto = after.map_or(newest, |after| newest.min(after.saturating_sub(1)));
        let last = upto.saturating_sub(LOOKED_AT);
        let mut items = Vec::new();
        while upto > last {
            let from = upto.saturating_sub(WINDOW).max(last);
            for record in self.window(tenant, from, upto).await?.into_iter().rev() {
                if filter.since.is_some_and(|since| record.at < since) {
                    return Ok(Page { items, next: None });
                }
                if filter.takes(&record) {
                    let seq = record.seq;
                    items.push(record);
                    if items.len() == limit {
                        return Ok(Page { items, next: (seq > 1).then(|| seq.to_string()) });
                    }
                }
            }
            upto = from;
        }
        Ok(Page { items, next: (upto > 0).then(|| (upto + 1).to_string()) })
    }

    /// The records behind `from` up to `upto`. One that cannot be read is left out, and said to the log: to verify is not to
    /// list.
    async fn window(
        &self,
        tenant: Option<&TenantId>,
        from: u64,
        upto: u64,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let after = place::record(tenant, from);
        let many = usize::try_from(upto - from).unwrap_or(usize::MAX);
        let found = self.store.scan(&place::records(tenant), Some(&after), many).await?;
        let read = |(key, value): (Key, Value)| match serde_json::from_slice::<AuditRecord>(&value.bytes) {
            Ok(record) => (record.seq <= upto).then_some(record),
            Err(_) => {
                tracing::error!(%key, "a record of the audit cannot be read");
                None
            }
        };
        Ok(found.into_iter().filter_map(read).collect())
    }

    /// Whether the chain is whole, from its first record on. `remembered` is a head that it had at some time.
    ///
    /// # Errors
    /// When the store cannot be read. A broken chain is a verdict.
    pub async fn verify(
        &self,
        tenant: Option<&TenantId>,
        remembered: Option<AuditHead>,
    ) -> Result<AuditVerdict, AuditError> {
        // Records are added meanwhile: the head before is met on the way, and none stands beyond the head after.
        let before = self.head(tenant).await?;
        let mut verifier = Verifier::new(tenant.cloned(), remembered.into_iter().chain([before]));
        let mut pages = Pages::under(place::records(tenant));
        'all: while let Some(page) = pages.next(&*self.store).await? {
            for (key, value) in page {
                // A key that is no number stands for a record that nobody wrote.
                if !verifier.take(key.last_number().unwrap_or(u64::MAX), &value.bytes) {
                    break 'all;
                }
            }
        }
        let after = self.head(tenant).await?;
        Ok(verifier.end(&after))
    }

    /// The tenants that have a chain, by name; also those that are gone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, AuditError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let first = self.store.scan(&place::tenants(), after.as_ref(), 1).await?;
            let Some((key, _)) = first.first() else { return Ok(found) };
            let tenant = place::tenant_of(key).ok_or(StoreError::Corrupt { what: "the audit" })?;
            after = Some(place::behind(&tenant));
            found.push(tenant);
        }
    }

    /// Where a chain says that it ends.
    async fn head(&self, tenant: Option<&TenantId>) -> Result<AuditHead, StoreError> {
        let kept = self.store.get(&place::head(tenant)).await?;
        kept.map_or_else(|| Ok(start(tenant)), |kept| read_head(&kept))
    }
}

pub(crate) fn read_head(kept: &Value) -> Result<AuditHead, StoreError> {
    serde_json::from_slice(&kept.bytes)
        .map_err(|_| StoreError::Corrupt { what: "the head of an audit's chain" })
}
