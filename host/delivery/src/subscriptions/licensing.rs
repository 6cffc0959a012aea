//! How metered resources are paid for: the parameter that says it, inside a subscription's resource. Pure.
//!
//! learn.microsoft.com, "Payment models and licensing requirements for Microsoft Teams APIs": what a whole organisation
//! writes takes either model; what one person, or one app, is told takes only B. A subscription keeps the model that it
//! was created with; another one makes another resource, and so another subscription.

use tieline_types::tenant::Licensing;

/// The ends of resources that are metered.
const METERED: [&str; 3] = ["getAllMessages", "getAllMembers", "installedToChats"];

/// The resource with how it is paid for, unless it says it already.
pub(super) fn paid(resource: &str, licensing: Option<Licensing>) -> String {
    let (path, query) = resource.split_once('?').unwrap_or((resource, ""));
    let (place, name) = path.trim_start_matches('/').rsplit_once('/').unwrap_or_default();
    let name = name.trim_end_matches("()");
    let metered = METERED.iter().any(|metered| metered.eq_ignore_ascii_case(name));
    let of_all = ["teams", "chats"].iter().any(|all| all.eq_ignore_ascii_case(place));
    let said = query.split('&').any(|pair| pair.starts_with("model="));
    match licensing.filter(|licensing| of_all || *licensing == Licensing::B).and_then(Licensing::model) {
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
        for (resource, with_a, with_b) in [
            ("/teams/getAllMessages", "?model=A", "?model=B"),
            ("chats/getAllMembers()?$filter=x", "&model=A", "&model=B"),
            ("/users/1/chats/getAllMessages()?$filter=x", "", "&model=B"),
            ("/me/chats/getAllMessages", "", "?model=B"),
            ("/appCatalogs/teamsApps/1/installedToChats", "", "?model=B"),
            ("/appCatalogs/teamsApps/1/installedToChats/getAllMembers", "", "?model=B"),
            ("/chats/getAllMembers?model=B", "", ""),
            ("/teams/1/channels/2/messages", "", ""),
        ] {
            assert_eq!(paid(resource, Some(Licensing::A)), format!("{resource}{with_a}"));
            assert_eq!(paid(resource, Some(Licensing::B)), format!("{resource}{with_b}"));
            assert_eq!(paid(resource, Some(Licensing::Evaluation)), resource);
            assert_eq!(paid(resource, None), resource);
        }
    }
}
