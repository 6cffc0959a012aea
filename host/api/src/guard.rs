//! Who may: a route stands in a group, and a group says which role it needs at least. It says so in the OpenAPI
//! document, by `x-least-role`, and in the check around each of its routes.

use axum::{
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tieline_access::{Principal, Verdict};
use tieline_delivery::HostError;
use tieline_types::{Problem, Role, TenantId};
use utoipa::openapi::{
    Ref,
    extensions::Extensions,
    path::{Operation, PathItem},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{Api, ProblemDocument, auth, idempotency, refusal::Refusal};

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
    let check = move |names: Names, request: Request, next: Next| check(role, names, request, next);
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

/// What the path names; of one that is no text nothing.
type Names = Result<RawPathParams, RawPathParamsRejection>;

/// Judges before anything is looked up: whoever has no right to a tenant hears of it what everybody hears of one that
/// nobody made, and as soon. Whoever is not known may nothing, however the request came here.
async fn check(least: Role, names: Names, request: Request, next: Next) -> Response {
    let Some(principal) = request.extensions().get::<Principal>() else { return auth::nobody() };
    let named = match &names {
        Ok(names) => names.iter().find(|(name, _)| *name == "tenant").map(|(_, tenant)| tenant),
        Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => Some("\u{fffd}"),
        Err(_) => None,
    };
    let tenant = named.map(str::parse::<TenantId>).transpose();
    match (tenant.map(|tenant| principal.judged(tenant.as_ref(), least)), named) {
        (Ok(Verdict::May(_)), _) => next.run(request).await,
        (Ok(Verdict::TooLittle(role)), _) => too_little(least, role),
        // A name that no tenant can have is one that none has.
        (Ok(Verdict::NotThere) | Err(_), tenant) => {
            let what = format!("tenant {}", tenant.unwrap_or_default());
            Refusal::from(HostError::NotFound { what }).into_response()
        }
    }
}

fn too_little(least: Role, role: Role) -> Response {
    let message = format!("This is for the role {least} and those above it; whoever asks is {role} here.");
    let remedy = "Have somebody with that role do it, or be given it.";
    ProblemDocument::new(StatusCode::FORBIDDEN, Problem::new("auth.not-allowed", message).remedy(remedy))
        .into_response()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch]
        .into_iter()
        .filter_map(Option::as_mut)
}
