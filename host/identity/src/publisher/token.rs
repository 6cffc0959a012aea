//! The tokens that come with content. Pure: keys and expectations come from the caller.
//!
//! learn.microsoft.com, "Set up change notifications that include resource data", "Validate the authenticity of
//! notifications".

use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use tieline_types::Timestamp;

use crate::signed::{self, Unsigned};

/// Graph's own app that sends change notifications, in every cloud.
const PUBLISHER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/// Who issues tokens of version 1.0, as these are, beside the cloud's own sign-in service; before the directory's id.
const ISSUERS: [&str; 2] = ["https://sts.windows.net", "https://sts.chinacloudapi.cn"];

/// What a token must say.
pub(super) struct Expected<'a> {
    /// The app that subscribed.
    pub(super) client_id: &'a str,
    /// Its directory's id.
    pub(super) directory_id: &'a str,
    /// The issuer that the directory's discovery document names.
    pub(super) issuer: &'a str,
    /// When it came.
    pub(super) at: Timestamp,
}

/// Why a notification with content does not come from Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// None came with it.
    #[error("it has no validation token")]
    Missing,
    /// Not a token, or one without the claims that it must have.
    #[error("its validation token cannot be read")]
    Malformed,
    /// Of a stranger.
    #[error("its validation token is signed with a key that the directory does not publish")]
    Key,
    /// Changed, or made by somebody else.
    #[error("the signature of its validation token is wrong")]
    Signature,
    /// Sent to another subscriber.
    #[error("its validation token is meant for another app")]
    Audience,
    /// Of another directory.
    #[error("its validation token was issued by another directory")]
    Issuer,
    /// Another app's own token for this one.
    #[error("its validation token is not that of Graph's change notifications")]
    Publisher,
    /// Too old or too new when it came.
    #[error("its validation token was not valid when it came")]
    Time,
}

