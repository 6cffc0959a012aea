//! The rules of a subscription that need nothing but the request
//! ("subscription resource type", September 2026).

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::{Map, Value};
use url::{Host, Url};

use super::Change;
use super::resource::{Kind, Watched};
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::rich::{self, Certificate};

const MINUTE_MS: u64 = 60_000;
/// A shorter life is silently made this long.
const SHORTEST_MINUTES: u64 = 45;
/// With a longer one, Teams wants a lifecycle URL.
const WITHOUT_LIFECYCLE_MINUTES: u64 = 60;
/// Users whose presence one subscription tells of.
const MOST_PRESENCES: usize = 650;
const LONGEST_CLIENT_STATE: usize = 128;

/// A request to subscribe that keeps the rules.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) resource: String,
    pub(super) watched: Watched,
    pub(super) change_type: String,
    pub(super) changes: BTreeSet<Change>,
    pub(super) notification_url: String,
    pub(super) lifecycle_url: Option<String>,
    pub(super) client_state: Option<String>,
    pub(super) expires_ms: u64,
    pub(super) tls_version: String,
    pub(super) query_options: Option<String>,
    pub(super) certificate: Option<Certificate>,
}

/// The body of a request, which must be a JSON object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, GraphError> {
    serde_json::from_slice(body).map_err(|_| {
        GraphError::bad_request(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload \
         is of valid JSON format.",
        )
    })
}

/// A property that is a string, or absent.
pub(in crate::graph) fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, GraphError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(GraphError::bad_request(format!(
            "Cannot convert the value of property '{name}' to the expected type 'Edm.String'."
        ))),
    }
}

fn required(body: &Map<String, Value>, name: &str) -> Result<String, GraphError> {
    text(body, name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| GraphError::invalid_request(format!("{name} is a required property.")))
}

/// Checks a request to subscribe.
pub(super) fn check(body: &Map<String, Value>, now_ms: u64, allow_http: bool) -> Result<Wanted, GraphError> {
    known_properties(body)?;
    let resource = required(body, "resource")?;
    if resource.contains("://") {
        return Err(GraphError::invalid_request(
            "The resource must not contain the base URL (https://graph.microsoft.com/v1.0/).",
        ));
    }
    let watched = Watched::parse(&resource).ok_or_else(|| {
        GraphError::invalid_request(format!("The resource '{resource}' does not support subscriptions."))
    })?;
    if watched.presences() > MOST_PRESENCES {
        return Err(GraphError::invalid_request(format!(
            "A subscription to presence may name at most {MOST_PRESENCES} users."
        )));
    }
    let change_type = required(body, "changeType")?;
    let changes = changes(&change_type, watched.kind)?;
    let notification_url = required(body, "notificationUrl")?;
    check_url("notificationUrl", &notification_url, allow_http)?;
    let lifecycle_url = text(body, "lifecycleNotificationUrl")?;
    if let Some(url) = &lifecycle_url {
        check_url("lifecycleNotificationUrl", url, allow_http)?;
    }
    let client_state = text(body, "clientState")?;
    if client_state.as_ref().is_some_and(|state| state.chars().count() > LONGEST_CLIENT_STATE) {
        return Err(GraphError::invalid_request(format!(
            "clientState must not be longer than {LONGEST_CLIENT_STATE} characters."
        )));
    }
    let wanted = required(body, "expirationDateTime")?;
    let expires_ms = expiration(&wanted, watched.kind, lifecycle_url.is_some(), now_ms)?;
    let certificate = rich::wanted(body)?;
    if certificate.is_some() && !matches!(watched.kind, Kind::ChannelMessage | Kind::ChatMessage) {
        return Err(GraphError::invalid_request(format!(
            "The resource '{resource}' is not simulated with resource data."
        )));
    }
    let tls_version = text(body, "latestSupportedTlsVersion")?.unwrap_or_else(|| "v1_2".to_owned());
    if !matches!(tls_version.as_str(), "v1_0" | "v1_1" | "v1_2" | "v1_3") {
        return Err(GraphError::invalid_request("latestSupportedTlsVersion is not supported."));
    }
    Ok(Wanted {
        resource,
        watched,
        change_type,
        changes,
        notification_url,
        lifecycle_url,
        client_state,
        expires_ms,
        tls_version,
        query_options: text(body, "notificationQueryOptions")?,
        certificate,
    })
}

/// When a subscription ends that is asked to end at `wanted`.
pub(super) fn expiration(
    wanted: &str,
    kind: Kind,
    has_lifecycle_url: bool,
    now_ms: u64,
) -> Result<u64, GraphError> {
    let wanted_ms = clock::parse_ms(wanted).ok_or_else(|| {
        GraphError::bad_request(format!(
            "Cannot convert the literal '{wanted}' to the expected type 'Edm.DateTimeOffset'."
        ))
    })?;
    let longest = kind.longest_minutes();
    // The clock of the client may be a little ahead of ours.
    if wanted_ms > now_ms + (longest + 1) * MINUTE_MS {
        return Err(GraphError::invalid_request(format!(
            "Subscription expiration can only be {longest} minutes in the future."
        )));
    }
    let long = wanted_ms > now_ms + (WITHOUT_LIFECYCLE_MINUTES + 1) * MINUTE_MS;
    if kind.is_teams() && long && !has_lifecycle_url {
        return Err(GraphError::invalid_request(
            "lifecycleNotificationUrl is a required property for subscription creation on this \
             resource when the expirationDateTime value is set to greater than 1 hour.",
        ));
    }
    Ok(wanted_ms.max(now_ms + SHORTEST_MINUTES * MINUTE_MS))
}

