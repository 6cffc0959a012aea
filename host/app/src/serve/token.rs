//! The API token: made at the first start, shown once, kept as its digest.

use aws_lc_rs::rand;
use tieline_store::{Batch, CommitError, Key, Space, Store, StoreError};
use tieline_types::{Digest, Secret};

/// Why there is no API token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// The store does not answer.
    #[error("reading the API token's digest failed")]
    Read(#[source] StoreError),
    /// What is stored is no digest.
    #[error("the stored digest of the API token is damaged: `tieline serve --new-token` replaces it")]
    Damaged,
    /// The store does not take it.
    #[error("storing the API token's digest failed")]
    Write(#[source] CommitError),
    /// The system gives no randomness.
    #[error("making an API token failed: no randomness")]
    Random,
}

/// The host's API token as far as it is known.
#[derive(Debug)]
pub(crate) struct ApiToken {
    /// Its SHA-256: all that is kept.
    pub(crate) digest: Digest,
    /// The token itself, if it was made just now.
    pub(crate) fresh: Option<Secret>,
}

/// The stored token, or a new one at the first start and when asked for. A new one is durable before it is
/// shown, and the old one is void from then on.
pub(crate) async fn load(store: &dyn Store, renew: bool) -> Result<ApiToken, TokenError> {
    let key = Key::new(Space::Host).part("api-token");
    let stored = store.get(&key).await.map_err(TokenError::Read)?;
    if let Some(stored) = stored.filter(|_| !renew) {
        let text = std::str::from_utf8(&stored.bytes).map_err(|_| TokenError::Damaged)?;
        return Ok(ApiToken { digest: text.parse().map_err(|_| TokenError::Damaged)?, fresh: None });
    }
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| TokenError::Random)?;
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let token = Secret::new(format!("tl_{digits}"));
    let digest = Digest::of(token.expose().as_bytes());
    store.commit(Batch::new().put(key, digest.to_string())).await.map_err(TokenError::Write)?;
    Ok(ApiToken { digest, fresh: Some(token) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{path::Path, sync::Arc};
    use tieline_types::SystemClock;

    fn store(dir: &Path) -> Arc<dyn Store> {
        tieline_store::open("sled:data", dir, Arc::new(SystemClock)).unwrap()
    }

    #[tokio::test]
    async fn is_shown_once_and_replaced_only_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let first = load(&*store, false).await.unwrap();
        let token = first.fresh.unwrap();
        assert!(token.expose().starts_with("tl_") && token.expose().len() == 67);
        assert_eq!(first.digest, Digest::of(token.expose().as_bytes()));

        let again = load(&*store, false).await.unwrap();
        assert_eq!((again.digest, again.fresh), (first.digest, None));

        let renewed = load(&*store, true).await.unwrap();
        assert!(renewed.fresh.is_some() && renewed.digest != first.digest);
        assert_eq!(load(&*store, false).await.unwrap().digest, renewed.digest);
    }
}