impl From<Unsigned> for Untrusted {
    fn from(unsigned: Unsigned) -> Self {
        match unsigned {
            Unsigned::Malformed => Self::Malformed,
            Unsigned::Key => Self::Key,
            Unsigned::Signature => Self::Signature,
            Unsigned::Audience => Self::Audience,
            Unsigned::Issuer => Self::Issuer,
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    exp: u64,
    #[serde(default)]
    nbf: u64,
    #[serde(default)]
    tid: Option<String>,
    /// Version 1.0.
    #[serde(default)]
    appid: Option<String>,
    /// Version 2.0.
    #[serde(default)]
    azp: Option<String>,
}

/// Whether one of the tokens proves that Graph sent them, to this app in this directory. A request may bring tokens for
/// other subscribers too; what is wrong with the last one is told.
pub(super) fn validate(tokens: &[String], keys: &JwkSet, expected: &Expected<'_>) -> Result<(), Untrusted> {
    let mut wrong = Untrusted::Missing;
    for token in tokens {
        match one(token, keys, expected) {
            Ok(()) => return Ok(()),
            Err(untrusted) => wrong = untrusted,
        }
    }
    Err(wrong)
}

fn one(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<(), Untrusted> {
    let issuers = ISSUERS.map(|issuer| format!("{issuer}/{}/", expected.directory_id));
    let issuers = [issuers[0].as_str(), issuers[1].as_str(), expected.issuer];
    let claims: Claims = signed::read(token, keys, expected.client_id, &issuers)?;
    if claims.tid.is_some_and(|tid| !tid.eq_ignore_ascii_case(expected.directory_id)) {
        return Err(Untrusted::Issuer);
    }
    // Both would be one too many.
    let publisher = match (&claims.appid, &claims.azp) {
        (Some(app), None) | (None, Some(app)) => app.eq_ignore_ascii_case(PUBLISHER),
        _ => false,
    };
    if !publisher {
        return Err(Untrusted::Publisher);
    }
    if signed::is_valid_at(claims.exp, claims.nbf, expected.at) { Ok(()) } else { Err(Untrusted::Time) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
    use proptest::prelude::*;
    use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
    use serde_json::{Value, json};
    use std::sync::LazyLock;

    const NOW: u64 = 1_800_000_000;
    const TID: &str = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
    const APP: &str = "aaaaaaaa-2b34-4da1-9baa-8bc8c9d6a490";

    static ISSUER: LazyLock<(EncodingKey, JwkSet)> = LazyLock::new(issuer);
    static FORGER: LazyLock<(EncodingKey, JwkSet)> = LazyLock::new(issuer);

    fn issuer() -> (EncodingKey, JwkSet) {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let key = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
        let mut public = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
        public.common.key_id = Some("k1".into());
        (key, JwkSet { keys: vec![public] })
    }

    fn good() -> Value {
        json!({
            "aud": APP, "iss": format!("https://sts.windows.net/{TID}/"), "tid": TID, "appid": PUBLISHER,
            "exp": NOW + 3_600, "nbf": NOW, "iat": NOW, "ver": "1.0",
        })
    }

    fn signed(by: &EncodingKey, kid: &str, claims: &Value) -> String {
        let header = Header { kid: Some(kid.into()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, by).unwrap()
    }

    fn judged(tokens: &[String]) -> Result<(), Untrusted> {
        let issuer = format!("https://login/{TID}/v2.0");
        let at = Timestamp(NOW * 1_000);
        let expected = Expected { client_id: APP, directory_id: TID, issuer: &issuer, at };
        validate(tokens, &ISSUER.1, &expected)
    }

    fn with(changes: &[(&str, Value)]) -> Result<(), Untrusted> {
        let mut claims = good();
        for (field, value) in changes {
            claims[*field] = value.clone();
        }
        judged(&[signed(&ISSUER.0, "k1", &claims)])
    }

    #[test]
    fn takes_what_graph_sent_to_this_app_in_either_version() {
        assert_eq!(with(&[]), Ok(()));
        let newer = [
            ("iss", json!(format!("https://login/{TID}/v2.0"))),
            ("appid", Value::Null),
            ("azp", json!(PUBLISHER)),
        ];
        assert_eq!(with(&newer), Ok(()));
        let mut other = good();
        other["aud"] = json!("another subscriber");
        let tokens = [signed(&ISSUER.0, "k1", &other), signed(&ISSUER.0, "k1", &good())];
        assert_eq!(judged(&tokens), Ok(()), "one of several");
    }

    #[test]
    fn refuses_each_forgery_by_name() {
        assert_eq!(judged(&[]), Err(Untrusted::Missing));
        assert_eq!(judged(&["token".into()]), Err(Untrusted::Malformed));
        assert_eq!(judged(&[signed(&FORGER.0, "k1", &good())]), Err(Untrusted::Signature));
        assert_eq!(judged(&[signed(&ISSUER.0, "k2", &good())]), Err(Untrusted::Key));
        assert_eq!(with(&[("aud", json!("other"))]), Err(Untrusted::Audience));
        assert_eq!(with(&[("iss", json!("https://sts.windows.net/other/"))]), Err(Untrusted::Issuer));
        let elsewhere = format!("https://sts.windows.net.evil.org/{TID}/");
        assert_eq!(with(&[("iss", json!(elsewhere))]), Err(Untrusted::Issuer));
        assert_eq!(with(&[("tid", json!("other"))]), Err(Untrusted::Issuer));
        assert_eq!(with(&[("appid", json!(APP))]), Err(Untrusted::Publisher));
        assert_eq!(with(&[("appid", Value::Null)]), Err(Untrusted::Publisher));
        assert_eq!(with(&[("azp", json!(APP))]), Err(Untrusted::Publisher));
        assert_eq!(with(&[("exp", json!(NOW - 301))]), Err(Untrusted::Time));
        assert_eq!(with(&[("nbf", json!(NOW + 301))]), Err(Untrusted::Time));
        assert_eq!(with(&[("exp", json!("never"))]), Err(Untrusted::Malformed));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever is changed in a token, it proves nothing. The last letter carries bits that stand for nothing.
        #[test]
        fn a_changed_token_proves_nothing(place: prop::sample::Index, letter in "[A-Za-z0-9_.-]") {
            let token = signed(&ISSUER.0, "k1", &good());
            let at = place.index(token.len() - 1);
            let mut changed = token.clone();
            changed.replace_range(at..=at, &letter);
            prop_assert_eq!(judged(&[changed.clone()]).is_ok(), changed == token, "{}", changed);
        }
    }
}
