//! Parsing the body of a change notification: once, without copying what only passes through.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use tieline_types::event::Envelope;

/// The most items that one request may carry; Graph sends some hundreds at the very most. More is refused
/// as malformed, so that one request cannot fill the inbox.
const MAX_ITEMS: usize = 1_000;

/// The longest name of a resource, in bytes: some ids with the words between them are a few hundred.
const MAX_RESOURCE: usize = 4_096;

/// The body of a request to a hook: Graph's `changeNotificationCollection`.
#[derive(Debug)]
pub(crate) struct Notification<'a> {
    /// In the order in which Graph wrote them.
    pub(crate) items: Vec<Item<'a>>,
    /// What is to prove that Graph wrote those with content: one token for each app and directory among them.
    pub(crate) tokens: Vec<String>,
}

/// One item, unverified.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item<'a> {
    /// The secret that we gave with the subscription.
    #[serde(borrow, default)]
    pub(crate) client_state: Option<Cow<'a, str>>,
    /// Graph's id of the subscription.
    #[serde(borrow, default)]
    pub(crate) subscription_id: Option<Cow<'a, str>>,
    /// `created`, `updated`, `deleted`; absent in lifecycle items.
    #[serde(borrow, default)]
    pub(crate) change_type: Option<Cow<'a, str>>,
    /// `teams('…')/channels('…')/messages('…')`; absent in lifecycle items.
    #[serde(borrow, default)]
    pub(crate) resource: Option<Cow<'a, str>>,
    /// JSON, not read here but for its version.
    #[serde(borrow, default)]
    pub(crate) resource_data: Option<&'a RawValue>,
    /// The resource itself, encrypted.
    #[serde(borrow, default)]
    pub(crate) encrypted_content: Option<&'a RawValue>,
    /// `reauthorizationRequired`, `subscriptionRemoved`, `missed`; only in lifecycle items.
    #[serde(borrow, default)]
    pub(crate) lifecycle_event: Option<Cow<'a, str>>,
}

/// What an item says, once it is known to be well-formed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Says<'a> {
    /// A resource changed.
    Changed {
        /// As Graph wrote it.
        resource: &'a str,
        /// One of the three.
        change_type: &'a str,
    },
    /// Something about the subscription itself.
    Lifecycle(&'a str),
}

/// The body is not a change notification.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MalformedNotification {
    /// Not JSON of this shape.
    #[error("reading a change notification failed")]
    Shape(#[from] serde_json::Error),
    /// More items than Graph would ever send.
    #[error("a change notification has {0} items; at most {MAX_ITEMS} are taken")]
    TooManyItems(usize),
    /// An item that neither names a resource and its change nor a lifecycle event.
    #[error("item {0} of a change notification names neither a change nor a lifecycle event")]
    Item(usize),
}

impl<'a> Notification<'a> {
    /// Reads a body. One malformed item makes the whole request malformed: Graph does not write such, so
    /// nothing of it is trusted.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, MalformedNotification> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            #[serde(borrow)]
            value: Vec<Item<'a>>,
            #[serde(default)]
            validation_tokens: Option<Vec<String>>,
        }
        let Body { value: items, validation_tokens } = serde_json::from_slice(body)?;
        if items.len() > MAX_ITEMS {
            return Err(MalformedNotification::TooManyItems(items.len()));
        }
        match items.iter().position(|item| item.says().is_none()) {
            Some(index) => Err(MalformedNotification::Item(index)),
            None => Ok(Self { items, tokens: validation_tokens.unwrap_or_default() }),
        }
    }
}

