//! Parts of a request, parsed at the door; what cannot be parsed is a problem with its place.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{
        FromRef, FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;
use tieline_delivery::Host;
use tieline_types::{Exceeded, Limit, Problem};

use crate::{ProblemDocument, problem::LOOK_UP, refusal, strict};

/// Names in the path.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ProblemDocument;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemDocument> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(names)) => Ok(Self(names)),
            // A name that cannot be is a name that nothing has.
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                let problem =
                    Problem::new("path.invalid", format!("The path names nothing: {}.", error.body_text()))
                        .remedy(LOOK_UP);
                Err(ProblemDocument::new(StatusCode::NOT_FOUND, problem))
            }
            Err(other) => Err(ProblemDocument::malformed("path.invalid", other.body_text())),
        }
    }
}

/// The query.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ProblemDocument;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemDocument> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|rejection: QueryRejection| {
                ProblemDocument::malformed("query.invalid", rejection.body_text())
            })
    }
}

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T>
where
    Arc<Host>: FromRef<S>,
{
    type Rejection = ProblemDocument;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProblemDocument> {
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let body = body.map_err(|unread| {
            let most = Exceeded::new(Limit::BODY, Arc::<Host>::from_ref(state).doors().body_bytes);
            refusal::unread(&unread, most)
        })?;
        let request = Request::from_parts(parts, Body::from(body.clone()));
        let rejection = match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(read)) => {
                return match strict::list_for_object::<T>(&body) {
                    None => Ok(Self(read)),
                    Some(error) => {
                        Err(ProblemDocument::malformed("body.wrong-shape", format!("The body: {error}.")))
                    }
                };
            }
            Err(rejection) => rejection,
        };
        let code = match &rejection {
            JsonRejection::JsonDataError(_) => "body.wrong-shape",
            JsonRejection::JsonSyntaxError(_) => "body.not-json",
            JsonRejection::MissingJsonContentType(_) => "body.not-json",
            _ => "body.unreadable",
        };
        // Of our 4xx only the place differs, not what the caller can do about it.
        let status = match rejection.status() {
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            other => other,
        };
        Err(ProblemDocument::new(status, Problem::new(code, rejection.body_text()).remedy(LOOK_UP)))
    }
}
