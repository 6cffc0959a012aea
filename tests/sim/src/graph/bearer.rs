//! Access tokens as Graph sees them: verified once, then known by their text.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use parking_lot::RwLock;

use super::errors::GraphError;
use super::permissions::{Grants, Operation, Rule};
use crate::call::Call;
use crate::clock;
use crate::entra::{Claims, GRAPH_APP_ID, GRAPH_URI};
use crate::world::World;

/// Token texts remembered before the cache is emptied.
const REMEMBERED: usize = 4096;

/// A token that was verified.
#[derive(Debug)]
pub(super) struct Bearer {
    pub(super) app_id: String,
    pub(super) grants: Grants,
    expires: u64,
    operations: u32,
}

impl Bearer {
    pub(super) fn may(&self, operation: Operation) -> Result<(), GraphError> {
        if self.operations & operation.bit() == 0 {
            return Err(self.grants.refusal(operation));
        }
        Ok(())
    }

    /// Refuses unless one of the permissions of a rule is there.
    pub(super) fn needs(&self, rule: Rule) -> Result<(), GraphError> {
        if self.grants.meet(rule) { Ok(()) } else { Err(self.grants.refused(rule)) }
    }

    /// The signed-in user, if there is one.
    pub(super) fn user_id(&self) -> Option<&str> {
        match &self.grants {
            Grants::Application(_) => None,
            Grants::Delegated { user_id, .. } => Some(user_id),
        }
    }
}

/// Verified tokens. Checking a signature on every request would dominate the cost of answering it.
///
/// They are found by the end of their text, which is signature and hence as good as random: hashing
/// a kilobyte would cost more than all the rest of the look-up. The whole text is then compared.
#[derive(Debug, Default)]
pub(super) struct Cache(RwLock<HashMap<String, Known>>);

#[derive(Clone, Debug)]
struct Known {
    token: Arc<str>,
    /// The generation of consent and revocation in which it was verified.
    generation: u64,
    /// When Graph honours more of its roles, in milliseconds.
    until: Option<u64>,
    bearer: Arc<Bearer>,
}

fn tail(token: &str) -> &str {
    token.get(token.len().saturating_sub(32)..).unwrap_or(token)
}

/// The token of a request, if it is good now.
pub(super) fn check(world: &World, call: &Call<'_>) -> Result<Arc<Bearer>, GraphError> {
    let token = call
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or(GraphError::unauthenticated("Access token is empty."))?;
    // Revocation and changes of consent count this up, so that nothing stale is believed.
    let generation = world.entra.generation.load(Ordering::SeqCst);
    let known = world.graph.bearers.0.read().get(tail(token)).cloned();
    let bearer = match known {
        Some(known)
            if known.generation == generation
                && *known.token == *token
                && known.until.is_none_or(|until| clock::now_ms() < until) =>
        {
            known.bearer
        }
        _ => {
            let now = clock::now_ms();
            let bearer = Arc::new(verify(world, token, now)?);
            let mut known = world.graph.bearers.0.write();
            if known.len() >= REMEMBERED {
                known.clear();
            }
            let until = world.entra.consent.read().honours_more(now);
            let new = Known { token: Arc::from(token), generation, until, bearer: bearer.clone() };
            known.insert(tail(token).to_owned(), new);
            bearer
        }
    };
    if bearer.expires <= clock::now_s() {
        return Err(GraphError::unauthenticated("Access token has expired or is not yet valid."));
    }
    Ok(bearer)
}

fn verify(world: &World, token: &str, now_ms: u64) -> Result<Bearer, GraphError> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_audience(&[GRAPH_URI, GRAPH_APP_ID]);
    let claims = jsonwebtoken::decode::<Claims>(token, world.entra.keys.verifying(), &validation)
        .map_err(|error| {
            GraphError::unauthenticated(match error.kind() {
                ErrorKind::ExpiredSignature | ErrorKind::ImmatureSignature => {
                    "Access token has expired or is not yet valid."
                }
                ErrorKind::InvalidAudience => "Access token validation failure. Invalid audience.",
                ErrorKind::InvalidSignature => "Access token validation failure. Invalid signature.",
                _ => "CompactToken parsing failed with error code: 80049217",
            })
        })?
        .claims;
    if claims.number().is_none_or(|number| number <= world.entra.revoked.load(Ordering::SeqCst)) {
        return Err(GraphError::unauthenticated(
            "CompactToken validation failed with reason code: 80049228.",
        ));
    }
    let grants = match claims.scp {
        Some(scopes) => Grants::Delegated {
            user_id: claims.oid,
            scopes: scopes.split_whitespace().map(str::to_owned).collect(),
        },
        None => {
            let roles = claims.roles.unwrap_or_default();
            Grants::Application(world.entra.consent.read().honoured(roles, now_ms))
        }
    };
    Ok(Bearer { app_id: claims.appid, operations: grants.operations(), grants, expires: claims.exp })
}
