//! The routes of the API, by the role that they need at least.

use axum::extract::DefaultBodyLimit;
use tieline_types::{Doors, Role};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use crate::{
    Api, activity, alerts, audit, connections, datasets, events, guard, installations, keys, live, packages,
    people, receivers, replay, schedules, session, subscriptions, tapes, tenants, tokens, usage, vendors,
    view, webhooks,
};

/// All of them, guarded.
pub(crate) fn all(doors: &Doors) -> OpenApiRouter<Api> {
    guard::all([
        guard::least(Role::Viewer, looking()),
        guard::least(Role::Agent, working()),
        guard::least(Role::TenantAdmin, setting_up()),
        guard::least(Role::Operator, operating(doors)),
    ])
}

/// Looks at a tenant, and at nothing secret of it.
fn looking() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(session::show))
        .routes(routes!(tenants::list))
        .routes(routes!(vendors::list))
        .routes(routes!(vendors::versions))
        .routes(routes!(vendors::manifest))
        .routes(routes!(connections::list))
        .routes(routes!(connections::show))
        .routes(routes!(connections::consent))
        .routes(routes!(installations::list))
        .routes(routes!(installations::show))
        .routes(routes!(installations::grant))
        .routes(routes!(usage::list))
        .routes(routes!(datasets::list))
        .routes(routes!(datasets::show))
        .routes(routes!(datasets::summary))
        .routes(routes!(datasets::export))
        .routes(routes!(webhooks::list))
        .routes(routes!(subscriptions::list))
        .routes(routes!(subscriptions::coverage))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::calendar))
        .routes(routes!(schedules::list))
        .routes(routes!(events::list))
        .routes(routes!(events::show))
        .routes(routes!(replay::dead_letters))
        .routes(routes!(activity::list))
        .routes(routes!(live::listen))
}

/// Works with records.
fn working() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(installations::act))
        .routes(routes!(view::show))
        .routes(routes!(people::sign_in))
}

/// Sets a tenant up, and sees to it that it works.
fn setting_up() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(tenants::show))
        .routes(routes!(tenants::compare))
        .routes(routes!(audit::list))
        .routes(routes!(audit::verify))
        .routes(routes!(people::consent))
        .routes(routes!(people::list, people::sign_everybody_out))
        .routes(routes!(people::sign_out))
        .routes(routes!(people::revoke))
        .routes(routes!(connections::put, connections::remove))
        .routes(routes!(connections::test))
        .routes(routes!(connections::accept_consent))
        .routes(routes!(receivers::list))
        .routes(routes!(receivers::test))
        .routes(routes!(installations::put, installations::remove))
        .routes(routes!(installations::put_grant))
        .routes(routes!(installations::validate))
        .routes(routes!(installations::preview))
        .routes(routes!(installations::check))
        .routes(routes!(installations::pause))
        .routes(routes!(installations::resume))
        .routes(routes!(datasets::compact))
        .routes(routes!(webhooks::show))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(replay::many))
        .routes(routes!(replay::one))
        .routes(routes!(tapes::show))
}

/// Runs the host.
fn operating(doors: &Doors) -> OpenApiRouter<Api> {
    let package = DefaultBodyLimit::max(doors.package_bytes);
    OpenApiRouter::default()
        .routes(routes!(tenants::apply, tenants::remove))
        .routes(routes!(vendors::packages))
        .routes(routes!(keys::list))
        .routes(routes!(keys::rotate))
        .routes(routes!(keys::backup))
        .routes(routes!(audit::list_host))
        .routes(routes!(audit::verify_host))
        .routes(routes!(audit::verify_all))
        .routes(routes!(alerts::everywhere))
        .routes(routes!(receivers::list_own))
        .routes(routes!(receivers::test_own))
        .routes(routes!(packages::take, packages::give).layer(package))
}
