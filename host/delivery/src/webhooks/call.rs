//! A call as the connector is given it: without what proved it, and without what is nobody's business. Pure.

use std::collections::HashSet;

use http::{
    HeaderMap, HeaderName,
    header::{
        AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, FORWARDED, HOST, PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
    },
};
use tieline_types::{Payload, Verification};
use url::form_urlencoded;

/// Fields of the connection, of the way that the call came, and credentials.
const KEPT_BACK: [HeaderName; 13] = [
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    FORWARDED,
    HOST,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    SET_COOKIE,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];
/// The same, of names that are no standard's.
const ALSO_KEPT_BACK: [&str; 5] =
    ["keep-alive", "proxy-connection", "x-api-key", "x-functions-key", "x-real-ip"];
const FORWARDED_BY: &str = "x-forwarded-";

/// What a connector is given of a call.
pub(super) fn payload(
    hook: &str,
    verification: &Verification,
    method: &str,
    query: &str,
    headers: &HeaderMap,
    body: Vec<u8>,
) -> Payload {
    Payload::Webhook {
        hook: hook.into(),
        method: method.into(),
        query: kept_query(query, verification),
        headers: kept_headers(headers, verification),
        body: body.into(),
    }
}

fn kept_headers(headers: &HeaderMap, verification: &Verification) -> Vec<(String, String)> {
    let proof = match verification {
        Verification::Header { name } | Verification::HmacSha256 { header: name } => Some(name.as_str()),
        Verification::Query { .. } | Verification::SoapOrganization { .. } => None,
    };
    // A field may be declared to be of the connection alone.
    let listed = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let of_connection: HashSet<_> =
        listed.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect();
    let kept = |name: &HeaderName| {
        !KEPT_BACK.contains(name)
            && !ALSO_KEPT_BACK.contains(&name.as_str())
            && !name.as_str().starts_with(FORWARDED_BY)
            && !of_connection.contains(name.as_str())
            && proof != Some(name.as_str())
    };
    let text = |(name, value): (&HeaderName, &http::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter(|(name, _)| kept(name)).filter_map(text).collect()
}

/// The query as it was written, without the parameter that carried the secret.
fn kept_query(query: &str, verification: &Verification) -> String {
    let Verification::Query { name: proof } = verification else { return query.into() };
    let named = |pair: &&str| form_urlencoded::parse(pair.as_bytes()).any(|(name, _)| name == *proof);
    query.split('&').filter(|pair| !named(pair)).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn kept(given: &[(&str, &str)], verification: &Verification) -> Vec<String> {
        let mut map = HeaderMap::new();
        for (name, value) in given {
            map.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        kept_headers(&map, verification).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn no_credential_and_nothing_of_the_connection_reaches_the_connector() {
        let given = [
            ("X-Key", "s3cret"),
            ("Authorization", "Bearer s3cret"),
            ("Cookie", "a=b"),
            ("X-Api-Key", "k"),
            ("Host", "h"),
            ("Connection", "close, X-Hop"),
            ("X-Hop", "1"),
            ("X-Forwarded-For", "192.0.2.1"),
            ("X-Real-Ip", "192.0.2.1"),
            ("Content-Length", "2"),
            ("Content-Type", "application/json"),
            ("X-Ms-Dynamics-Entity-Name", "incident"),
            ("X-Signature", "abc"),
        ];
        let by_key = Verification::Header { name: "x-key".into() };
        assert_eq!(kept(&given, &by_key), ["content-type", "x-ms-dynamics-entity-name", "x-signature"]);
        let signed = Verification::HmacSha256 { header: "x-signature".into() };
        assert!(!kept(&given, &signed).contains(&"x-signature".to_owned()));
    }

    #[test]
    fn the_secret_leaves_the_query_and_the_rest_stays_as_it_was() {
        let code = Verification::Query { name: "code".into() };
        for (given, left) in [
            ("code=s", ""),
            ("a=1&code=s&b=%20", "a=1&b=%20"),
            ("c%6fde=s&a", "a"),
            ("codes=1&xcode=2", "codes=1&xcode=2"),
        ] {
            assert_eq!(kept_query(given, &code), left);
        }
        assert_eq!(kept_query("code=s", &Verification::Header { name: "x".into() }), "code=s");
    }
}
