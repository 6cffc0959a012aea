//! Access tokens: of this directory, for this environment.

use std::sync::atomic::Ordering;

use http::{HeaderValue, StatusCode};
use jsonwebtoken::{Algorithm, Validation};

use super::Refusal;
use crate::call::{self, Call, Reply};
use crate::entra::Claims;
use crate::world::World;

/// What the token of a request says, if it is good.
pub(super) fn check(world: &World, call: &Call<'_>) -> Result<Claims, Refusal> {
    let refused = || Refusal::Unauthorized(challenge_text(world));
    let token = call
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(refused)?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_audience(&world.entra.environments);
    let claims = jsonwebtoken::decode::<Claims>(token, world.entra.keys.verifying(), &validation)
        .map_err(|_| refused())?
        .claims;
    let revoked = world.entra.revoked.load(Ordering::SeqCst);
    if claims.number().is_none_or(|number| number <= revoked) {
        return Err(refused());
    }
    Ok(claims)
}

/// Where to get a token, for a client that reads it.
fn challenge_text(world: &World) -> String {
    let entra = &world.manifest().entra;
    let resource = world.entra.environments.first().map_or("", String::as_str);
    format!(
        "Bearer authorization_uri={entra}/{}/oauth2/authorize, resource_id={resource}/",
        world.entra.directory_id
    )
}

/// 401, without a body.
pub(super) fn challenge(text: &str) -> Reply {
    let mut reply = call::empty(StatusCode::UNAUTHORIZED);
    if let Ok(value) = HeaderValue::from_str(text) {
        reply.headers_mut().insert(http::header::WWW_AUTHENTICATE, value);
    }
    reply
}
