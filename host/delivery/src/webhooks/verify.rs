//! Whether a caller proved itself. Pure; what is secret is compared in constant time.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, header::AUTHORIZATION};
use tieline_types::{Secret, Verification};
use url::form_urlencoded;

use super::organization;

/// What of a call can prove its caller.
pub(super) struct Proof<'a> {
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    /// Who an outbound message says that it comes from.
    pub(super) organization: Option<&'a str>,
}

/// Whether the call proves that its caller knows one of these secrets, or is who it should be. Proof that is there
/// twice proves nothing.
pub(super) fn is_genuine(proof: &Proof<'_>, verification: &Verification, secrets: &[&Secret]) -> bool {
    let known = |given: &[u8]| {
        // Each is compared, so that the time does not tell which one it was.
        let equal = |secret: &&Secret| verify_slices_are_equal(given, secret.expose().as_bytes()).is_ok();
        secrets.iter().filter(|secret| !secret.expose().is_empty() && equal(secret)).count() > 0
    };
    match verification {
        Verification::Header { name } => {
            let given = only(proof.headers.get_all(name.as_str()).iter().map(|value| value.as_bytes()));
            let bare = |value: &[u8]| match value.split_at_checked(7) {
                Some((scheme, rest))
                    if name == AUTHORIZATION.as_str() && scheme.eq_ignore_ascii_case(b"bearer ") =>
                {
                    rest.trim_ascii().to_vec()
                }
                _ => value.to_vec(),
            };
            given.is_some_and(|value| known(&bare(value)))
        }
        Verification::Query { name } => {
            let pairs = form_urlencoded::parse(proof.query.as_bytes());
            only(pairs.filter(|(given, _)| **given == **name))
                .is_some_and(|(_, value)| known(value.as_bytes()))
        }
        Verification::HmacSha256 { header } => {
            let given = only(proof.headers.get_all(header.as_str()).iter().map(|value| value.as_bytes()));
            let Some(code) = given.and_then(code) else { return false };
            let signs = |secret: &&&Secret| {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
                hmac::verify(&key, proof.body, &code).is_ok()
            };
            secrets.iter().filter(|secret| !secret.expose().is_empty()).filter(signs).count() > 0
        }
        Verification::SoapOrganization { organization: wanted } => {
            let given = proof.organization.and_then(organization::canonical).unwrap_or_default();
            !wanted.is_empty() && verify_slices_are_equal(given.as_bytes(), wanted.as_bytes()).is_ok()
        }
    }
}

/// The only one there is.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// The bytes of an authentication code: hexadecimal or base64, behind `sha256=` or alone.
fn code(given: &[u8]) -> Option<Vec<u8>> {
    let given = given.strip_prefix(b"sha256=").unwrap_or(given);
    match given.len() {
        64 => {
            let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            given.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
        }
        44 => STANDARD.decode(given).ok(),
        43 => STANDARD_NO_PAD.decode(given).or_else(|_| URL_SAFE_NO_PAD.decode(given)).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    const SECRET: &str = "0123456789abcdef";

    fn headers(all: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in all {
            map.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        map
    }

    fn passes(verification: &Verification, query: &str, given: &[(&str, &str)], body: &str) -> bool {
        let headers = headers(given);
        let proof = Proof { query, headers: &headers, body: body.as_bytes(), organization: None };
        is_genuine(&proof, verification, &[&Secret::new(SECRET)])
    }

    #[test]
    fn a_header_must_carry_the_secret_and_only_once() {
        let key = Verification::Header { name: "x-key".into() };
        assert!(passes(&key, "", &[("x-key", SECRET)], ""));
        let cut = &SECRET[1..];
        let longer = format!("{SECRET}0");
        for wrong in [
            &[][..],
            &[("x-key", "")],
            &[("x-key", cut)],
            &[("x-key", longer.as_str())],
            &[("x-key", "Bearer 0123456789abcdef")],
            &[("x-key", SECRET), ("x-key", SECRET)],
            &[("x-other", SECRET)],
        ] {
            assert!(!passes(&key, "", wrong, ""), "{wrong:?}");
        }
        let bearer = Verification::Header { name: "authorization".into() };
        for right in ["Bearer 0123456789abcdef", "bearer  0123456789abcdef", SECRET] {
            assert!(passes(&bearer, "", &[("authorization", right)], ""), "{right}");
        }
        assert!(!passes(&bearer, "", &[("authorization", "Basic 0123456789abcdef")], ""));
    }

    #[test]
    fn a_query_must_carry_the_secret_and_only_once() {
        let code = Verification::Query { name: "code".into() };
        assert!(passes(&code, "a=b&code=0123456789abcdef", &[], ""));
        assert!(passes(&code, "c%6Fde=0123456789abcde%66", &[], ""));
        for wrong in [
            "",
            "code",
            "code=",
            "code=x",
            "Code=0123456789abcdef",
            "code=0123456789abcdef&code=0123456789abcdef",
        ] {
            assert!(!passes(&code, wrong, &[], ""), "{wrong}");
        }
    }

    #[test]
    fn a_secret_that_is_none_opens_nothing() {
        let (map, empty) = (headers(&[("x-key", "")]), Secret::new(""));
        let proof = Proof { query: "code=", headers: &map, body: b"", organization: None };
        for verification in [
            Verification::Header { name: "x-key".into() },
            Verification::Query { name: "code".into() },
            Verification::HmacSha256 { header: "x-key".into() },
            Verification::SoapOrganization { organization: String::new() },
        ] {
            assert!(!is_genuine(&proof, &verification, &[&empty]), "{verification}");
            assert!(!is_genuine(&proof, &verification, &[]), "{verification}");
        }
    }

    #[test]
    fn an_organisation_counts_in_either_form() {
        let wanted = Verification::SoapOrganization { organization: "00D000000000062".into() };
        let map = HeaderMap::new();
        let passes = |organization| {
            is_genuine(&Proof { query: "", headers: &map, body: b"", organization }, &wanted, &[])
        };
        assert!(passes(Some("00D000000000062")) && passes(Some("00D000000000062EAA")));
        for wrong in [None, Some(""), Some("00D000000000063"), Some("00d000000000062EAA")] {
            assert!(!passes(wrong), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn a_signature_holds_for_its_body_and_secret_alone(body: Vec<u8>, other: Vec<u8>, at in 0_usize..32, bit in 0_u8..8) {
            let verification = Verification::HmacSha256 { header: "x-signature".into() };
            let secret = Secret::new(SECRET);
            let sign = |secret: &str| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), &body);
            let genuine = |code: &[u8], body: &[u8]| {
                let hex: String = code.iter().map(|b| format!("{b:02x}")).collect();
                let forms = [format!("sha256={hex}"), hex.to_uppercase(), STANDARD.encode(code), URL_SAFE_NO_PAD.encode(code)];
                let passed = forms.map(|form| {
                    let headers = headers(&[("x-signature", &form)]);
                    let proof = Proof { query: "", headers: &headers, body, organization: None };
                    is_genuine(&proof, &verification, &[&Secret::new("an old one"), &secret])
                });
                assert!(passed.iter().all(|one| *one == passed[0]), "{passed:?}");
                passed[0]
            };
            let code = sign(SECRET).as_ref().to_vec();
            prop_assert!(genuine(&code, &body));
            prop_assert_eq!(genuine(&code, &other), body == other);
            let mut tampered = code.clone();
            tampered[at] ^= 1 << bit;
            prop_assert!(!genuine(&tampered, &body));
            prop_assert!(!genuine(sign("another").as_ref(), &body));
            prop_assert!(genuine(sign("an old one").as_ref(), &body));
        }
    }
}
