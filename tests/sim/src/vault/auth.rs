//! Logging in and out ("Authentication", "Session Keep Alive", "End Session", "Validate Session User").

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use serde_json::json;

use super::errors::{Failure, success};
use super::limits::Used;
use super::objects;
use super::people::State;
use super::{Request, Vault, seeded};
use crate::call::{Call, Reply};

/// A login: its answer, and what the limit of logins says.
pub(super) fn login(vault: &Vault, call: &Call<'_>, now: u64) -> (Result<Reply, Failure>, Option<Used>) {
    let form: HashMap<String, String> = url::form_urlencoded::parse(call.body).into_owned().collect();
    let field = |name: &str| form.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let host = call.header("host").unwrap_or(&call.place.authority);
    let username = field("username").unwrap_or_default();
    let used = match vault.counts.login(username, field("vaultDNS").unwrap_or(host), now) {
        Ok(used) => used,
        Err(refused) => return (Err(refused), None),
    };
    (entered(vault, call, username, field("password"), now), Some(used))
}

fn entered(
    vault: &Vault,
    call: &Call<'_>,
    username: &str,
    password: Option<&str>,
    now: u64,
) -> Result<Reply, Failure> {
    if let Some(scripted) = vault.refusals.next() {
        return Err(scripted);
    }
    let failed = format!("Authentication failed for user: {username}.");
    let password =
        password.ok_or_else(|| Failure::login("NO_PASSWORD_PROVIDED", "No password was provided."))?;
    let (known, secret) = (&vault.username, &vault.password);
    if !known.eq_ignore_ascii_case(username) || secret != password {
        return Err(Failure::login("USERNAME_OR_PASSWORD_INCORRECT", failed));
    }
    let elsewhere = match vault.people.state() {
        State::Active => false,
        State::Elsewhere => true,
        State::Locked => {
            return Err(Failure::login("USER_LOCKED_OUT", "The user is locked out of the account."));
        }
        State::Inactive => return Err(Failure::login("INACTIVE_USER", "The user is not active.")),
        State::PasswordExpired => {
            return Err(Failure::login("PASSWORD_CHANGE_REQUIRED", "The password must be changed."));
        }
    };
    let session = vault.sessions.begin(&vault.user_id, elsewhere, now);
    let own = json!({"id": seeded::VAULT_ID, "name": seeded::VAULT, "url": format!("{}/api", call.base())});
    let other = json!({"id": seeded::OTHER_ID, "name": seeded::OTHER, "url": seeded::OTHER_URL});
    // Who may not enter the vault that was asked for is logged in to another one, and no error says so.
    let (vaults, vault_id) = match elsewhere {
        true => (vec![other], seeded::OTHER_ID),
        false => (vec![own, other], seeded::VAULT_ID),
    };
    let user_id: u64 = vault.user_id.parse().unwrap_or_default();
    vault.logins.fetch_add(1, Ordering::Relaxed);
    Ok(success(json!({"sessionId": session, "userId": user_id, "vaultIds": vaults, "vaultId": vault_id})))
}

/// Whose session it is.
pub(super) fn me(request: &Request<'_>) -> Result<Reply, Failure> {
    let data = request.vault.data.read();
    let user = data.of(&objects::USER).get(&request.session.user_id).ok_or_else(Failure::session)?;
    let text = |name: &str| user.fields.get(name).cloned().unwrap_or_default();
    let id: u64 = user.id.parse().unwrap_or_default();
    Ok(success(json!({"users": [{"user": {
        "id": id,
        "user_name__v": text("username__sys"),
        "user_first_name__v": text("first_name__sys"),
        "user_last_name__v": text("last_name__sys"),
        "user_email__v": text("email__sys"),
        "user_timezone__v": "Europe/London",
        "user_locale__v": "en_GB",
        "active__v": true,
        "domain_active__v": true,
        "federated_id__v": text("federated_id__sys"),
        "security_profile__v": "business_admin__v",
        "license_type__v": "full__v",
        "vault_id__v": [seeded::VAULT_ID],
    }}]})))
}
