//! What a restoration ends: whatever was ended after the backup was made would come back with it.

use tieline_store::{Batch, Op, Pages, Store};
use tieline_types::Timestamp;

use crate::{AccessError, bootstrap, sessions, tokens};

/// How much was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Sessions of browsers.
    pub sessions: usize,
    /// API tokens that were good; the host's own is not among them.
    pub tokens: usize,
}

/// Ends all sessions of a store that was made of a backup; and unless they are to be kept, all API tokens, and the host's own:
/// its next start makes another one, and shows it. One commit.
///
/// # Errors
/// When the store fails, or holds a token that this version cannot read.
pub async fn restored(store: &dyn Store, now: Timestamp, keep_tokens: bool) -> Result<Ended, AccessError> {
    let sessions = Pages::all(store, sessions::all()).await?;
    let handed_over = Pages::all(store, sessions::all_handed_over()).await?;
    let mut ended = Ended { sessions: sessions.len(), tokens: 0 };
    let all = sessions.into_iter().chain(handed_over);
    let mut batch = Batch::new().ops(all.map(|(key, _)| Op::Delete { key }));
    if !keep_tokens {
        let revoked = tokens::all_revoked(store, now).await?;
        ended.tokens = revoked.len();
        batch = batch.ops(revoked).delete(bootstrap::place());
    }
    store.commit(batch).await?;
    Ok(ended)
}
