//! `validationTokens`: one for each app and directory in a request.

use serde::Serialize;

use super::Tamper;
use crate::world::World;
use crate::{clock, ids};

/// Graph's change-notification publisher.
const PUBLISHER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const LIFETIME_S: u64 = 8 * 3_600;

/// As Graph's documentation shows them, in version 1.0.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: String,
    iat: u64,
    nbf: u64,
    exp: u64,
    appid: &'a str,
    appidacr: &'a str,
    idp: String,
    tid: &'a str,
    uti: String,
    ver: &'a str,
}

impl World {
    /// The tokens of a request to these apps.
    pub(in crate::graph) fn validation_tokens(&self, apps: &[&str], tamper: Option<Tamper>) -> Vec<String> {
        if tamper == Some(Tamper::NoToken) {
            return Vec::new();
        }
        apps.iter().filter_map(|app| self.validation_token(app, tamper)).collect()
    }

    fn validation_token(&self, app: &str, tamper: Option<Tamper>) -> Option<String> {
        let other = ids::fresh_guid();
        let directory = match tamper {
            Some(Tamper::Issuer) => &other,
            _ => &self.entra.directory_id,
        };
        let issuer = format!("https://sts.windows.net/{directory}/");
        let now = clock::now_s();
        let iat = if tamper == Some(Tamper::Expired) { now.saturating_sub(2 * LIFETIME_S) } else { now };
        let token = self.entra.keys.sign(&Claims {
            aud: if tamper == Some(Tamper::Audience) { &other } else { app },
            iss: issuer.clone(),
            iat,
            nbf: iat,
            exp: iat + LIFETIME_S,
            appid: if tamper == Some(Tamper::Publisher) { &other } else { PUBLISHER },
            appidacr: "2",
            idp: issuer,
            tid: directory,
            uti: ids::secret(16),
            ver: "1.0",
        })?;
        if tamper != Some(Tamper::TokenSignature) {
            return Some(token);
        }
        // Another letter in the middle of the signature.
        let at = token.rfind('.')? + 20;
        let letter = if token.as_bytes().get(at) == Some(&b'A') { "B" } else { "A" };
        let mut token = token;
        token.replace_range(at..=at, letter);
        Some(token)
    }
}
