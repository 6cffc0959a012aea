//! Who may: a route stands in a group, and a group says which role it needs at least. It says so in the OpenAPI
//! document, by `x-least-role`, and in the check around each of its routes.

use axum::{
    extract::Request,
    middleware::{self, Next},
    response::Response,
};
use tieline_types::Role;
use utoipa::openapi::{
    Ref,
    extensions::Extensions,
    path::{Operation, PathItem},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{Api, auth, auth::Caller, idempotency};

/// The extension of an operation that names the role.
pub(crate) const LEAST_ROLE: &str = "x-least-role";

/// What every operation may answer beside its own: its status, and the answer's name in the document.
const ANSWERS: [(&str, &str); 5] = [
    ("401", "NoCredential"),
    ("403", "NotAllowed"),
    ("404", "NotFound"),
    ("429", "TooMany"),
    ("default", "Refused"),
];

/// Routes that are guarded. Nothing else becomes a part of the API.
pub(crate) struct Guarded(OpenApiRouter<Api>);

/// Guards routes: only somebody with at least this role gets through.
pub(crate) fn least(role: Role, routes: OpenApiRouter<Api>) -> Guarded {
    let check = move |request: Request, next: Next| check(role, request, next);
    let once = middleware::from_fn(idempotency::once);
    let mut routes = routes.route_layer(once).route_layer(middleware::from_fn(check));
    for operation in routes.get_openapi_mut().paths.paths.values_mut().flat_map(operations) {
        let least = Extensions::from_iter([(LEAST_ROLE, role.as_str())]);
        operation.extensions.get_or_insert_default().merge(least);
        for (status, name) in ANSWERS {
            let answer = Ref::from_response_name(name).into();
            operation.responses.responses.entry(status.into()).or_insert(answer);
        }
    }
    Guarded(routes)
}

/// All groups together.
pub(crate) fn all(groups: impl IntoIterator<Item = Guarded>) -> OpenApiRouter<Api> {
    groups.into_iter().fold(OpenApiRouter::default(), |all, Guarded(routes)| all.merge(routes))
}

/// Whoever holds the host's token may everything; whoever is not known may nothing, however the request came here.
async fn check(_least: Role, request: Request, next: Next) -> Response {
    match request.extensions().get::<Caller>() {
        Some(_) => next.run(request).await,
        None => auth::nobody(),
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch]
        .into_iter()
        .filter_map(Option::as_mut)
}
