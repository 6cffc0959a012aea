//! When a tenant goes, so do the rights in it.

use tieline_store::{Batch, Pages, Store};
use tieline_types::{TenantId, Timestamp, api::Right};

use super::record::{self, Record, Stored};
use crate::AccessError;

/// Takes from all tokens their rights in a tenant that is no more, so that they let nobody into the next of its name. One that is
/// left without any is revoked. How many it concerned; asked again, none.
///
/// # Errors
/// When the store fails, or a token was changed at the same time: nothing was changed then.
pub async fn tenant_gone(store: &dyn Store, tenant: &TenantId, now: Timestamp) -> Result<usize, AccessError> {
    let (mut batch, mut concerned) = (Batch::new(), 0);
    for (key, value) in Pages::all(store, record::all()).await? {
        let Stored { digest, record, revision } = Stored::read(&key, &value)?;
        let stays = |right: &&Right| right.tenant.as_ref() != Some(tenant);
        let rights: Vec<_> = record.rights.iter().filter(stays).cloned().collect();
        if record.revoked.is_some() || rights.len() == record.rights.len() {
            continue;
        }
        let record = match rights.is_empty() {
            true => Record { revoked: Some(now), ..record },
            false => Record { rights, ..record },
        };
        concerned += 1;
        batch = batch.expect(key, Some(revision)).ops([record.put(&digest)]);
    }
    store.commit(batch).await?;
    Ok(concerned)
}
