//! OAuth ("OAuth 2.0 Client Credentials Flow", "OAuth 2.0 Refresh Token Flow", "Revoke OAuth
//! Tokens", "Query for User Information").

use std::borrow::Cow;
use std::collections::HashMap;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::{Org, seeded};
use crate::call::{self, Call, Reply};
use crate::clock;
use crate::world::World;

type Refusal = (Cow<'static, str>, Cow<'static, str>);

fn refusal(error: &'static str, description: &'static str) -> Refusal {
    (error.into(), description.into())
}

pub(super) fn token(world: &World, call: &Call<'_>) -> Reply {
    match granted(&world.salesforce, call) {
        Ok(refresh_token) => issue(&world.salesforce, call, refresh_token),
        Err((error, description)) => {
            call::json(StatusCode::BAD_REQUEST, &json!({"error": error, "error_description": description}))
        }
    }
}

/// The refresh token to hand out, if any; or why there is no access token.
fn granted(org: &Org, call: &Call<'_>) -> Result<Option<String>, Refusal> {
    if let Some(scripted) = org.refusals.next() {
        return Err(scripted);
    }
    let mut form: HashMap<String, String> = url::form_urlencoded::parse(call.body).into_owned().collect();
    take_basic(call, &mut form);
    let field = |name: &str| form.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let grant =
        field("grant_type").ok_or_else(|| refusal("unsupported_grant_type", "grant type not supported"))?;
    if !matches!(grant, "client_credentials" | "refresh_token") {
        return Err(refusal("unsupported_grant_type", "grant type not supported"));
    }
    if field("client_id") != Some(&org.client_id) {
        return Err(refusal("invalid_client_id", "client identifier invalid"));
    }
    // Both flows are of a confidential client here.
    if field("client_secret") != Some(&org.client_secret) {
        return Err(refusal("invalid_client", "invalid client credentials"));
    }
    match grant {
        "refresh_token" => {
            let token = field("refresh_token").unwrap_or_default();
            let expired = refusal("invalid_grant", "expired access/refresh token");
            org.sessions.refresh(token).map_err(|()| expired)
        }
        _ => Ok(None),
    }
}

fn take_basic(call: &Call<'_>, form: &mut HashMap<String, String>) {
    let encoded = call.header("authorization").and_then(|value| value.strip_prefix("Basic "));
    let pair = encoded
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|pair| String::from_utf8(pair).ok());
    if let Some((id, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
        form.insert("client_id".to_owned(), crate::percent::decode(id).into_owned());
        form.insert("client_secret".to_owned(), crate::percent::decode(secret).into_owned());
    }
}

/// The answer has no `expires_in`: only a refused request shows that a session has ended.
fn issue(org: &Org, call: &Call<'_>, refresh_token: Option<String>) -> Reply {
    let base = call.base();
    let identity = format!("{base}/id/{}/{}", org.org_id, org.user_id);
    let issued_at = clock::now_ms().to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, org.client_secret.as_bytes());
    let signature = hmac::sign(&key, format!("{identity}{issued_at}").as_bytes());
    let mut body = json!({
        "access_token": org.sessions.begin(&org.org_id),
        "signature": STANDARD.encode(signature.as_ref()),
        "scope": "api refresh_token",
        "instance_url": base,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "api_instance_url": base,
    });
    if let Some(token) = refresh_token {
        body["refresh_token"] = token.into();
    }
    call::json(StatusCode::OK, &body)
}

/// The token comes in the body, or in the query of a GET.
pub(super) fn revoke(world: &World, call: &Call<'_>) -> Reply {
    let in_body = url::form_urlencoded::parse(call.body)
        .find(|(name, _)| name == "token")
        .map(|(_, token)| token.into_owned());
    let token = in_body.or_else(|| call.parameter("token")).unwrap_or_default();
    if world.salesforce.sessions.revoke(&token) {
        return call::empty(StatusCode::OK);
    }
    call::json(
        StatusCode::BAD_REQUEST,
        &json!({
            "error": "unsupported_token_type",
            "error_description": "this token type is not supported",
        }),
    )
}

pub(super) fn userinfo(world: &World, call: &Call<'_>) -> Reply {
    let org = &world.salesforce;
    if org.sessions.check(call).is_err() {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        return call::raw(StatusCode::FORBIDDEN, text, Bytes::from_static(b"Bad_OAuth_Token"));
    }
    let base = call.base();
    call::json(
        StatusCode::OK,
        &json!({
            "sub": format!("{base}/id/{}/{}", org.org_id, org.user_id),
            "id": format!("{base}/id/{}/{}", org.org_id, org.user_id),
            "user_id": org.user_id,
            "organization_id": org.org_id,
            "preferred_username": org.username,
            "username": org.username,
            "nickname": "tieline",
            "name": seeded::INTEGRATION_NAME,
            "display_name": seeded::INTEGRATION_NAME,
            "email": org.username,
            "email_verified": true,
            "active": true,
            "user_type": "STANDARD",
            "language": "en_US",
            "locale": "en_GB",
            "zoneinfo": "Europe/London",
            "utcOffset": 0,
            "urls": {
                "rest": format!("{base}/services/data/v{{version}}/"),
                "sobjects": format!("{base}/services/data/v{{version}}/sobjects/"),
                "query": format!("{base}/services/data/v{{version}}/query/"),
            },
        }),
    )
}
