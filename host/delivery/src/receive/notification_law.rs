//! What holds of every body that a stranger sends to a hook. Tests try it with made-up bodies, and `tests/fuzz` for as
//! long as it runs.

use super::notification::{Notification, Says};

/// A body that is taken is JSON as others read it too, all of its items say something, and their data is a part of it.
pub(super) fn holds(body: &[u8]) {
    let Ok(notification) = Notification::parse(body) else { return };
    let text = std::str::from_utf8(body).expect("JSON is UTF-8");
    let read: serde_json::Value = serde_json::from_str(text).expect("what we read is JSON");
    let items = read["value"].as_array().expect("it is a list of items");
    assert_eq!(items.len(), notification.items.len());
    for (item, read) in notification.items.iter().zip(items) {
        match item.says().expect("an item that says nothing makes the whole malformed") {
            Says::Lifecycle(event) => assert_eq!(read["lifecycleEvent"].as_str(), Some(event)),
            Says::Changed { resource, change_type } => {
                assert_eq!(read["resource"].as_str(), Some(resource));
                assert!(["created", "updated", "deleted"].contains(&change_type));
            }
        }
        assert!(item.data() == "{}" || text.contains(item.data()));
        let _ = item.version();
        if let Some(envelope) = item.envelope() {
            let data = &read["encryptedContent"]["data"];
            assert_eq!(data.as_str(), Some(envelope.data.as_str()));
        }
    }
}

/// The same of a lifecycle item, with these words in its fields: it says its event, and nothing else.
pub(super) fn holds_of_lifecycle(subscription: &str, event: &str, state: &str) {
    let item = serde_json::json!({
        "subscriptionId": subscription, "lifecycleEvent": event, "clientState": state,
        "resource": "users/1", "changeType": "created",
    });
    let body = serde_json::json!({ "value": [item] }).to_string();
    let notification = Notification::parse(body.as_bytes()).expect("it is well-formed");
    let item = &notification.items[0];
    assert_eq!(item.says(), Some(Says::Lifecycle(event)));
    assert_eq!(
        (item.subscription_id.as_deref(), item.client_state.as_deref()),
        (Some(subscription), Some(state))
    );
    holds(body.as_bytes());
}
