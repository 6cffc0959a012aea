//! How calls of metered Teams APIs are paid for: the parameter that says it.
//!
//! learn.microsoft.com, "Payment models and licensing requirements for Microsoft Teams APIs". The metering ended on
//! 25 August 2025, and the parameter does no harm.

use tieline_types::tenant::Licensing;
use url::Url;

/// The functions that are metered, wherever they stand.
const METERED: [&str; 2] = ["getAllMessages", "getAllRetainedMessages"];
const MODEL: &str = "model";

/// Says it on a call that is metered, unless the call says it already.
pub(super) fn pay(url: &mut Url, licensing: Licensing) {
    let Some(model) = licensing.model() else { return };
    let last = url.path_segments().and_then(Iterator::last).unwrap_or_default();
    let name = last.split('(').next().unwrap_or_default();
    if METERED.iter().any(|metered| metered.eq_ignore_ascii_case(name))
        && !url.query_pairs().any(|(name, _)| name == MODEL)
    {
        // What stands there already stays as it was written.
        let query = url.query().map_or_else(String::new, |query| format!("{query}&"));
        url.set_query(Some(&format!("{query}{MODEL}={model}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(path: &str, licensing: Licensing) -> String {
        let base = "https://graph.microsoft.com/v1.0";
        let mut url = Url::parse(&format!("{base}{path}")).unwrap();
        pay(&mut url, licensing);
        url.as_str().strip_prefix(base).unwrap().to_owned()
    }

    #[test]
    fn says_how_metered_calls_are_paid_for_and_nothing_on_others() {
        for (path, expected) in [
            ("/users/1/chats/getAllMessages", "/users/1/chats/getAllMessages?model=B"),
            (
                "/teams/1/channels/getallmessages()?$top=5",
                "/teams/1/channels/getallmessages()?$top=5&model=B",
            ),
            ("/teams/1/channels/getAllMessages?model=A", "/teams/1/channels/getAllMessages?model=A"),
            ("/teams/1/channels/2/messages", "/teams/1/channels/2/messages"),
            ("/users/getAllMessages/messages", "/users/getAllMessages/messages"),
        ] {
            assert_eq!(paid(path, Licensing::B), expected);
            assert_eq!(paid(path, Licensing::Evaluation), path);
        }
    }
}
