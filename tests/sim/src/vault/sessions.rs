//! Sessions: they end 20 minutes after their last use, and 48 hours after their beginning at the latest ("Session
//! Duration & Expiration").

use std::collections::HashMap;

use parking_lot::Mutex;

use super::errors::Failure;
use crate::call::Call;
use crate::ids;

const IDLE_MS: u64 = 20 * 60 * 1000;
const LONGEST_MS: u64 = 48 * 3600 * 1000;

/// Who is logged in.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

/// A session.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) user_id: String,
    /// It is one of another vault of the organisation.
    elsewhere: bool,
    begun_ms: u64,
    used_ms: u64,
}

impl Sessions {
    /// Begins a session; the answer is its id.
    pub(super) fn begin(&self, user_id: &str, elsewhere: bool, now: u64) -> String {
        let id = ids::hex_of(&ids::secret(20)) + &ids::hex_of(&ids::secret(20));
        let id = id.to_uppercase();
        let session = Session { user_id: user_id.to_owned(), elsewhere, begun_ms: now, used_ms: now };
        self.0.lock().insert(id.clone(), session);
        id
    }

    /// The session of a request, which begins to be idle anew.
    pub(super) fn check(&self, call: &Call<'_>, now: u64) -> Result<Session, Failure> {
        let id = given(call).ok_or_else(Failure::session)?;
        let mut live = self.0.lock();
        let session = live.get_mut(id).ok_or_else(Failure::session)?;
        if session.used_ms + IDLE_MS <= now || session.begun_ms + LONGEST_MS <= now || session.elsewhere {
            return Err(Failure::session());
        }
        session.used_ms = now;
        Ok(session.clone())
    }

    /// Ends the session of a request.
    pub(super) fn end(&self, call: &Call<'_>) {
        if let Some(id) = given(call) {
            self.0.lock().remove(id);
        }
    }

    /// Ends all; the answer is how many there were.
    pub(super) fn end_all(&self) -> usize {
        std::mem::take(&mut *self.0.lock()).len()
    }
}

/// The session id of a request: as it is, or behind `Bearer`.
pub(super) fn given<'a>(call: &Call<'a>) -> Option<&'a str> {
    let field = call.header("authorization")?.trim();
    let id = match field.split_once(' ') {
        Some((scheme, id)) if scheme.eq_ignore_ascii_case("bearer") => id.trim(),
        Some(_) => return None,
        None => field,
    };
    Some(id).filter(|id| !id.is_empty())
}
