//! Who signed in, by the id token. Pure: keys and expectations come from the caller.
//!
//! learn.microsoft.com, "ID tokens in the Microsoft identity platform" and "ID token claims reference".

use std::collections::BTreeMap;

use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use serde_json::Value;
use tieline_types::Timestamp;

use crate::signed::{self, Unsigned};

/// What the token must say.
pub(super) struct Expected<'a> {
    pub(super) client_id: &'a str,
    /// The issuer that the directory's discovery document names.
    pub(super) issuer: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// A person, as the token names them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Who {
    /// The directory.
    pub(super) tid: String,
    /// The person in it. Never `sub`, which is another one for each app.
    pub(super) oid: String,
    #[serde(default)]
    pub(super) preferred_username: String,
    #[serde(default)]
    pub(super) name: String,
    /// App roles that the directory gave this person.
    #[serde(default)]
    pub(super) roles: Vec<String>,
    /// Groups that they are a member of, where the app registration asks for them.
    #[serde(default)]
    pub(super) groups: Vec<String>,
    /// Claims that are left out, and where to ask for them: groups, when there are more than 200.
    #[serde(default, rename = "_claim_names")]
    left_out: BTreeMap<String, Value>,
}

impl Who {
    /// Whether they are in more groups than a token has room for: then it names none.
    pub(super) fn has_too_many_groups(&self) -> bool {
        self.left_out.contains_key("groups")
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    nonce: Option<String>,
    exp: u64,
    #[serde(default)]
    nbf: u64,
    #[serde(flatten)]
    who: Who,
}

/// Why an id token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Invalid {
    #[error("it cannot be read")]
    Malformed,
    #[error("it is signed with a key that the directory does not publish")]
    Key,
    #[error("its signature is wrong")]
    Signature,
    #[error("it is meant for another app")]
    Audience,
    #[error("it was issued by somebody else")]
    Issuer,
    #[error("it answers another sign-in")]
    Nonce,
    #[error("it is not valid at this time")]
    Time,
}

