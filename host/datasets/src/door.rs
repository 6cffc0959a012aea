//! Object stores through the one door out: their client makes no connection of its own, so what the operator's policy
//! refuses is refused here too.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use http::header;
use http_body_util::BodyExt as _;
use object_store::client::{
    ClientConfigKey, ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest,
    HttpResponse, HttpService,
};
use tieline_egress::{Denial, Egress, EgressError, Permit, Request};
use tieline_types::Origin;
use url::Url;

/// From the wait for a turn to the last byte: parts of files are a few megabytes.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The largest answer taken, in bytes: a range of a file, which readers ask for, or a page of a list.
const ANSWER_BYTES: usize = 256 << 20;

/// The door, as the client of an object store knows it.
#[derive(Clone)]
pub(crate) struct Door(pub(crate) Egress);

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error("the object store's client made an address that is none")]
    Address(#[source] url::ParseError),
    #[error("reaching {0} needs TLS, or allow_http = \"true\" among the options of [datasets]")]
    Plain(Origin),
    #[error("the object store's client made an address without an origin")]
    Origin(#[source] tieline_types::origin::InvalidOrigin),
    #[error("{}, which {} would allow", .0.asked, .0.allow_with.as_deref().unwrap_or("no line of tieline.toml"))]
    Denied(Denial),
}

impl HttpConnector for Door {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp).as_deref() == Some("true");
        Ok(HttpClient::new(Service { door: self.clone(), allows_http }))
    }
}

#[derive(Debug)]
struct Service {
    door: Door,
    allows_http: bool,
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let unsent = |why: Unsent| HttpError::new(HttpErrorKind::Unknown, why);
        let url: Url = head.uri.to_string().parse().map_err(|error| unsent(Unsent::Address(error)))?;
        let origin = Origin::of(&url).map_err(|error| unsent(Unsent::Origin(error)))?;
        if url.scheme() != "https" && !self.allows_http {
            return Err(unsent(Unsent::Plain(origin)));
        }
        let permit = Permit::origin(&origin, &url).map_err(|denial| failed(denial.into()))?;
        let mut headers = head.headers;
        // The door sets these itself; a signature covers them as they will be.
        headers.remove(header::HOST);
        headers.remove(header::CONTENT_LENGTH);
        let request = Request {
            method: head.method,
            url,
            headers,
            body: body.collect().await?.to_bytes(),
            timeout: TIMEOUT,
            max_answer: ANSWER_BYTES,
            guest_of: None,
        };
        let answer = self.door.0.send(permit, request).await.map_err(failed)?;
        let mut response = HttpResponse::new(answer.body.into());
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}

/// As the object store's client understands it: what never left may be sent again, what may have arrived only where that
/// does no harm.
fn failed(error: EgressError) -> HttpError {
    let kind = match &error {
        EgressError::Unreachable { .. } | EgressError::Busy { .. } => HttpErrorKind::Connect,
        EgressError::InDoubt { .. } => HttpErrorKind::Interrupted,
        EgressError::TooLarge { .. } => HttpErrorKind::Decode,
        EgressError::Denied(denial) => {
            return HttpError::new(HttpErrorKind::Unknown, Unsent::Denied(denial.clone()));
        }
        EgressError::Invalid { .. } => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
