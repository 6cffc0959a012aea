//! `/oauth2/v2.0/authorize`: the page where somebody signs in. Errors go back to the app, but those about the app
//! itself, which nobody can be sent back with.

use http::Method;

use super::codes::Code;
use super::script::Keyboard;
use super::{Mode, back, described, field, page, user};
use crate::call::{Call, Reply};
use crate::world::World;
use crate::{clock, seed};

/// What the app asked for.
struct Asked {
    redirect_uri: String,
    state: Option<String>,
    mode: Mode,
}

impl Asked {
    fn refused(&self, error: &str, description: &str) -> Reply {
        self.back(&[("error", error), ("error_description", description)])
    }

    fn back(&self, parameters: &[(&str, &str)]) -> Reply {
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        let parameters: Vec<_> = parameters.iter().copied().chain(state).collect();
        back(&self.redirect_uri, self.mode, &parameters)
    }
}

pub(crate) fn handle(world: &World, call: &Call<'_>, tenant: &str) -> Reply {
    let directory = &world.entra;
    if !directory.is_named(tenant) {
        return page::error(&described(90_002, &format!("Tenant '{tenant}' not found.")));
    }
    let client = call.parameter("client_id").unwrap_or_default();
    if !client.eq_ignore_ascii_case(&directory.client_id) {
        let text = format!("Application with identifier '{client}' was not found in the directory.");
        return page::error(&described(700_016, &text));
    }
    let redirect_uri = call.parameter("redirect_uri").unwrap_or_default();
    if !directory.people.takes_back(&redirect_uri) {
        let text = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs \
             configured for the application '{client}'."
        );
        return page::error(&described(50_011, &text));
    }
    let asked = Asked { redirect_uri, state: call.parameter("state"), mode: Mode::of(call) };
    if call.parameter("response_type").as_deref() != Some("code") {
        let text = "The response type is not supported by this app.";
        return asked.refused("unsupported_response_type", &described(70_005, text));
    }
    let Some(scope) = call.parameter("scope").filter(|scope| !scope.trim().is_empty()) else {
        let text = "The request body must contain the following parameter: 'scope'.";
        return asked.refused("invalid_request", &described(900_144, text));
    };
    let keyboard = directory.people.state.lock().keyboard.clone();
    let keyboard = match (call.method(), keyboard) {
        (&Method::POST, _) => match (field(call, "do").as_deref(), field(call, "user")) {
            (Some("sign-in"), Some(user)) => Keyboard::User(user),
            _ => Keyboard::Declines,
        },
        (_, scripted) => scripted,
    };
    match keyboard {
        Keyboard::Page if call.parameter("prompt").as_deref() == Some("none") => {
            let text = "Session information is not sufficient for single-sign-on.";
            asked.refused("login_required", &described(50_058, text))
        }
        Keyboard::Page => page::sign_in(call.parameter("login_hint").as_deref()),
        Keyboard::Declines => {
            let text = "User declined to consent to access the app.";
            asked.refused("access_denied", &described(65_004, text))
        }
        Keyboard::Refused(code) => {
            let (error, text) = refusal(code);
            asked.refused(error, &described(code, text))
        }
        Keyboard::User(name) => match user(&name) {
            Some(user) => {
                let code = code(world, call, user, &asked.redirect_uri, &scope);
                asked.back(&[("code", &code), ("session_state", &crate::ids::fresh_guid())])
            }
            None => {
                let text = format!("The user account {name} does not exist in the directory.");
                page::error(&described(50_034, &text))
            }
        },
    }
}

fn code(world: &World, call: &Call<'_>, user: &seed::SeedUser, redirect_uri: &str, scope: &str) -> String {
    world.entra.people.remember(Code {
        user_id: user.object_id(),
        redirect_uri: redirect_uri.to_owned(),
        scope: scope.to_owned(),
        nonce: call.parameter("nonce"),
        // Absent means plain.
        challenge: call.parameter("code_challenge"),
        hashed: call.parameter("code_challenge_method").as_deref() == Some("S256"),
        issued: clock::now_ms(),
        redeemed: false,
    })
}

/// What a number means at this endpoint.
fn refusal(code: u32) -> (&'static str, &'static str) {
    match code {
        50_105 => (
            "interaction_required",
            "Your administrator has configured the application to block users unless they are specifically \
             granted ('assigned') access to the application.",
        ),
        65_001 => {
            ("interaction_required", "The user or administrator has not consented to use the application.")
        }
        90_094 => (
            "consent_required",
            "An administrator of the directory has set a policy that prevents you from granting the app the permissions it is requesting.",
        ),
        53_003 => ("access_denied", "Access has been blocked by Conditional Access policies."),
        _ => ("server_error", "The sign-in was refused."),
    }
}
