//! What belongs to a person: the same below `/me` and below `/users/{id}`.

use super::errors::GraphError;
use super::{Request, meetings, onenote, users};
use crate::call::Reply;

/// Whether this is the name of something of a person's.
pub(super) fn has(area: &str) -> bool {
    matches!(area, "onenote" | "onlineMeetings")
}

/// Answers what is asked of it; `/me` names nobody.
pub(super) fn handle(
    request: &Request<'_>,
    user: Option<&str>,
    area: &str,
    rest: &[&str],
) -> Result<Reply, GraphError> {
    let user = match user {
        Some(user) => users::named(user)?.object_id(),
        None => request.bearer.user_id().map(str::to_owned).ok_or_else(|| {
            GraphError::bad_request("/me request is only valid with delegated authentication flow.")
        })?,
    };
    match area {
        "onenote" => onenote::of_user(request, &user, rest),
        _ => meetings::handle(request, &user, rest),
    }
}
