//! `/v2.0/adminconsent`. A refusal comes back with `admin_consent=True`, too: what counts is `error`.

use http::Method;

use super::script::Administrator;
use super::{Mode, back, described, field, page};
use crate::call::{Call, Reply};
use crate::clock;
use crate::entra::ConsentChange;
use crate::world::World;

pub(crate) fn handle(world: &World, call: &Call<'_>, tenant: &str) -> Reply {
    let directory = &world.entra;
    // Not `common`: consent is for one directory.
    if !directory.is_named(tenant) || tenant.eq_ignore_ascii_case("common") {
        return page::error(&described(90_002, &format!("Tenant '{tenant}' not found.")));
    }
    let parameter = |name: &str| call.parameter(name).unwrap_or_default();
    if !parameter("client_id").eq_ignore_ascii_case(&directory.client_id) {
        return page::error(&described(700_016, "The application was not found in the directory."));
    }
    let redirect_uri = parameter("redirect_uri");
    if !directory.people.takes_back(&redirect_uri) {
        return page::error(&described(50_011, "The redirect URI is not one of the application's."));
    }
    let (scripted, requested) = {
        let state = directory.people.state.lock();
        (state.administrator, state.requested.clone())
    };
    let decision = match (call.method(), scripted) {
        (&Method::POST, _) if field(call, "do").as_deref() == Some("accept") => Administrator::Approves,
        (&Method::POST, _) => Administrator::Declines,
        (_, scripted) => scripted,
    };
    let state = call.parameter("state");
    let with_state = |mut parameters: Vec<(&'static str, String)>| {
        parameters.extend(state.clone().map(|state| ("state", state)));
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        back(&redirect_uri, Mode::Query, &parameters)
    };
    match decision {
        Administrator::Page => page::consent(&requested),
        Administrator::Approves => {
            let mut permissions = directory.consent.read().roles(clock::now_ms());
            permissions.extend(requested);
            world.set_consent(ConsentChange { permissions, ..ConsentChange::default() });
            with_state(vec![
                ("admin_consent", "True".to_owned()),
                ("tenant", directory.directory_id.clone()),
                ("scope", parameter("scope")),
            ])
        }
        Administrator::Declines => with_state(vec![
            ("admin_consent", "True".to_owned()),
            ("error", "consent_required".to_owned()),
            ("error_description", described(65_004, "User declined to consent to access the app.")),
        ]),
    }
}
