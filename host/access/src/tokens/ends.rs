//! When tokens end.

use tieline_store::{Pages, Store};
use tieline_types::{TenantId, Timestamp};

use super::{
    TokenId,
    record::{self, Stored},
};
use crate::AccessError;

/// A token that ends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenEnd {
    /// By what it is listed.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// The one tenant that it is good in; none: several, or the whole host.
    pub tenant: Option<TenantId>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

/// The tokens that are good at this time.
///
/// # Errors
/// When the store cannot be read.
pub async fn token_ends(store: &dyn Store, now: Timestamp) -> Result<Vec<TokenEnd>, AccessError> {
    let mut ends = Vec::new();
    for (key, value) in Pages::all(store, record::all()).await? {
        let Stored { digest, record, .. } = Stored::read(&key, &value)?;
        if record.revoked.is_some() || record.expires <= now {
            continue;
        }
        let mut tenants = record.rights.iter().map(|right| right.tenant.as_ref());
        let first = tenants.next().flatten();
        let tenant = first.filter(|first| tenants.all(|other| other == Some(first))).cloned();
        let (id, name) = (TokenId::of(&digest), record.name);
        ends.push(TokenEnd { id, name, tenant, created: record.created, expires: record.expires });
    }
    Ok(ends)
}
