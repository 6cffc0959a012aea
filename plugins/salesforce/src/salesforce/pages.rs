//! Where people see a record.

use serde::Deserialize;
use tieline_sdk::{Failure, Problem, http, storage};

use super::{Salesforce, id};

/// A day: an organisation moves to another address once in years.
const REMEMBERED_FOR: u64 = 24 * 3_600_000;
const KEY: &str = "pages";

/// The address of the organisation's pages, asked for once a day: `https://acme.my.salesforce.com`.
///
/// # Errors
/// When Salesforce cannot be asked, or does not say it.
pub(crate) fn origin(salesforce: &Salesforce<'_>) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct UserInfo {
        urls: Urls,
    }
    #[derive(Deserialize)]
    struct Urls {
        rest: String,
    }
    if let Some(origin) = storage::get_json(KEY)? {
        return Ok(origin);
    }
    let info: UserInfo = salesforce.sent(http::get("/services/oauth2/userinfo"))?.json()?;
    let origin = origin_of(&info.urls.rest).ok_or_else(|| {
        Failure::permanent(
            Problem::new("salesforce.no-pages", "Salesforce does not say where its pages are").remedy(
                "set handoff.pages to the address that people open, like https://acme.my.salesforce.com",
            ),
        )
    })?;
    storage::put_json(KEY, &origin, Some(REMEMBERED_FOR))?;
    Ok(origin)
}

/// Scheme and host of an address.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    matches!(scheme, "http" | "https").then(|| format!("{scheme}://{host}"))
}

/// The address of a record's page.
pub(crate) fn of(origin: &str, object: &str, record: &str) -> String {
    format!("{}/lightning/r/{object}/{}/view", origin.trim_end_matches('/'), id::short(record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_record() {
        let rest = "https://acme.my.salesforce.com/services/data/v{version}/";
        assert_eq!(origin_of(rest).as_deref(), Some("https://acme.my.salesforce.com"));
        assert_eq!(origin_of("javascript:alert(1)"), None);
        assert_eq!(
            of("https://acme.my.salesforce.com/", "Opportunity", "006000000000001AAA"),
            "https://acme.my.salesforce.com/lightning/r/Opportunity/006000000000001/view"
        );
    }
}
