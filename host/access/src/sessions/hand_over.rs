//! A panel inside another site's page. There a browser shows it no cookie of this host, and no sign-in page. So a window of
//! this host, where somebody is signed in, hands a session over: for one tenant, and for an agent's work at most.
//!
//! The panel makes a verifier and keeps it; the window is told its SHA-256, the challenge. What the window gets is a code,
//! good once and for a minute, and only together with the verifier: whoever else hears the code has nothing, and whoever
//! brings somebody to that window has nothing either, since the code is told to a page of this host alone.

use std::{net::IpAddr, time::Duration};

use aws_lc_rs::digest::{SHA256, digest as sha};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use tieline_store::{Batch, CommitError, Key, Space, StoreError};
use tieline_types::{Digest, Problem, Role, Secret, TenantId};

use super::{Found, LONGEST, NewSession, Record, digest, handed_over, place};
use crate::{Access, Refused, SignInError, random};

/// How long a code is good.
const GOOD: Duration = Duration::from_secs(60);

/// What a window gives to the panel that opened it.
#[derive(Debug)]
pub struct HandOver {
    /// Good once.
    pub code: Secret,
    /// For so long.
    pub lasts: Duration,
}

/// A code as it lies in the store, under its digest.
#[derive(Debug, Serialize, Deserialize)]
struct Handed {
    /// The digest of the session that hands over.
    session: Digest,
    tenant: TenantId,
    challenge: String,
}

fn place_of(code: &str) -> Key {
    Key::new(Space::Access).part("panel-code").part(&Digest::of(code.as_bytes()).hex())
}

impl Access {
    /// A code for the panel whose verifier has this challenge, of whoever has this session.
    ///
    /// # Errors
    /// [`SignInError::Refused`] for somebody with no right to the tenant, whether or not there is one, and when the
    /// challenge is none; [`SignInError::NotLetIn`] when the session is over, or is a panel's itself.
    pub async fn hand_over(
        &self,
        session: &Secret,
        tenant: &TenantId,
        challenge: &str,
    ) -> Result<HandOver, SignInError> {
        if !random::is_text(challenge) {
            return Err(SignInError::Refused(no_challenge()));
        }
        let Found { record, principal, .. } = self.found(&place(&digest(session))).await?;
        if record.panel.is_some() {
            return Err(Refused::Unknown.into());
        }
        if principal.rights.within(tenant, Role::Agent).is_none() {
            return Err(SignInError::Refused(no_right()));
        }
        let code = random::text()?;
        let session = Digest::of(session.expose().as_bytes());
        let handed = Handed { session, tenant: tenant.clone(), challenge: challenge.to_owned() };
        let handed = serde_json::to_vec(&handed).expect("plain data always becomes JSON");
        let until = self.clock.now().after(GOOD);
        let batch = Batch::new().put_until(place_of(code.expose()), handed, until);
        self.store.commit(batch).await.map_err(crate::AccessError::from)?;
        Ok(HandOver { code, lasts: GOOD })
    }

    /// A session for a panel, which ends no later than the one that was handed over. A code that is tried is used up,
    /// whatever comes of it.
    ///
    /// # Errors
    /// [`SignInError::Refused`] when the code is none, was used, or belongs to another verifier.
    pub async fn take_over(
        &self,
        code: &str,
        verifier: &str,
        before: Option<&Secret>,
        from: Option<IpAddr>,
    ) -> Result<NewSession, SignInError> {
        self.patient_with(from)?;
        let refused = || {
            self.failed(from);
            Err(SignInError::Refused(no_code()))
        };
        if !random::is_text(code) || !random::is_text(verifier) {
            return refused();
        }
        let place_of = place_of(code);
        loop {
            let Some(value) = self.store.get(&place_of).await.map_err(Refused::from)? else {
                return refused();
            };
            let handed = serde_json::from_slice::<Handed>(&value.bytes);
            let Handed { session, tenant, challenge } =
                handed.map_err(|_| Refused::Store(StoreError::Corrupt { what: "a panel's code" }))?;
            let used = Batch::new().expect(place_of.clone(), Some(value.revision)).delete(place_of.clone());
            let proven = BASE64_URL_SAFE_NO_PAD.encode(sha(&SHA256, verifier.as_bytes()));
            if !Self::same(&Secret::new(proven), &challenge) {
                match self.store.commit(used).await {
                    Ok(_) | Err(CommitError::Conflict { .. }) => return refused(),
                    Err(error) => return Err(crate::AccessError::from(error).into()),
                }
            }
            // Also signing out in between counts.
            let whose = place(&session.hex());
            let Found { value, record, .. } = match self.found(&whose).await {
                Err(Refused::Unknown) => return refused(),
                found => found?,
            };
            let record = Record { seen: self.clock.now(), panel: Some(tenant), ..record };
            let Ok(principal) = self.holds(&record).await else { return refused() };
            let id = random::text()?;
            let own = digest(&id);
            let batch = used
                .expect(whose, Some(value.revision))
                .put_until(place(&own), record.bytes(), record.ends())
                .put_until(handed_over(&session.hex()).part(&own), Vec::new(), record.since.after(LONGEST));
            match self.store.commit(self.ending(batch, before).await?).await {
                Ok(_) => {}
                // The session was used meanwhile, or the code.
                Err(CommitError::Conflict { .. }) => continue,
                Err(error) => return Err(crate::AccessError::from(error).into()),
            }
            if before.is_some() {
                self.tell_ending();
            }
            let lasts = record.since.after(LONGEST).since(self.clock.now());
            return Ok(NewSession { id, lasts, principal });
        }
    }
}

fn no_challenge() -> Problem {
    Problem::new("panel.challenge", "The address of this window has no challenge of a panel.")
        .remedy("Press “Sign in” in the panel; it opens this window by itself.")
}

fn no_right() -> Problem {
    Problem::new("panel.no-right", "You have no right to the records of this tenant.")
        .remedy("Ask an operator for a role in it, or sign out and in again as somebody who has one.")
}

fn no_code() -> Problem {
    Problem::new("panel.code-refused", "The code is none for this panel, was used already, or is too old.")
        .remedy("Press “Sign in” in the panel once more.")
}
