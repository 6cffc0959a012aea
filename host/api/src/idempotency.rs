//! `Idempotency-Key`: a POST that is sent again is answered again and not done again
//! (draft-ietf-httpapi-idempotency-key-header). Answers are kept for seven days, by caller, path and key.

use axum::{
    Extension,
    body::{Body, Bytes, HttpBody as _, to_bytes},
    extract::{FromRequest as _, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tieline_delivery::{AskedOnce as Asked, KeptAnswer, Once, Ticket};
use tieline_types::{Digest, Exceeded, Limit, Problem, TenantId};

use crate::{
    Api, ProblemDocument,
    auth::Caller,
    refusal::{self, Refusal},
};

/// The request's field.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key.
const LONGEST: usize = 255;
/// The largest answer that is kept; of a larger one, or one that is made as it is sent, that it was given.
const ANSWER: usize = 1 << 20;

/// Lets a POST with a key through once.
pub(crate) async fn once(Extension(api): Extension<Api>, request: Request, next: Next) -> Response {
    let key = match key(request.method(), request.headers()) {
        Ok(None) => return next.run(request).await,
        Ok(Some(key)) => key,
        Err(problem) => return ProblemDocument::new(StatusCode::BAD_REQUEST, problem).into_response(),
    };
    let (caller, what) = (caller(&request), format!("{} {}", request.method(), request.uri()));
    let (parts, body) = request.into_parts();
    let body = match Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Ok(body) => body,
        Err(rejection) => {
            let most = Exceeded::new(Limit::BODY, api.host.doors().body_bytes);
            return refusal::unread(&rejection, most).into_response();
        }
    };
    let tenant = tenant(parts.uri.path());
    let once = Once { tenant, who: caller, what, key, body: Digest::of(&body) };
    match api.host.once(&once).await {
        Ok(Asked::New(ticket)) => {
            let request = Request::from_parts(parts, Body::from(body));
            // Goes on when whoever asked goes away, so that its answer is there when they ask again.
            let done = tokio::spawn(async move { keep(ticket, next.run(request).await).await }).await;
            done.unwrap_or_else(|_| refusal::unavailable("The request was cut off.".into()))
        }
        Ok(Asked::Answered(answer)) => again(answer),
        Ok(Asked::SomethingElse) => {
            let message = "Under this `Idempotency-Key` something else was asked for.";
            let problem = Problem::new("idempotency.reused", message).remedy("Use a new key.");
            ProblemDocument::new(StatusCode::UNPROCESSABLE_ENTITY, problem).into_response()
        }
        Ok(Asked::Withheld) => conflict(
            "idempotency.withheld",
            "It was done under this `Idempotency-Key`; its answer holds a secret or is too large, and is not given again.",
            "Look at what was made, or ask anew with another key.",
        ),
        Ok(Asked::UnderWay) => conflict(
            "idempotency.under-way",
            "What was asked for under this `Idempotency-Key` is being done.",
            "Ask again in a moment.",
        ),
        Ok(Asked::CutOff) => conflict(
            "idempotency.cut-off",
            "What was asked for under this `Idempotency-Key` was cut off; it may be done, or not.",
            "Look whether it is done; if not, ask anew with another key.",
        ),
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// The key of a request that is to be done once.
fn key(method: &Method, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut fields = headers.get_all(KEY).iter();
    let Some(field) = fields.next().filter(|_| *method == Method::POST) else { return Ok(None) };
    let plain =
        |key: &str| !key.is_empty() && key.len() <= LONGEST && key.bytes().all(|b| b.is_ascii_graphic());
    match (field.to_str().ok().filter(|key| plain(key)), fields.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => {
            let message =
                format!("An `Idempotency-Key` is one text of 1 to {LONGEST} visible ASCII characters.");
            Err(Problem::new("idempotency.key", message).remedy("Send one key, such as a UUID, or none."))
        }
    }
}

/// The tenant that a path is about.
fn tenant(path: &str) -> Option<TenantId> {
    let (_, below) = path.split_once("/tenants/")?;
    below.split('/').next()?.parse().ok()
}

fn caller(request: &Request) -> String {
    request.extensions().get::<Caller>().map_or_else(String::new, |caller| caller.as_str().to_owned())
}

/// Keeps an answer to something that was done. What was refused may be asked for again under the same key.
async fn keep(ticket: Ticket, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    if !parts.status.is_success() && parts.status != StatusCode::UNPROCESSABLE_ENTITY {
        ticket.refused().await;
        return Response::from_parts(parts, body);
    }
    let field = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let secret = field(header::CACHE_CONTROL).is_some_and(|value| value.contains("no-store"));
    let content_type = field(header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let whole = body.size_hint().exact().is_some_and(|size| size <= ANSWER as u64);
    if secret || !whole {
        ticket.withheld().await;
        return Response::from_parts(parts, body);
    }
    let Ok(body) = to_bytes(body, ANSWER).await else {
        ticket.withheld().await;
        return refusal::unavailable("The answer broke off.".into());
    };
    match String::from_utf8(body.to_vec()) {
        Ok(body) => ticket.answered(KeptAnswer { status: parts.status.as_u16(), content_type, body }).await,
        Err(_) => ticket.withheld().await,
    }
    Response::from_parts(parts, Body::from(body))
}

fn again(KeptAnswer { status, content_type, body }: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.extend(HeaderValue::try_from(content_type).ok().map(|kind| (header::CONTENT_TYPE, kind)));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn conflict(code: &str, message: &str, remedy: &str) -> Response {
    let problem = Problem::new(code, message).remedy(remedy);
    ProblemDocument::new(StatusCode::CONFLICT, problem).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_plain_text_and_only_a_post_has_one() {
        let of = |method: Method, keys: &[&str]| {
            let fields = keys.iter().map(|key| (KEY, HeaderValue::from_bytes(key.as_bytes()).unwrap()));
            key(&method, &HeaderMap::from_iter(fields)).map_err(|refused| refused.code)
        };
        assert_eq!(of(Method::POST, &["order-66"]), Ok(Some("order-66".into())));
        assert_eq!(of(Method::POST, &[]), Ok(None));
        assert_eq!(of(Method::PUT, &["order-66"]), Ok(None));
        let long = "x".repeat(LONGEST + 1);
        for refused in [&[""][..], &["a b"], &["é"], &["a", "b"], &[&long]] {
            assert_eq!(of(Method::POST, refused), Err("idempotency.key".into()), "{refused:?}");
        }
    }
}
