//! How metered resources are paid for: the parameter that says it, inside a subscription's resource. Pure.
//!
//! learn.microsoft.com, "Payment models and licensing requirements for Microsoft Teams APIs". A subscription keeps the
//! model that it was created with; another one makes another resource, and so another subscription.

use tieline_types::tenant::Licensing;

/// The ends of resources that are metered.
const METERED: [&str; 3] = ["getAllMessages", "getAllMembers", "installedToChats"];

/// The resource with how it is paid for, unless it says it already.
pub(super) fn paid(resource: &str, licensing: Option<Licensing>) -> String {
    let (path, query) = resource.split_once('?').unwrap_or((resource, ""));
    let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches("()");
    let metered = METERED.iter().any(|metered| metered.eq_ignore_ascii_case(name));
    let said = query.split('&').any(|pair| pair.starts_with("model="));
    match licensing.and_then(Licensing::model) {
        Some(model) if metered && !said => {
            format!("{resource}{}model={model}", if query.is_empty() { '?' } else { '&' })
        }
        _ => resource.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_metered_resources_are_paid_for_and_nothing_on_others() {
        for (resource, expected) in [
            ("/teams/getAllMessages", "/teams/getAllMessages?model=A"),
            (
                "/users/1/chats/getAllMessages()?$filter=x",
                "/users/1/chats/getAllMessages()?$filter=x&model=A",
            ),
            ("/chats/getAllMembers?model=B", "/chats/getAllMembers?model=B"),
            ("/teams/1/channels/2/messages", "/teams/1/channels/2/messages"),
        ] {
            assert_eq!(paid(resource, Some(Licensing::A)), expected);
            assert_eq!(paid(resource, Some(Licensing::Evaluation)), resource);
            assert_eq!(paid(resource, None), resource);
        }
    }
}