/// A notification URL is https. For tests, http to a loopback address may be allowed too.
pub(super) fn check_url(name: &str, url: &str, allow_http: bool) -> Result<(), GraphError> {
    let refused = |why: &str| Err(GraphError::invalid_request(format!("{name} {why}: '{url}'.")));
    let Ok(parsed) = Url::parse(url) else { return refused("is not a valid URL") };
    let loopback = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => return refused("has no host"),
    };
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if allow_http && loopback => Ok(()),
        _ => refused("must be an https URL"),
    }
}

fn changes(change_type: &str, kind: Kind) -> Result<BTreeSet<Change>, GraphError> {
    let bad =
        |change: &str| GraphError::invalid_request(format!("The changeType '{change}' is not supported."));
    let mut changes = BTreeSet::new();
    for name in change_type.split(',').map(str::trim) {
        let change = Change::parse(name).ok_or_else(|| bad(name))?;
        // The directory does not tell about what is new in it.
        if change == Change::Created && matches!(kind, Kind::User | Kind::Group) {
            return Err(bad(name));
        }
        changes.insert(change);
    }
    Ok(changes)
}

fn known_properties(body: &Map<String, Value>) -> Result<(), GraphError> {
    const KNOWN: [&str; 16] = [
        "resource",
        "changeType",
        "notificationUrl",
        "lifecycleNotificationUrl",
        "clientState",
        "expirationDateTime",
        "includeResourceData",
        "encryptionCertificate",
        "encryptionCertificateId",
        "latestSupportedTlsVersion",
        "notificationQueryOptions",
        "notificationUrlAppId",
        "id",
        "applicationId",
        "creatorId",
        "notificationContentType",
    ];
    for name in body.keys().filter(|name| !name.starts_with('@')) {
        if matches!(
            name.as_str(),
            "vapidPublicKey" | "webPushEncryptionP256dhPublicKey" | "webPushEncryptionSecret"
        ) {
            return Err(GraphError::invalid_request(format!("{name} is for Web Push only.")));
        }
        if !KNOWN.contains(&name.as_str()) {
            return Err(GraphError::bad_request(format!(
                "The property '{name}' does not exist on type 'microsoft.graph.subscription'."
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: u64 = 1_800_000_000_000;

    fn body(minutes: u64, lifecycle: bool) -> Map<String, Value> {
        let mut body = json!({
            "resource": "/teams/t-1/channels/19:ab@thread.tacv2/messages",
            "changeType": "created,updated",
            "notificationUrl": "https://hooks.example/graph",
            "clientState": "secret",
            "expirationDateTime": clock::graph_subscription(NOW + minutes * MINUTE_MS),
        });
        if lifecycle {
            body["lifecycleNotificationUrl"] = "https://hooks.example/lifecycle".into();
        }
        body.as_object().unwrap().clone()
    }

    fn refusal(change: impl FnOnce(&mut Map<String, Value>)) -> String {
        let mut body = body(30, false);
        change(&mut body);
        check(&body, NOW, false).unwrap_err().message.into_owned()
    }

    #[test]
    fn a_short_life_is_silently_longer() {
        let wanted = check(&body(5, false), NOW, false).unwrap();
        assert_eq!(wanted.expires_ms, NOW + 45 * MINUTE_MS);
    }

    #[test]
    fn more_than_an_hour_of_teams_needs_a_lifecycle_url() {
        assert!(check(&body(60, false), NOW, false).is_ok());
        let error = check(&body(90, false), NOW, false).unwrap_err();
        assert!(error.message.contains("lifecycleNotificationUrl"), "{error:?}");
        assert!(check(&body(90, true), NOW, false).is_ok());
    }

    #[test]
    fn more_than_three_days_is_too_long() {
        assert!(check(&body(4320, true), NOW, false).is_ok());
        let error = check(&body(4400, true), NOW, false).unwrap_err();
        assert_eq!(error.message, "Subscription expiration can only be 4320 minutes in the future.");
    }

    #[test]
    fn the_rest_is_checked_too() {
        assert!(
            refusal(|b| b["resource"] = "https://graph.microsoft.com/v1.0/users".into()).contains("base URL")
        );
        assert!(refusal(|b| b["changeType"] = "created,moved".into()).contains("moved"));
        assert!(refusal(|b| b["clientState"] = "x".repeat(129).into()).contains("128"));
        assert!(refusal(|b| drop(b.remove("notificationUrl"))).contains("notificationUrl"));
        assert!(refusal(|b| drop(b.insert("vapidPublicKey".into(), "k".into()))).contains("Push"));
        assert!(refusal(|b| drop(b.insert("clientstate".into(), "k".into()))).contains("clientstate"));
    }

    #[test]
    fn http_is_for_loopback_and_only_if_allowed() {
        assert!(check_url("u", "http://127.0.0.1:80/x", true).is_ok());
        assert!(check_url("u", "http://localhost/x", true).is_ok());
        assert!(check_url("u", "http://127.0.0.1:80/x", false).is_err());
        assert!(check_url("u", "http://10.0.0.1/x", true).is_err());
        assert!(check_url("u", "ftp://127.0.0.1/x", true).is_err());
        assert!(check_url("u", "https://hooks.example/x", false).is_ok());
    }
}
