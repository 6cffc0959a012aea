//! Which resources a connector may subscribe to. Notifications tell what reading would tell, so they need the same.

use std::sync::LazyLock;

use http::Method;
use tieline_egress::Denial;
use tieline_types::{Rights, Subscriber, manifest::PermissionKind};

use super::{
    firewall,
    path::{GraphPath, Version},
    table,
};

/// Stands in the table for what can be subscribed to and not be read in one call.
static SUBSCRIBE: LazyLock<Method> =
    LazyLock::new(|| Method::from_bytes(b"SUBSCRIBE").expect("it is a token"));

/// Whether the rights cover a subscription to a resource.
///
/// # Errors
/// What was asked for, and the line that would allow it.
pub fn may_subscribe(resource: &str, subscriber: Subscriber, rights: &Rights) -> Result<(), Denial> {
    let (method, path) = read(resource)?;
    if subscriber == Subscriber::Service && !rights.service() {
        let asked = format!("to watch {resource} as the connection's service user");
        return Err(Denial { asked, allow_with: Some("service = true in the grant".into()) });
    }
    firewall::judge(method, &path, kind(subscriber), rights)
}

/// The permissions that allow a subscription to a resource and that these rights hold, least first. Asked when Graph
/// refused it.
pub fn allowing_subscription(resource: &str, subscriber: Subscriber, rights: &Rights) -> Vec<String> {
    let read = read(resource);
    read.map(|(method, path)| firewall::allowing(method, &path, kind(subscriber), rights)).unwrap_or_default()
}

fn kind(subscriber: Subscriber) -> PermissionKind {
    match subscriber {
        Subscriber::App => PermissionKind::Application,
        Subscriber::Service => PermissionKind::Delegated,
    }
}

fn read(resource: &str) -> Result<(&'static Method, GraphPath), Denial> {
    let path = GraphPath::parse(resource, Version::V1)
        .map_err(|invalid| Denial { asked: invalid.to_string(), allow_with: None })?;
    let listed = table::find(&SUBSCRIBE, Version::V1, path.segments()).is_some();
    Ok((if listed { &*SUBSCRIBE } else { &Method::GET }, path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Grant, Manifest};

    #[test]
    fn a_subscription_needs_what_reading_needs() {
        let manifest = Manifest::parse(
            "connector = { id = \"t\", version = \"1.0.0\", name = \"T\", vendor = \"T\", licence = \"MIT\", \
             description = \"T\", minimum_host = \"0.1.0\" }\n\
             [[graph_permissions]]\nname = \"ChannelMessage.Read.All\"\nkind = \"application\"\nreason = \"r\"\n",
        );
        let grant = Grant { graph: ["ChannelMessage.Read.All".to_owned()].into(), ..Grant::default() };
        let rights = Rights::of(&manifest.unwrap(), &grant);
        for (resource, wanted) in [
            ("/teams/1/channels/2/messages", true),
            ("teams/getAllMessages", true),
            ("/teams('1')/channels('2')/messages?model=A", true),
            ("/chats/getAllMessages", false),
            ("/users/1/messages", false),
            ("/users/1/mailFolders('inbox')/messages", false),
            ("/communications/callRecords", false),
            ("/teams/1/channels/2/messages?$expand=replies,sharedWithTeams", false),
            ("/teams/1/channels/../messages", false),
            ("/nothing/known", false),
        ] {
            assert_eq!(may_subscribe(resource, Subscriber::App, &rights).is_ok(), wanted, "{resource}");
        }
        let allowing = |resource| allowing_subscription(resource, Subscriber::App, &rights);
        assert_eq!(allowing("teams/getAllMessages?model=B"), ["ChannelMessage.Read.All"]);
        assert!(allowing("/chats/getAllMessages").is_empty() && allowing("/teams/../x").is_empty());
        let denied = may_subscribe("/users/1/messages", Subscriber::App, &rights).unwrap_err();
        assert!(denied.allow_with.unwrap().contains("Mail.ReadBasic.All"));
    }

    #[test]
    fn the_service_user_needs_the_delegated_permission_and_the_line_of_the_grant() {
        let manifest = Manifest::parse(
            "connector = { id = \"t\", version = \"1.0.0\", name = \"T\", vendor = \"T\", licence = \"MIT\", \
             description = \"T\", minimum_host = \"0.1.0\" }\n\
             [[graph_permissions]]\nname = \"Chat.Read\"\nkind = \"delegated\"\nreason = \"r\"\n",
        )
        .unwrap();
        let rights = |service| {
            let grant = Grant { graph: ["Chat.Read".to_owned()].into(), service, ..Grant::default() };
            Rights::of(&manifest, &grant)
        };
        let may = |subscriber, service| may_subscribe("/chats/1/messages", subscriber, &rights(service));
        assert!(may(Subscriber::Service, true).is_ok() && may(Subscriber::App, true).is_err());
        let denied = may(Subscriber::Service, false).unwrap_err();
        assert_eq!(denied.allow_with.as_deref(), Some("service = true in the grant"));
        let allowing = allowing_subscription("/chats/1/messages", Subscriber::Service, &rights(true));
        assert_eq!(allowing, ["Chat.Read"]);
    }
}
