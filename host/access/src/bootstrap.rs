//! The host's own token: made at the first start, shown once, kept as its digest. Whoever holds it is the operator.

use tieline_store::{Batch, Key, Space, Store};
use tieline_types::{Digest, Secret};

use crate::{AccessError, tokens};

/// The host's own token as far as it is known.
#[derive(Debug)]
pub struct Bootstrap {
    /// Its SHA-256: all that is kept.
    pub digest: Digest,
    /// The token itself, if it was made just now.
    pub fresh: Option<Secret>,
}

/// Where it lies.
pub(crate) fn place() -> Key {
    Key::new(Space::Host).part("api-token")
}

/// The stored token, or a new one at the first start and when asked for. A new one is durable before it is shown, and
/// the old one, with the sessions of whoever signed in with it, is void from then on.
///
/// # Errors
/// [`AccessError::Damaged`] when what is stored is no digest; else when the store fails.
pub async fn bootstrap(store: &dyn Store, renew: bool) -> Result<Bootstrap, AccessError> {
    let key = place();
    let stored = store.get(&key).await?;
    if let Some(stored) = stored.filter(|_| !renew) {
        let text = std::str::from_utf8(&stored.bytes).map_err(|_| AccessError::Damaged)?;
        return Ok(Bootstrap { digest: text.parse().map_err(|_| AccessError::Damaged)?, fresh: None });
    }
    let token = tokens::fresh()?;
    let digest = Digest::of(token.expose().as_bytes());
    store.commit(Batch::new().put(key, digest.to_string())).await?;
    Ok(Bootstrap { digest, fresh: Some(token) })
}
