//! What a call needs to act for a connection.

use std::fmt;

use http::HeaderValue;
use serde::{Deserialize, Serialize};
use tieline_types::{Origin, Secret, Timestamp, tenant::Licensing};
use url::Url;

use crate::{Answers, Claims};

/// Whose authority a call uses. A connector never names a user, so it cannot be talked into acting as
/// somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The connection's own credential.
    App,
    /// The connection's signed-in service user.
    Service,
    /// The person who called the action.
    Actor(ActorRef),
}

/// A person, by the ids that Entra says to key people by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActorRef {
    /// Entra directory id (`tid`).
    pub directory_id: String,
    /// Object id in that directory (`oid`).
    pub object_id: String,
}

/// A credential that is good now, with the one place that it may be sent to.
pub struct Access {
    /// `Authorization` field, marked sensitive.
    pub authorization: HeaderValue,
    /// What relative addresses are relative to: the cloud's Graph, or the upstream instance that the token is
    /// for.
    pub base: Url,
    /// The origin of `base`: the credential goes there and nowhere else.
    pub origin: Origin,
    /// Different for every token of this process: says which one met a 401.
    pub generation: u64,
    /// When it was asked for.
    pub since: Timestamp,
    /// When the token ends by its own word, or by the provider's rule where it says none.
    pub expires: Timestamp,
    /// What the token says of itself.
    pub claims: Claims,
    /// How calls of metered Teams APIs are paid for, where the connection says it.
    pub licensing: Option<Licensing>,
    /// Where it lets in, for people, where the sign-in service says it.
    pub place: Option<String>,
    /// How the answers to calls with it are read.
    pub answers: &'static Answers,
}

impl Access {
    /// `Bearer <token>`; none if the token cannot stand in a header field.
    pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// `<token>`, for those who want it so.
    pub(crate) fn bare(token: &Secret) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(token.expose()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The same credential, good for longer.
    pub(crate) fn prolonged(&self, since: Timestamp, expires: Timestamp) -> Self {
        Self {
            authorization: self.authorization.clone(),
            base: self.base.clone(),
            origin: self.origin.clone(),
            generation: self.generation,
            since,
            expires,
            claims: self.claims.clone(),
            licensing: self.licensing,
            place: self.place.clone(),
            answers: self.answers,
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (origin, generation) = (&self.origin, self.generation);
        write!(f, "Access({origin}, generation {generation}, until {})", self.expires)
    }
}