impl Item<'_> {
    /// What the item says; none if nothing can be made of it.
    pub(crate) fn says(&self) -> Option<Says<'_>> {
        if let Some(event) = self.lifecycle_event.as_deref() {
            return Some(Says::Lifecycle(event));
        }
        let (resource, change_type) = (self.resource.as_deref()?, self.change_type.as_deref()?);
        let known = matches!(change_type, "created" | "updated" | "deleted");
        (known && (1..=MAX_RESOURCE).contains(&resource.len()))
            .then_some(Says::Changed { resource, change_type })
    }

    /// The resource's data as JSON; an empty object when Graph sent none.
    pub(crate) fn data(&self) -> &str {
        self.resource_data.map_or("{}", RawValue::get)
    }

    /// The resource as Graph encrypted it; none when it sent none, or something else in its place.
    pub(crate) fn envelope(&self) -> Option<Envelope> {
        serde_json::from_str(self.encrypted_content?.get()).ok()
    }

    /// What tells two states of the resource apart: its etag, or the time of its last change.
    pub(crate) fn version(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Versions<'a> {
            #[serde(borrow, default, rename = "@odata.etag")]
            etag: Option<Cow<'a, str>>,
            #[serde(borrow, default, rename = "lastModifiedDateTime")]
            modified: Option<Cow<'a, str>>,
        }
        let versions: Versions<'_> = serde_json::from_str(self.resource_data?.get()).ok()?;
        versions.etag.or(versions.modified).map(Cow::into_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::notification_law, *};
    use proptest::prelude::*;

    #[test]
    fn refuses_what_graph_would_not_write() {
        for bad in [
            "",
            "[]",
            "null",
            r#"{"values":[]}"#,
            r#"{"value":{}}"#,
            r#"{"value":[{}]}"#,
            r#"{"value":[{"resource":"r"}]}"#,
            r#"{"value":[{"resource":"r","changeType":"exploded"}]}"#,
            r#"{"value":[{"resource":"","changeType":"created"}]}"#,
            r#"{"value":[{"resource":7,"changeType":"created"}]}"#,
            r#"{"value":[]} trailing"#,
            r#"{"value":[],"validationTokens":"token"}"#,
            r#"{"value":[],"validationTokens":[7]}"#,
        ] {
            assert!(Notification::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        let many = format!(r#"{{"value":[{}]}}"#, vec![r#"{"lifecycleEvent":"missed"}"#; 1_001].join(","));
        assert!(matches!(
            Notification::parse(many.as_bytes()),
            Err(MalformedNotification::TooManyItems(1_001))
        ));
    }

    #[test]
    fn keeps_the_data_as_it_was_written() {
        let body = r#"{"value":[{"subscriptionId":"s","clientState":"c","changeType":"created","tenantId":"t",
            "resource":"teams('1')/messages('2')","resourceData":{"id":"2",  "@odata.etag":"W/\"17\""}}]}"#;
        let notification = Notification::parse(body.as_bytes()).unwrap();
        let item = &notification.items[0];
        assert_eq!(item.data(), r#"{"id":"2",  "@odata.etag":"W/\"17\""}"#);
        assert_eq!(item.version().as_deref(), Some("W/\"17\""));
        let changed = Says::Changed { resource: "teams('1')/messages('2')", change_type: "created" };
        assert_eq!(item.says(), Some(changed));
    }

    #[test]
    fn content_comes_as_it_was_encrypted() {
        let item = |content: &str| {
            let body = format!(
                r#"{{"value":[{{"changeType":"created","resource":"r","encryptedContent":{content}}}],"validationTokens":["t"]}}"#
            );
            let notification = Notification::parse(body.as_bytes()).unwrap();
            assert_eq!(notification.tokens, ["t"]);
            notification.items[0].envelope()
        };
        let envelope = r#"{"data":"d","dataSignature":"s","dataKey":"k","encryptionCertificateId":"c","encryptionCertificateThumbprint":"t"}"#;
        let envelope = item(envelope).unwrap();
        assert_eq!((envelope.data.as_str(), envelope.data_signature.as_str()), ("d", "s"));
        assert_eq!((envelope.data_key.as_str(), envelope.encryption_certificate_id.as_str()), ("k", "c"));
        for other in ["null", "{}", "7", r#"{"data":"d","dataSignature":"s","dataKey":"k"}"#] {
            assert_eq!(item(other), None, "{other}");
        }
    }

    #[test]
    fn an_item_without_data_or_version_has_neither() {
        let body = br#"{"value":[{"changeType":"updated","resource":"users/1"}]}"#;
        let notification = Notification::parse(body).unwrap();
        assert_eq!(notification.items[0].data(), "{}");
        assert_eq!(notification.items[0].version(), None);
    }

    proptest! {
        #[test]
        fn never_panics_on_what_strangers_send(body: Vec<u8>) {
            notification_law::holds(&body);
        }

        #[test]
        fn reads_what_is_nearly_right_as_others_do(
            field in "lifecycleEvent|resource|changeType|resourceData|encryptedContent|clientState|x",
            value in "null|1|\"created\"|\"\\\\u0041\"|\\{\"@odata.etag\": ?\"1\"\\}|\\[\\]",
        ) {
            let body = format!(
                r#"{{"value":[{{"resource":"r","changeType":"updated","clientState":"c","{field}":{value}}}]}}"#
            );
            notification_law::holds(body.as_bytes());
        }

        #[test]
        fn lifecycle_items_say_their_event(subscription: String, event: String, state: String) {
            notification_law::holds_of_lifecycle(&subscription, &event, &state);
        }
    }
}
