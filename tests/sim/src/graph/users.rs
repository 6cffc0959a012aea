//! Users of the directory ("List users", "Get a user").

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::errors::GraphError;
use super::paging::{self, Page};
use super::permissions::Operation;
use super::{Request, json as answer};
use crate::call::Reply;
use crate::seed::{SeedUser, USERS};

/// What comes without `$select`, in Graph's order.
const USUAL: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

fn whole(user: &SeedUser) -> Value {
    json!({
        "id": user.object_id(),
        "businessPhones": [user.phone],
        "displayName": user.name(),
        "givenName": user.given,
        "surname": user.family,
        "jobTitle": user.job,
        "mail": user.email(),
        "mobilePhone": user.mobile,
        "officeLocation": null,
        "preferredLanguage": "en-GB",
        "userPrincipalName": user.email(),
        "department": user.department,
        "companyName": "Lakeside Systems",
        "accountEnabled": true,
        "userType": "Member",
        "faxNumber": null,
        "mailNickname": user.email().split('@').next(),
        "assignedLicenses": [],
        "assignedPlans": super::people::plans(user),
    })
}

pub(super) fn list(request: &Request<'_>) -> Result<Reply, GraphError> {
    request.may(Operation::ReadUsers)?;
    let page = Page::of(request, 100, 999)?;
    let select = selected(request)?;
    let mut users: Vec<Value> = USERS.iter().map(whole).collect();
    if let Some(search) = request.call.parameter("$search") {
        let terms = searched(request, &search)?;
        let holds = |user: &Value, (field, words): &(&str, String)| {
            user[*field].as_str().is_some_and(|held| begins(held, words))
        };
        users.retain(|user| terms.iter().any(|term| holds(user, term)));
    }
    if let Some(filter) = request.call.parameter("$filter") {
        let (field, value) = equality(&filter)
            .filter(|(field, _)| matches!(&**field, "id" | "mail" | "userPrincipalName" | "displayName"))
            .ok_or_else(|| {
                GraphError::new(
                    StatusCode::BAD_REQUEST,
                    "Request_UnsupportedQuery",
                    format!("Unsupported or invalid query filter clause specified: '{filter}'."),
                )
            })?;
        users.retain(|user| user[&field].as_str().is_some_and(|held| held.eq_ignore_ascii_case(&value)));
    }
    let from = page.after.map_or(0, |after| usize::try_from(after).unwrap_or(usize::MAX));
    let total = users.len();
    let value: Vec<Value> =
        users.iter().skip(from).take(page.size).map(|user| narrowed(user, &select)).collect();
    let end = from.saturating_add(value.len());
    let mut body = json!({"@odata.context": request.context("users"), "value": value});
    if end < total {
        body["@odata.nextLink"] = paging::next_link(request, end as u64).into();
    }
    Ok(answer(StatusCode::OK, &body))
}

/// Fields and words of `"displayName:…" OR "mail:…"` ("Use the $search query parameter"), which the directory takes only
/// with its advanced queries.
fn searched(request: &Request<'_>, search: &str) -> Result<Vec<(&'static str, String)>, GraphError> {
    let unsupported =
        |message: String| GraphError::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message);
    if !request.call.header("consistencylevel").is_some_and(|level| level.eq_ignore_ascii_case("eventual")) {
        let message = "Request with $search query parameter only works through MSGraph with a special request \
                       header: 'ConsistencyLevel: eventual'";
        return Err(unsupported(message.to_owned()));
    }
    let unreadable = || unsupported(format!("Syntax error: '{search}' is not simulated."));
    let term = |term: &str| {
        let (field, words) = term.trim().strip_prefix('"')?.strip_suffix('"')?.split_once(':')?;
        let field = ["displayName", "mail"].into_iter().find(|known| *known == field)?;
        (!words.trim().is_empty()).then(|| (field, words.to_lowercase()))
    };
    search.split(" OR ").map(|part| term(part).ok_or_else(unreadable)).collect()
}

/// Whether each word begins a word of the name.
fn begins(name: &str, words: &str) -> bool {
    let name = name.to_lowercase();
    words.split_whitespace().all(|word| name.split_whitespace().any(|part| part.starts_with(word)))
}

/// The user with this id or address.
pub(super) fn named(id: &str) -> Result<&'static SeedUser, GraphError> {
    let is = |user: &&SeedUser| {
        id.eq_ignore_ascii_case(&user.object_id()) || id.eq_ignore_ascii_case(&user.email())
    };
    USERS.iter().find(is).ok_or_else(|| GraphError::no_object(id))
}

/// Who signed in.
pub(super) fn me(request: &Request<'_>) -> Result<Reply, GraphError> {
    request.may(Operation::ReadMe)?;
    let own = request.bearer.user_id().ok_or_else(|| {
        GraphError::bad_request("/me request is only valid with delegated authentication flow.")
    })?;
    shown(request, named(own)?)
}

pub(super) fn get(request: &Request<'_>, id: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadUsers)?;
    shown(request, named(id)?)
}

fn shown(request: &Request<'_>, user: &SeedUser) -> Result<Reply, GraphError> {
    let select = selected(request)?;
    let mut body = narrowed(&whole(user), &select);
    body["@odata.context"] = request.context("users/$entity").into();
    Ok(answer(StatusCode::OK, &body))
}

/// The fields of `$select`, each of which must exist.
fn selected(request: &Request<'_>) -> Result<Vec<String>, GraphError> {
    let Some(select) = request.call.parameter("$select") else {
        return Ok(USUAL.map(str::to_owned).to_vec());
    };
    let known = whole(&USERS[0]);
    select
        .split(',')
        .map(str::trim)
        .map(|field| {
            let found = known
                .as_object()
                .and_then(|all| all.keys().find(|name| name.eq_ignore_ascii_case(field)).cloned());
            found.ok_or_else(|| {
                GraphError::bad_request(format!(
                    "Could not find a property named '{field}' on type 'microsoft.graph.user'."
                ))
            })
        })
        .collect()
}

fn narrowed(user: &Value, select: &[String]) -> Value {
    Value::Object(select.iter().map(|field| (field.clone(), user[field].clone())).collect::<Map<_, _>>())
}

/// Field and value of `field eq 'value'`; a quote in the value is doubled.
pub(super) fn equality(filter: &str) -> Option<(String, String)> {
    let (field, rest) = filter.trim().split_once(' ')?;
    let (operator, value) = rest.trim_start().split_once(' ')?;
    let value = value.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    let lone_quote = value.replace("''", "").contains('\'');
    (operator == "eq" && !lone_quote).then(|| (field.to_owned(), value.replace("''", "'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_equality_is_a_filter() {
        let read = |filter| equality(filter).map(|(_, value)| value);
        assert_eq!(read("mail eq 'a@b.example'").as_deref(), Some("a@b.example"));
        assert_eq!(read("displayName eq 'O''Brien'").as_deref(), Some("O'Brien"));
        assert_eq!(read("mail eq 'a' or mail eq 'b'"), None);
        assert_eq!(read("startswith(mail,'a')"), None);
    }
}
