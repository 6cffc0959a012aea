//! What the host remembers between a browser's departure and its return, sealed and for a short time.

use std::{fmt, str::FromStr, time::Duration};

use aws_lc_rs::rand;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tieline_store::{Key, Op};
use tieline_types::{ConnectionKey, Digest, Secret, TenantId};

use crate::{ActorRef, ConnectionError, VaultError, people::record, sign_in::SignIn};

/// How long a link may be followed.
pub(super) const LINK: Duration = Duration::from_secs(60 * 60);
/// How long a browser may stay away. A code lives for ten minutes.
pub(super) const AWAY: Duration = Duration::from_secs(15 * 60);

/// What a browser goes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Errand {
    /// To sign a person in.
    Person,
    /// To sign the connection's service user in.
    Service,
    /// To have an administrator consent.
    Consent,
}

/// A link that was given out.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Link {
    pub(super) errand: Errand,
    pub(super) return_to: Option<String>,
    /// Nobody but this person signs in by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) only: Option<ActorRef>,
}

/// A browser that is away.
#[derive(Serialize, Deserialize)]
pub(super) struct Away {
    pub(super) link: Link,
    /// The digest of what the browser's cookie says.
    pub(super) browser: Digest,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// The link that it followed: gone with success.
    pub(super) followed: Digest,
}

/// An unguessable name with the place where it leads: `acme.microsoft.…`. Stored under its digest only.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Handle {
    pub(super) key: ConnectionKey,
    token: String,
}

impl Handle {
    pub(super) fn new(key: &ConnectionKey) -> Result<Self, ConnectionError> {
        Ok(Self { key: key.clone(), token: random()?.expose().to_owned() })
    }

    pub(super) fn digest(&self) -> Digest {
        Digest::of(self.token.as_bytes())
    }

    pub(super) fn place(&self) -> Key {
        place(&self.key, &self.digest())
    }

    /// The name of the cookie that belongs to it; several sign-ins of one browser do not meet.
    pub(super) fn cookie(&self) -> String {
        format!("tieline-{}", &self.digest().hex()[..16])
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.key.tenant, self.key.connection, self.token)
    }
}

impl FromStr for Handle {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(());
        let tenant: TenantId = part()?.parse().map_err(drop)?;
        let connection = part()?.parse().map_err(drop)?;
        let token = part()?;
        let ours =
            token.len() == 43 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        ours.then(|| Self { key: ConnectionKey { tenant, connection }, token: token.to_owned() }).ok_or(())
    }
}

/// Where what belongs to a handle lies: gone with the connection.
pub(super) fn place(key: &ConnectionKey, handle: &Digest) -> Key {
    record::all(key).part("browser").part(&handle.to_string())
}

/// 256 random bits as text.
pub(super) fn random() -> Result<Secret, ConnectionError> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| VaultError::Randomness)?;
    Ok(Secret::new(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

impl SignIn {
    /// The change that remembers something under a handle.
    pub(super) async fn remember(
        &self,
        handle: &Handle,
        what: &impl Serialize,
        lasts: Duration,
    ) -> Result<Op, ConnectionError> {
        let content = serde_json::to_vec(what).expect("plain data always becomes JSON");
        let purpose = purpose(handle);
        let sealed = self.vault.seal_content(&handle.key.tenant, &purpose, content).await?;
        let expires = Some(self.clock.now().after(lasts));
        Ok(Op::Put { key: handle.place(), value: sealed.into(), expires })
    }

    /// What was remembered under a handle, with its revision; none when it is over, or was something else.
    pub(super) async fn recall<T: DeserializeOwned>(
        &self,
        handle: &Handle,
    ) -> Result<Option<(T, u64)>, ConnectionError> {
        let Some(value) = self.store.get(&handle.place()).await? else { return Ok(None) };
        let content = self.vault.unseal_content(&handle.key.tenant, &purpose(handle), &value.bytes).await?;
        Ok(serde_json::from_slice(&content).ok().map(|what| (what, value.revision)))
    }
}

fn purpose(handle: &Handle) -> String {
    format!("connection {} browser {}", handle.key.connection, handle.digest())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_reads_back_and_nothing_else_does() {
        let key = ConnectionKey { tenant: "acme".parse().unwrap(), connection: "microsoft".parse().unwrap() };
        let handle = Handle::new(&key).unwrap();
        assert!(handle.to_string().parse::<Handle>().is_ok_and(|again| again == handle));
        assert_ne!(handle.place(), Handle::new(&key).unwrap().place());
        assert!(!handle.place().to_string().contains(&handle.token), "only the digest is stored");
        for bad in
            ["", "acme", "acme.microsoft", "acme.microsoft.", "Acme.microsoft.x", "acme.microsoft.../x"]
        {
            assert!(bad.parse::<Handle>().is_err(), "{bad}");
        }
    }
}
