//! Access tokens and refresh tokens. Access tokens are opaque and say nothing of their life: they
//! end two hours after their last use.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock};

use super::errors::ApiError;
use crate::call::Call;
use crate::{clock, ids};

const IDLE_SECONDS: u64 = 2 * 3600;

/// Who may come in.
#[derive(Debug)]
pub(super) struct Sessions {
    /// Access token to the second of its last use.
    live: RwLock<HashMap<String, AtomicU64>>,
    refresh: Mutex<HashSet<String>>,
    /// Each refresh gives a new refresh token and ends the old one.
    rotation: AtomicBool,
}

impl Sessions {
    pub(super) fn with_refresh_token(token: &str) -> Self {
        Self {
            live: RwLock::default(),
            refresh: Mutex::new(HashSet::from([token.to_owned()])),
            rotation: AtomicBool::new(false),
        }
    }

    /// Begins a session of this organisation; the answer is its access token.
    pub(super) fn begin(&self, org_id: &str) -> String {
        let token = format!("{}!AQ{}", org_id.get(..15).unwrap_or(org_id), ids::secret(94));
        self.live.write().insert(token.clone(), AtomicU64::new(clock::now_s()));
        token
    }

    /// The refresh token to hand out with a refresh: none, or with rotation a new one. `Err` if
    /// the given one is not good.
    pub(super) fn refresh(&self, token: &str) -> Result<Option<String>, ()> {
        let mut known = self.refresh.lock();
        if !known.contains(token) {
            return Err(());
        }
        if !self.rotation.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let next = format!("5Aep861{}", ids::secret(72));
        known.remove(token);
        known.insert(next.clone());
        Ok(Some(next))
    }

    /// Ends all refresh tokens; the answer is how many there were.
    pub(super) fn revoke_refresh_tokens(&self) -> usize {
        std::mem::take(&mut *self.refresh.lock()).len()
    }

    /// A new refresh token, as if somebody had signed in.
    pub(super) fn sign_in(&self) -> String {
        let token = format!("5Aep861{}", ids::secret(72));
        self.refresh.lock().insert(token.clone());
        token
    }

    /// Ends an access token or a refresh token. Says whether there was one.
    pub(super) fn revoke(&self, token: &str) -> bool {
        self.live.write().remove(token).is_some() || self.refresh.lock().remove(token)
    }

    /// Ends all access tokens; the answer is how many there were.
    pub(super) fn revoke_all(&self) -> usize {
        let mut live = self.live.write();
        let count = live.len();
        live.clear();
        count
    }

    pub(super) fn set_rotation(&self, on: bool) {
        self.rotation.store(on, Ordering::Relaxed);
    }

    /// Refuses a request without a good session.
    pub(super) fn check(&self, call: &Call<'_>) -> Result<(), ApiError> {
        let header = call.header("authorization").ok_or_else(ApiError::invalid_session)?;
        let token = match header.split_once(' ') {
            Some((scheme, token))
                if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth") =>
            {
                token.trim()
            }
            _ => {
                return Err(ApiError::new(
                    http::StatusCode::UNAUTHORIZED,
                    "INVALID_AUTH_HEADER",
                    "INVALID_HEADER_TYPE",
                ));
            }
        };
        let now = clock::now_s();
        let live = self.live.read();
        let used = live.get(token).ok_or_else(ApiError::invalid_session)?;
        if used.load(Ordering::Relaxed) + IDLE_SECONDS <= now {
            return Err(ApiError::invalid_session());
        }
        used.store(now, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotation_ends_the_old_refresh_token() {
        let sessions = Sessions::with_refresh_token("first");
        assert_eq!(sessions.refresh("first"), Ok(None));
        sessions.set_rotation(true);
        let second = sessions.refresh("first").unwrap().unwrap();
        assert_eq!(sessions.refresh("first"), Err(()));
        assert!(sessions.refresh(&second).unwrap().is_some());
    }
}
