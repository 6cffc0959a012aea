//! Sessions: a user name and a password begin one, and use keeps it alive.
//!
//! As Vault does it: a form, and an answer of 200 whose `responseStatus` says whether it is one. Nothing here says which
//! vault is meant but its address; so what came back is compared with it.

use http::{HeaderMap, HeaderValue, Method, header};
use serde::Deserialize;
use tieline_egress::Egress;
use tieline_types::{Origin, Secret};
use url::{Url, form_urlencoded};

use crate::{
    endpoint::Endpoint,
    oauth::{Http, NoToken, Token},
};

/// What a login answers. Everything may be missing: it may come from a proxy on the way.
#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
struct Body {
    response_status: String,
    session_id: String,
    vault_id: u64,
    vault_ids: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    id: u64,
    #[serde(default)]
    name: String,
    url: String,
}

/// Why an answer is no session.
#[derive(Debug, PartialEq, Eq)]
enum NoSession {
    /// It says so.
    Refused,
    /// It is none at all.
    Malformed,
    /// It is one of another vault.
    Elsewhere(String),
}

/// Begins a session, once.
pub(crate) async fn begin(
    egress: &Egress,
    endpoint: &Endpoint,
    username: &Secret,
    password: &Secret,
) -> Result<Token, NoToken> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("username", username.expose())
        .append_pair("password", password.expose())
        .append_pair("vaultDNS", &authority(&endpoint.origin))
        .finish();
    let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, form_type), accept_json()]);
    let http = Http { egress, endpoint };
    let answer = http.answer(Method::POST, endpoint.url.clone(), headers, form.into()).await?;
    read(&answer.body, &endpoint.origin).map_err(|why| match why {
        NoSession::Refused => NoToken::Refused(answer),
        NoSession::Malformed => NoToken::Malformed,
        NoSession::Elsewhere(place) => NoToken::Elsewhere(place),
    })
}

/// Whether a session is alive, and so for another while.
pub(crate) async fn keep_alive(
    egress: &Egress,
    endpoint: &Endpoint,
    url: Url,
    authorization: &HeaderValue,
) -> Result<bool, NoToken> {
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, authorization.clone()), accept_json()]);
    let answer = Http { egress, endpoint }.answer(Method::POST, url, headers, bytes::Bytes::new()).await?;
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(body.response_status == "SUCCESS")
}

fn accept_json() -> (header::HeaderName, HeaderValue) {
    (header::ACCEPT, HeaderValue::from_static("application/json"))
}

fn read(body: &[u8], asked: &Origin) -> Result<Token, NoSession> {
    let body: Body = serde_json::from_slice(body).map_err(|_| NoSession::Malformed)?;
    match body.response_status.as_str() {
        "SUCCESS" | "WARNING" if !body.session_id.is_empty() => {}
        "FAILURE" | "EXCEPTION" => return Err(NoSession::Refused),
        _ => return Err(NoSession::Malformed),
    }
    let mut places = body.vault_ids.into_iter();
    let place = places.find(|place| place.id == body.vault_id).ok_or(NoSession::Malformed)?;
    let there = Url::parse(&place.url).ok().and_then(|url| Origin::of(&url).ok());
    let name: String = place.name.chars().take(80).collect();
    // By host and port: Vault writes https whatever brought us here.
    if there.map(|there| authority(&there)) != Some(authority(asked)) {
        return Err(NoSession::Elsewhere(format!("{} ({name})", place.id)));
    }
    Ok(Token {
        access_token: Secret::new(&body.session_id),
        expires_in: None,
        refresh_token: None,
        id_token: None,
        instance_url: None,
        place: Some(format!("vault {} ({name})", place.id)),
    })
}

/// `acme.veevavault.com`, with the port where it is not the usual one.
fn authority(origin: &Origin) -> String {
    let text = origin.to_string();
    text.split_once("://").map_or(text.clone(), |(_, authority)| authority.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(body: &str) -> Result<Option<String>, NoSession> {
        let asked = "https://acme.veevavault.com".parse().unwrap();
        read(body.as_bytes(), &asked).map(|token| token.place)
    }

    #[test]
    fn a_session_counts_in_the_vault_that_was_asked_for_only() {
        let vaults = r#"[{"id":1,"name":"Acme","url":"https://ACME.veevavault.com/api"},
                         {"id":2,"name":"Other","url":"https://other.veevavault.com/api"}]"#;
        let body = |id: u32, vaults: &str| {
            format!(r#"{{"responseStatus":"SUCCESS","sessionId":"S","vaultId":{id},"vaultIds":{vaults}}}"#)
        };
        assert_eq!(reading(&body(1, vaults)), Ok(Some("vault 1 (Acme)".into())));
        let elsewhere = |name: &str| Err(NoSession::Elsewhere(name.to_owned()));
        assert_eq!(reading(&body(2, vaults)), elsewhere("2 (Other)"));
        assert_eq!(
            reading(&body(1, r#"[{"id":1,"url":"https://acme.veevavault.com.evil.org/api"}]"#)),
            elsewhere("1 ()")
        );
        assert_eq!(reading(&body(3, vaults)), Err(NoSession::Malformed));
        assert_eq!(reading(&body(1, "[]")), Err(NoSession::Malformed));
    }

    #[test]
    fn what_is_no_success_is_a_refusal_or_nothing() {
        for (body, wanted) in [
            (r#"{"responseStatus":"FAILURE","errors":[{"type":"USER_LOCKED_OUT"}]}"#, NoSession::Refused),
            (r#"{"responseStatus":"EXCEPTION"}"#, NoSession::Refused),
            (r#"{"responseStatus":"SUCCESS","vaultId":1,"vaultIds":[]}"#, NoSession::Malformed),
            ("{}", NoSession::Malformed),
            ("[]", NoSession::Malformed),
            ("<html>", NoSession::Malformed),
            ("", NoSession::Malformed),
        ] {
            assert_eq!(reading(body), Err(wanted), "{body}");
        }
    }
}
