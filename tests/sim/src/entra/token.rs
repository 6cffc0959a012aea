//! The token endpoint: client credentials, authorization codes and refresh tokens
//! (v2-oauth2-client-creds-grant-flow, v2-oauth2-auth-code-flow).

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use super::claims::{self, Claims};
use super::errors::TokenError;
use super::{Directory, RefreshGrant, Version, people};
use crate::call::{self, Call, Reply};
use crate::world::World;
use crate::{clock, ids, seed};

pub(super) fn handle(world: &World, call: &Call<'_>, tenant: &str, version: Version) -> Reply {
    match answer(&world.entra, call, tenant, version) {
        Ok(body) => call::json(StatusCode::OK, &body),
        Err(error) => error.reply(call),
    }
}

type Form = HashMap<String, String>;

/// RFC 7523, section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn answer(
    directory: &Directory,
    call: &Call<'_>,
    tenant: &str,
    version: Version,
) -> Result<Value, TokenError> {
    if let Some(refusal) = directory.refusals.take() {
        return Err(refusal);
    }
    if !directory.is_named(tenant) {
        return Err(TokenError::unknown_tenant(tenant));
    }
    let mut form: Form = url::form_urlencoded::parse(call.body).into_owned().collect();
    let grant = required(&form, "grant_type")?.to_owned();
    take_basic(call, &mut form);
    let client = required(&form, "client_id")?;
    if !client.eq_ignore_ascii_case(&directory.client_id) {
        return Err(TokenError::unknown_client(client));
    }
    match grant.as_str() {
        "client_credentials" => {
            let resource = match version {
                Version::V2 => resource_of_scope(required(&form, "scope")?)?,
                Version::V1 => required(&form, "resource")?,
            };
            let acr = check_client(directory, call, &form)?;
            let audience = audience(directory, resource)?;
            Ok(app_token(directory, audience, version, resource, acr))
        }
        "refresh_token" => {
            let token = required(&form, "refresh_token")?;
            let acr = check_client(directory, call, &form)?;
            let grant = directory.used(token)?;
            user_token(directory, &form, grant, acr)
        }
        "authorization_code" => {
            let (code, redirect_uri) = (required(&form, "code")?, required(&form, "redirect_uri")?);
            let acr = check_client(directory, call, &form)?;
            let verifier = form.get("code_verifier").map(String::as_str);
            let code = people::redeem(&directory.people, code, redirect_uri, verifier)?;
            signed_in(directory, call, &form, code, acr)
        }
        other => Err(TokenError::unsupported_grant(other)),
    }
}

fn required<'a>(form: &'a Form, name: &str) -> Result<&'a str, TokenError> {
    match form.get(name) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => Err(TokenError::missing(name)),
    }
}

/// Client id and secret may come by HTTP Basic, form-encoded first (RFC 6749, 2.3.1).
fn take_basic(call: &Call<'_>, form: &mut Form) {
    let Some(encoded) = call.header("authorization").and_then(|value| value.strip_prefix("Basic ")) else {
        return;
    };
    let Some(pair) = STANDARD.decode(encoded).ok().and_then(|pair| String::from_utf8(pair).ok()) else {
        return;
    };
    if let Some((id, secret)) = pair.split_once(':') {
        form.insert("client_id".to_owned(), form_decoded(id));
        form.insert("client_secret".to_owned(), form_decoded(secret));
    }
}

fn form_decoded(text: &str) -> String {
    crate::percent::decode(&text.replace('+', " ")).into_owned()
}

