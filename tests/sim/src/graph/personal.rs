//! What belongs to a person: the same below `/me` and below `/users/{id}`.

use http::Method;

use super::errors::GraphError;
use super::{Request, calendar, mail, meetings, onenote, users};
use crate::call::Reply;

/// Whether this is the name of something of a person's.
pub(super) fn has(area: &str) -> bool {
    matches!(
        area,
        "onenote"
            | "onlineMeetings"
            | "events"
            | "calendar"
            | "calendars"
            | "calendarView"
            | "messages"
            | "mailFolders"
            | "sendMail"
    )
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
        "onlineMeetings" => meetings::handle(request, &user, rest),
        "messages" | "mailFolders" => mail::handle(request, &user, area, rest),
        "sendMail" if rest.is_empty() && request.call.method() == Method::POST => {
            mail::send_mail(request, &user)
        }
        "sendMail" => Err(GraphError::method_not_allowed()),
        _ => calendar::handle(request, &user, area, rest),
    }
}
