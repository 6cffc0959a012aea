//! What allows a Graph call, for people who write a manifest or a grant.

use tieline_types::manifest::PermissionKind;

use super::{
    firewall,
    path::{GraphPath, Version},
};
use crate::outbound;

/// What a call needs. All of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// `GET /users/1`, or `GET /users/1 with manager` for what a query wants along with it.
    pub call: String,
    /// Each of these is enough, least first; none when no permission of this kind is known to allow it.
    pub permissions: Vec<String>,
}

/// A call that no guest could make.
#[derive(Debug, thiserror::Error)]
pub enum Unexplained {
    /// None of GET, HEAD, POST, PUT, PATCH, DELETE.
    #[error("`{0}` is no method of Graph")]
    Method(String),
    /// It could be read in two ways, or not at all.
    #[error("the path cannot be read")]
    Path(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a call needs, by the host's own table: of the path, and of each part that its query expands. The path goes
/// from the version root, with or without `v1.0` or `beta`; without, it is `v1.0`.
///
/// # Errors
/// When no guest could make this call.
pub fn explain(method: &str, path: &str, kind: PermissionKind) -> Result<Vec<Need>, Unexplained> {
    let upper = method.to_ascii_uppercase();
    let method = outbound::method(&upper).map_err(|_| Unexplained::Method(method.to_owned()))?;
    let relative = path.trim_start_matches('/');
    let (version, path) = match relative.split_once('/') {
        Some(("v1.0", rest)) => (Version::V1, rest),
        Some(("beta", rest)) => (Version::Beta, rest),
        _ => (
            if path.contains("://") && path.contains("/beta/") { Version::Beta } else { Version::V1 },
            relative,
        ),
    };
    let path = GraphPath::parse(path, version).map_err(|error| Unexplained::Path(Box::new(error)))?;
    let needs = firewall::needs(&method, &path, kind);
    Ok(needs
        .into_iter()
        .map(|need| Need { call: need.call, permissions: need.permissions.to_vec() })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn least(method: &str, path: &str, kind: PermissionKind) -> Option<String> {
        explain(method, path, kind).unwrap()[0].permissions.first().cloned()
    }

    #[test]
    fn names_the_least_permission() {
        use PermissionKind::{Application, Delegated};
        for (call, kind, wanted) in [
            ("GET /teams/1/channels/2/messages", Application, Some("ChannelMessage.Read.All")),
            ("get /v1.0/teams/1/channels/2/messages", Application, Some("ChannelMessage.Read.All")),
            ("POST /teams/1/channels/2/messages", Application, Some("Teamwork.Migrate.All")),
            ("POST /teams/1/channels/2/messages", Delegated, Some("ChannelMessage.Send")),
            (
                "GET https://graph.microsoft.com/beta/teamwork/devices",
                Application,
                Some("TeamworkDevice.Read.All"),
            ),
            ("GET /beta/teamwork/devices", Application, Some("TeamworkDevice.Read.All")),
            ("GET /teamwork/devices", Application, None),
            ("GET /me", Delegated, Some("User.Read")),
            ("GET /me", Application, None),
            ("GET /me/chats", Delegated, Some("Chat.ReadBasic")),
            ("GET /users/1/onenote/notebooks", Application, None),
            ("POST /subscriptions", Application, None),
            ("GET /users/getManagedThings", Application, None),
            ("GET /users/$count", Application, Some("User.ReadBasic.All")),
            (
                "GET /communications/callRecords/getPstnCalls(fromDateTime=2026-11-01,toDateTime=2026-11-02)",
                Application,
                Some("CallRecord-PstnCalls.Read.All"),
            ),
            ("GET /communications/callRecords", Application, Some("CallRecords.Read.All")),
            ("GET /communications/callRecords", Delegated, None),
        ] {
            let (method, path) = call.split_once(' ').unwrap();
            assert_eq!(least(method, path, kind).as_deref(), wanted, "{call} {kind:?}");
        }
    }

    #[test]
    fn expanded_parts_need_their_own() {
        let needs = explain("GET", "/users/1?$expand=messages,manager", PermissionKind::Application).unwrap();
        let words: Vec<_> =
            needs.iter().map(|n| (n.call.as_str(), n.permissions.first().map(String::as_str))).collect();
        assert_eq!(
            words,
            [
                ("GET /users/1", Some("User.ReadBasic.All")),
                ("GET /users/1 with messages", Some("Mail.ReadBasic.All")),
                ("GET /users/1 with manager", Some("User.Read.All")),
            ]
        );
        let call = "/communications/callRecords/1?$expand=sessions($expand=segments)";
        assert_eq!(explain("GET", call, PermissionKind::Application).unwrap().len(), 3);
        let unreadable = explain("GET", "/chats?$expand=*", PermissionKind::Application).unwrap();
        assert!(unreadable[1].permissions.is_empty());
    }

    #[test]
    fn refuses_what_no_guest_could_send() {
        assert!(matches!(
            explain("BREW", "/users", PermissionKind::Application),
            Err(Unexplained::Method(_))
        ));
        assert!(matches!(
            explain("GET", "/users/../me", PermissionKind::Application),
            Err(Unexplained::Path(_))
        ));
    }
}