/// Who the client is, by a secret or by an assertion. The answer is for the claim `appidacr`.
fn check_client(directory: &Directory, call: &Call<'_>, form: &Form) -> Result<&'static str, TokenError> {
    match form.get("client_assertion") {
        Some(assertion) if form.get("client_assertion_type").is_some_and(|kind| kind == JWT_BEARER) => {
            let endpoint = format!("{}{}", call.base(), call.path());
            directory.certificates.check(assertion, &directory.client_id, &endpoint)?;
            Ok("2")
        }
        _ => check_secret(directory, form).map(|()| "1"),
    }
}

fn check_secret(directory: &Directory, form: &Form) -> Result<(), TokenError> {
    let secret = form.get("client_secret").filter(|secret| !secret.is_empty());
    match secret {
        None => Err(TokenError::no_secret()),
        Some(secret) if *secret != directory.client_secret => {
            Err(TokenError::wrong_secret(&directory.client_id))
        }
        Some(_) if directory.secret_expired.load(Ordering::Relaxed) => {
            Err(TokenError::expired_secret(&directory.client_id))
        }
        Some(_) => Ok(()),
    }
}

/// One resource a request, with `/.default` behind it.
fn resource_of_scope(scope: &str) -> Result<&str, TokenError> {
    if scope.contains(' ') {
        return Err(TokenError::bad_scope(scope));
    }
    scope.strip_suffix("/.default").ok_or_else(|| TokenError::scope_without_default(scope))
}

/// The audience of a token for this resource. Clients that are pointed at the simulator ask for
/// its address; Graph goes by one name all the same, and a Dataverse environment by its address.
fn audience(directory: &Directory, resource: &str) -> Result<String, TokenError> {
    let plain = resource.trim_end_matches('/');
    if let Some(environment) = directory.environments.iter().find(|known| known.eq_ignore_ascii_case(plain)) {
        return Ok(environment.clone());
    }
    if !directory.resources.iter().any(|known| known.eq_ignore_ascii_case(plain)) {
        return Err(TokenError::unknown_resource(resource));
    }
    let audience = if plain == super::GRAPH_APP_ID { plain } else { super::GRAPH_URI };
    Ok(audience.to_owned())
}

/// A token without a user. It is issued even if nothing is consented, and never comes with a
/// refresh token or an id token.
fn app_token(directory: &Directory, audience: String, version: Version, resource: &str, acr: &str) -> Value {
    // Only Graph's permissions are consented to here; Dataverse has roles of its own.
    let roles = match directory.environments.contains(&audience) {
        true => Vec::new(),
        false => directory.consent.read().roles(clock::now_ms()),
    };
    let claims = Claims {
        idtyp: "app".to_owned(),
        appidacr: acr.to_owned(),
        oid: directory.service_principal.clone(),
        sub: directory.service_principal.clone(),
        roles: (!roles.is_empty()).then_some(roles),
        ..common_claims(directory, audience)
    };
    let lifetime = claims.exp - claims.iat;
    let token = directory.keys.sign(&claims);
    match version {
        Version::V2 => json!({
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
            "access_token": token,
        }),
        // Version 1 writes its numbers as strings.
        Version::V1 => json!({
            "token_type": "Bearer",
            "expires_in": lifetime.to_string(),
            "ext_expires_in": lifetime.to_string(),
            "expires_on": claims.exp.to_string(),
            "not_before": claims.nbf.to_string(),
            "resource": resource,
            "access_token": token,
        }),
    }
}

/// A token for a user, and a new refresh token. The old one stays good: using it does not revoke it.
fn user_token(
    directory: &Directory,
    form: &Form,
    grant: RefreshGrant,
    acr: &str,
) -> Result<Value, TokenError> {
    let scopes = narrowed(directory, form, &grant)?;
    let user = seed::USERS.iter().find(|user| user.object_id() == grant.user_id);
    let claims = Claims {
        idtyp: "user".to_owned(),
        appidacr: acr.to_owned(),
        oid: grant.user_id.clone(),
        sub: ids::secret(43),
        scp: Some(scopes.join(" ")),
        upn: user.map(seed::SeedUser::email),
        ..common_claims(directory, super::GRAPH_URI.to_owned())
    };
    let lifetime = claims.exp - claims.iat;
    Ok(json!({
        "token_type": "Bearer",
        "scope": scopes.join(" "),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": directory.keys.sign(&claims),
        "refresh_token": directory.new_refresh_token(grant),
    }))
}

/// The answer to a code: with a refresh token for `offline_access` and an id token for `openid`.
fn signed_in(
    directory: &Directory,
    call: &Call<'_>,
    form: &Form,
    code: people::Code,
    acr: &str,
) -> Result<Value, TokenError> {
    let consented = directory.people.delegated();
    let asked = |name: &str| code.scope.split_whitespace().any(|scope| scope == name);
    let names = || code.scope.split_whitespace().map(|scope| scope.rsplit('/').next().unwrap_or(scope));
    let scopes = match names().any(|name| name == ".default") {
        true => consented,
        false => {
            consented.into_iter().filter(|held| names().any(|name| name.eq_ignore_ascii_case(held))).collect()
        }
    };
    let grant = RefreshGrant { user_id: code.user_id.clone(), scopes, revoked: false };
    let mut body = user_token(directory, form, grant, acr)?;
    if !asked("offline_access")
        && let Some(body) = body.as_object_mut()
    {
        body.remove("refresh_token");
    }
    if asked("openid") {
        body["id_token"] = json!(people::id_token(directory, call, &code.user_id, code.nonce));
    }
    Ok(body)
}

/// The scopes asked for, which must have been granted; all of them if none is named.
fn narrowed(directory: &Directory, form: &Form, grant: &RefreshGrant) -> Result<Vec<String>, TokenError> {
    let mut scopes = Vec::new();
    for asked in form.get("scope").map_or("", String::as_str).split_whitespace() {
        let (resource, name) = asked.rsplit_once('/').unwrap_or((super::GRAPH_URI, asked));
        audience(directory, resource)?;
        match name {
            "openid" | "profile" | "email" | "offline_access" => {}
            ".default" => scopes.clone_from(&grant.scopes),
            _ if grant.scopes.iter().any(|granted| granted.eq_ignore_ascii_case(name)) => {
                scopes.push(name.to_owned());
            }
            _ => return Err(TokenError::not_consented(&directory.client_id)),
        }
    }
    Ok(if scopes.is_empty() { grant.scopes.clone() } else { scopes })
}

fn common_claims(directory: &Directory, aud: String) -> Claims {
    let now = clock::now_s();
    let number = directory.issued.fetch_add(1, Ordering::SeqCst) + 1;
    Claims {
        aud,
        iss: format!("https://sts.windows.net/{}/", directory.directory_id),
        iat: now,
        nbf: now,
        exp: now + directory.lifetime.load(Ordering::Relaxed),
        appid: directory.client_id.clone(),
        idp: format!("https://sts.windows.net/{}/", directory.directory_id),
        tid: directory.directory_id.clone(),
        uti: claims::uti(number),
        ver: "1.0".to_owned(),
        ..Claims::default()
    }
}

impl Directory {
    /// What a refresh token stands for. Using it leaves it good, as Entra does, unless rotation is strict.
    fn used(&self, token: &str) -> Result<RefreshGrant, TokenError> {
        let mut refresh = self.refresh.lock();
        let grant = refresh.get(token).cloned().ok_or_else(TokenError::bad_refresh_token)?;
        if grant.revoked {
            return Err(TokenError::revoked_grant());
        }
        if self.people.is_strict() {
            refresh.remove(token);
        }
        Ok(grant)
    }

    pub(super) fn new_refresh_token(&self, grant: RefreshGrant) -> String {
        let token = format!("1.{}", ids::secret(96));
        self.refresh.lock().insert(token.clone(), grant);
        token
    }
}