impl From<Unsigned> for Invalid {
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

/// Reads and validates a token: signature, audience, issuer and its directory, nonce, time.
pub(super) fn validate(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<Who, Invalid> {
    let claims = signed::read::<Claims>(token, keys, expected.client_id, &[expected.issuer])?;
    let Claims { iss, nonce, exp, nbf, who } = claims;
    if iss.trim_end_matches("/v2.0").rsplit('/').next() != Some(who.tid.as_str()) || who.oid.is_empty() {
        return Err(Invalid::Issuer);
    }
    if nonce.as_deref() != Some(expected.nonce) {
        return Err(Invalid::Nonce);
    }
    if !signed::is_valid_at(exp, nbf, expected.now) {
        return Err(Invalid::Time);
    }
    Ok(who)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
    use proptest::prelude::*;
    use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
    use serde_json::json;
    use std::sync::LazyLock;

    const NOW: u64 = 1_800_000_000;
    const TID: &str = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";

    struct Issuer {
        key: EncodingKey,
        set: JwkSet,
    }

    static ISSUER: LazyLock<Issuer> = LazyLock::new(|| issuer("k1"));
    static FORGER: LazyLock<Issuer> = LazyLock::new(|| issuer("k1"));

    fn issuer(id: &str) -> Issuer {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let key = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
        let mut public = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
        public.common.key_id = Some(id.into());
        Issuer { key, set: JwkSet { keys: vec![public] } }
    }

    fn good() -> Value {
        json!({
            "aud": "client", "iss": format!("https://login/{TID}/v2.0"), "tid": TID, "oid": "o", "sub": "s",
            "nonce": "n", "exp": NOW + 3_600, "nbf": NOW, "iat": NOW, "name": "Priya Singh",
            "preferred_username": "priya@lakeside.example",
        })
    }

    fn signed(by: &Issuer, kid: &str, claims: &Value) -> String {
        let header = Header { kid: Some(kid.into()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &by.key).unwrap()
    }

    fn read(token: &str) -> Result<Who, Invalid> {
        let issuer = format!("https://login/{TID}/v2.0");
        let expected =
            Expected { client_id: "client", issuer: &issuer, nonce: "n", now: Timestamp(NOW * 1_000) };
        validate(token, &ISSUER.set, &expected)
    }

    #[test]
    fn takes_what_the_directory_signed_for_this_sign_in() {
        let who = read(&signed(&ISSUER, "k1", &good())).unwrap();
        assert_eq!((who.oid.as_str(), who.name.as_str()), ("o", "Priya Singh"));
        assert!(who.groups.is_empty() && !who.has_too_many_groups());
    }

    #[test]
    fn knows_groups_and_that_there_are_too_many_to_name() {
        let mut claims = good();
        claims["groups"] = json!(["g1", "g2"]);
        assert_eq!(read(&signed(&ISSUER, "k1", &claims)).unwrap().groups, ["g1", "g2"]);
        let mut claims = good();
        claims["_claim_names"] = json!({ "groups": "src1" });
        claims["_claim_sources"] = json!({ "src1": { "endpoint": "https://graph/…" } });
        assert!(read(&signed(&ISSUER, "k1", &claims)).unwrap().has_too_many_groups());
    }

    #[test]
    fn refuses_each_forgery_by_name() {
        let with = |field: &str, value: Value| {
            let mut claims = good();
            claims[field] = value;
            read(&signed(&ISSUER, "k1", &claims)).unwrap_err()
        };
        assert_eq!(read(&signed(&FORGER, "k1", &good())), Err(Invalid::Signature));
        assert_eq!(read(&signed(&ISSUER, "k2", &good())), Err(Invalid::Key));
        assert_eq!(with("aud", json!("other")), Invalid::Audience);
        assert_eq!(
            with("iss", json!("https://evil/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0")),
            Invalid::Issuer
        );
        assert_eq!(with("tid", json!("00000000-0000-0000-0000-000000000000")), Invalid::Issuer);
        assert_eq!(with("oid", json!("")), Invalid::Issuer);
        assert_eq!(with("nonce", json!("other")), Invalid::Nonce);
        assert_eq!(with("nonce", Value::Null), Invalid::Nonce);
        assert_eq!(with("exp", json!(NOW - 301)), Invalid::Time);
        assert_eq!(with("nbf", json!(NOW + 301)), Invalid::Time);
        assert_eq!(with("exp", json!("never")), Invalid::Malformed);
    }

    #[test]
    fn refuses_other_algorithms_than_the_directorys() {
        let header = |alg| Header { kid: Some("k1".into()), ..Header::new(alg) };
        // The public key as a shared secret: the classic confusion.
        let secret = EncodingKey::from_secret(&serde_json::to_vec(&ISSUER.set).unwrap());
        let confused = jsonwebtoken::encode(&header(Algorithm::HS256), &good(), &secret).unwrap();
        let other = jsonwebtoken::encode(&header(Algorithm::RS512), &good(), &ISSUER.key).unwrap();
        assert_eq!(read(&confused), Err(Invalid::Signature));
        assert_eq!(read(&other), Err(Invalid::Signature));
        let part = |json: &str| base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, json);
        let unsigned = format!("{}.{}.", part(r#"{"alg":"none","kid":"k1"}"#), part(&good().to_string()));
        assert!(read(&unsigned).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever is changed in a token, it is no longer one.
        #[test]
        fn a_changed_token_proves_nothing(place: prop::sample::Index, letter in "[A-Za-z0-9_.-]") {
            let token = signed(&ISSUER, "k1", &good());
            let at = place.index(token.len());
            let mut changed = token.clone();
            changed.replace_range(at..=at, &letter);
            // The last letter of a part carries bits that stand for nothing.
            let same = changed == token || read(&changed).is_ok_and(|who| Ok(who) == read(&token));
            prop_assert!(same && at + 1 == token.len() || changed == token || read(&changed).is_err());
        }

        #[test]
        fn strangers_texts_are_refused(text in ".{0,200}") {
            prop_assert!(read(&text).is_err());
        }
    }
}
