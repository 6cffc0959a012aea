//! A page for people: plain HTML without scripts, and header fields that allow it nothing but its style.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use tieline_types::Problem;

/// What stands on a page.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) heading: &'static str,
    pub(super) lines: Vec<String>,
    /// Permissions, as a list.
    pub(super) items: Vec<String>,
    pub(super) problem: Option<Problem>,
    /// A path of this host to go back to.
    pub(super) back: Option<String>,
}

/// Seconds after which a browser goes back by itself: long enough to read two lines, and there is a link.
const READING: u32 = 5;

const FIELDS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

impl Page {
    fn html(&self) -> String {
        let bad = if self.problem.is_some() { r#" class="bad""# } else { "" };
        let heading = self.heading;
        let mut body: String = self.lines.iter().map(|line| format!("<p>{}</p>\n", escaped(line))).collect();
        if !self.items.is_empty() {
            let items: String =
                self.items.iter().map(|item| format!("<li><code>{}</code></li>\n", escaped(item))).collect();
            body += &format!("<ul>\n{items}</ul>\n");
        }
        if let Some(Problem { code, message, remedy, .. }) = &self.problem {
            let remedy =
                remedy.as_ref().map(|remedy| format!("<dt>What helps</dt><dd>{}</dd>\n", escaped(remedy)));
            body += &format!(
                "<dl>\n<dt>Reason</dt><dd>{}</dd>\n{}<dt>Code</dt><dd><code>{}</code></dd>\n</dl>\n",
                escaped(message),
                remedy.unwrap_or_default(),
                escaped(code),
            );
        }
        if let Some(back) = &self.back {
            body += &format!("<p><a href=\"{}\">Back to where you were</a></p>\n", escaped(back));
        }
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{heading}</title>\n<link rel=\"stylesheet\" href=\"/auth/style.css\">\n</head>\n\
             <body>\n<main{bad}>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
        )
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = (self.status, Html(self.html())).into_response();
        let headers = response.headers_mut();
        headers.extend(FIELDS.map(|(name, value)| (name, HeaderValue::from_static(value))));
        let back = self.back.filter(|_| self.problem.is_none());
        if let Some(Ok(refresh)) = back.map(|back| HeaderValue::try_from(format!("{READING};url={back}"))) {
            headers.insert(header::REFRESH, refresh);
        }
        response
    }
}

/// The style of all pages, as a file of its own: so no page needs to allow any inline.
pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("max-age=3600")),
    ];
    (headers, include_str!("style.css")).into_response()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_wrote_stays_text() {
        let evil = r#"<script>alert("1")</script>'&"#;
        let page = Page {
            status: StatusCode::FORBIDDEN,
            heading: "Unable to log in to Microsoft",
            lines: vec![evil.into()],
            items: vec![evil.into()],
            problem: Some(Problem::new(evil, evil).remedy(evil)),
            back: Some(format!("/panel?{evil}")),
        };
        let html = page.html();
        assert!(!html.contains("<script") && !html.contains("(\"1\")"), "{html}");
        assert_eq!(html.matches("&lt;script&gt;").count(), 6);
        assert!(page.into_response().headers().get(header::REFRESH).is_none(), "a refusal is to be read");
    }
}
