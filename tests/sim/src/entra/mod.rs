//! Entra ID: discovery, keys, tokens and sign-in pages of one directory.
//!
//! After the Microsoft identity platform documentation (v2-protocols-oidc, v2-oauth2-client-creds-
//! grant-flow, reference-error-codes, access-token-claims-reference).

mod certificates;
mod claims;
mod consent;
mod discovery;
mod errors;
mod keys;
mod people;
mod refusals;
mod script;
mod scripted;
mod token;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64};

use http::{Method, StatusCode};
use parking_lot::{Mutex, RwLock};

use crate::call::{self, Call, Reply};
use crate::world::World;
use crate::{ids, percent};

pub(crate) use claims::Claims;
pub(crate) use consent::Consent;
pub(crate) use errors::usual_error;
pub use keys::KeyError;
pub(crate) use keys::Keys;
pub use people::{Administrator, AppChange, Keyboard};
pub use script::{ConsentChange, UnknownUser};
pub use scripted::UnknownCode;

use certificates::Certificates;
use errors::TokenError;
use people::People;

/// Microsoft Graph's own application id, which is an accepted audience.
pub(crate) const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";
/// Microsoft Graph's resource URI.
pub(crate) const GRAPH_URI: &str = "https://graph.microsoft.com";

/// One directory with one app registration.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) directory_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// The object id of the app's service principal: `oid` and `sub` of app-only tokens.
    pub(crate) service_principal: String,
    pub(crate) keys: Keys,
    /// What tokens may be asked for: Graph's URI, its id, and where our Graph listens.
    pub(crate) resources: Vec<String>,
    /// Where our Dataverse listens: each address is a resource by its own name.
    pub(crate) environments: Vec<String>,
    pub(crate) consent: RwLock<Consent>,
    /// What the token endpoint is to refuse with.
    pub(crate) refusals: scripted::Refusals,
    /// `expires_in` of new tokens, in seconds.
    pub(crate) lifetime: AtomicU64,
    pub(crate) secret_expired: AtomicBool,
    /// How many tokens were issued; the number of a token is in its `uti` claim.
    pub(crate) issued: AtomicU64,
    /// Tokens with a number up to this one are revoked.
    pub(crate) revoked: AtomicU64,
    /// Counts changes that make Graph look at a token afresh.
    pub(crate) generation: AtomicU64,
    /// Refresh tokens of signed-in users.
    refresh: Mutex<HashMap<String, RefreshGrant>>,
    pub(crate) people: People,
    pub(crate) certificates: Certificates,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub(crate) struct RefreshGrant {
    pub(crate) user_id: String,
    pub(crate) scopes: Vec<String>,
    /// The user's sign-ins were ended.
    pub(crate) revoked: bool,
}

impl Directory {
    pub(crate) fn new(keys: Keys, graph_bases: &[String], environments: &[String]) -> Self {
        let mut resources = vec![GRAPH_URI.to_owned(), GRAPH_APP_ID.to_owned()];
        resources.extend_from_slice(graph_bases);
        Self {
            directory_id: ids::guid_of("directory"),
            client_id: ids::guid_of("app"),
            client_secret: format!("{}~{}", ids::secret(3), ids::secret(36)),
            service_principal: ids::guid_of("service-principal"),
            keys,
            resources,
            environments: environments.to_vec(),
            consent: RwLock::new(Consent::seeded()),
            refusals: scripted::Refusals::default(),
            lifetime: AtomicU64::new(3599),
            secret_expired: AtomicBool::new(false),
            issued: AtomicU64::new(0),
            revoked: AtomicU64::new(0),
            generation: AtomicU64::new(0),
            refresh: Mutex::default(),
            people: People::default(),
            certificates: Certificates::default(),
        }
    }

    /// Whether `tenant` in a path names this directory. Guids are compared without case, as are
    /// domains; `common` and `organizations` lead here because there is only one directory.
    fn is_named(&self, tenant: &str) -> bool {
        [self.directory_id.as_str(), crate::seed::DOMAIN, "common", "organizations"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(tenant))
    }
}

pub(crate) fn handle(world: &World, call: &Call<'_>) -> Reply {
    let path = percent::decode(call.path());
    let (tenant, rest) = path.trim_start_matches('/').split_once('/').unwrap_or(("", ""));
    match (call.method(), rest) {
        (&Method::POST, "oauth2/v2.0/token") => token::handle(world, call, tenant, Version::V2),
        (&Method::POST, "oauth2/token") => token::handle(world, call, tenant, Version::V1),
        (&Method::GET | &Method::POST, "oauth2/v2.0/authorize") => people::authorize(world, call, tenant),
        (&Method::GET | &Method::POST, "v2.0/adminconsent") => people::admin_consent(world, call, tenant),
        (&Method::GET, "v2.0/.well-known/openid-configuration") => {
            discovery::handle(&world.entra, call, tenant, Version::V2)
        }
        (&Method::GET, ".well-known/openid-configuration") => {
            discovery::handle(&world.entra, call, tenant, Version::V1)
        }
        (&Method::GET, "discovery/v2.0/keys" | "discovery/keys") => {
            if world.entra.is_named(tenant) {
                call::json(StatusCode::OK, &world.entra.keys.jwks())
            } else {
                TokenError::unknown_tenant(tenant).reply(call)
            }
        }
        _ => call::empty(StatusCode::NOT_FOUND),
    }
}

/// The protocol version of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2,
}
