//! Pages that a real browser can use, too.

use bytes::Bytes;
use http::{HeaderValue, StatusCode};

use crate::call::{self, Reply};
use crate::seed;

/// Who signs in? The form posts to the address of the page itself.
pub(super) fn sign_in(hint: Option<&str>) -> Reply {
    let users: String = seed::USERS
        .iter()
        .map(|user| {
            let email = user.email();
            let checked = if hint == Some(email.as_str()) { " checked" } else { "" };
            format!(
                "<p><label><input type=\"radio\" name=\"user\" required value=\"{}\"{checked}> {} ({email})</label></p>\n",
                user.object_id(),
                user.name(),
            )
        })
        .collect();
    page(
        StatusCode::OK,
        "Sign in to your account",
        &format!(
            "<form method=\"post\">\n{users}<p><button name=\"do\" value=\"sign-in\">Sign in</button>\n\
             <button name=\"do\" value=\"cancel\" formnovalidate>Cancel</button></p>\n</form>"
        ),
    )
}

/// Does an administrator grant these?
pub(super) fn consent(permissions: &[String]) -> Reply {
    let items: String =
        permissions.iter().map(|permission| format!("<li>{}</li>\n", escaped(permission))).collect();
    page(
        StatusCode::OK,
        "Permissions requested: review for your organisation",
        &format!(
            "<ul>\n{items}</ul>\n<form method=\"post\"><button name=\"do\" value=\"accept\">Accept</button>\n\
             <button name=\"do\" value=\"cancel\">Cancel</button></form>"
        ),
    )
}

/// Parameters that go back as a form (`response_mode=form_post`); a browser sends it by itself.
pub(super) fn post_back(to: &str, parameters: &[(&str, &str)]) -> Reply {
    let fields: String = parameters
        .iter()
        .map(|(name, value)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escaped(name), escaped(value))
        })
        .collect();
    let form = format!(
        "<form method=\"post\" action=\"{}\">\n{fields}<button>Continue</button></form>\n\
         <script>document.forms[0].submit()</script>",
        escaped(to),
    );
    page(StatusCode::OK, "Working…", &form)
}

/// What cannot be sent back to anybody.
pub(super) fn error(description: &str) -> Reply {
    page(
        StatusCode::BAD_REQUEST,
        "Sorry, but we’re having trouble signing you in",
        &format!("<p>{}</p>", escaped(description)),
    )
}

fn page(status: StatusCode, heading: &str, body: &str) -> Reply {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title></head>\n\
         <body><main><h1>{heading}</h1>\n{body}\n</main></body></html>\n"
    );
    call::raw(status, HeaderValue::from_static("text/html; charset=utf-8"), Bytes::from(html))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
