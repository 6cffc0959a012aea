//! Which Salesforce user owns the Tasks of a sender.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, graph, log, path, storage};

use crate::Config;
use crate::message::Message;
use crate::salesforce::Salesforce;
use crate::soql::quoted;

/// A day: people change their address or leave seldom, and a wrong owner is easily put right.
const FOUND_FOR: u64 = 24 * 3_600_000;
/// An hour, so that a user whom somebody has just created is soon found.
const MISSED_FOR: u64 = 3_600_000;

/// The owner, by the first of these that knows: the table in the configuration, what was found lately, a Salesforce
/// user with the sender's mail address, the default owner. None: the integration user will own it.
///
/// # Errors
/// When an upstream could not be asked; guessing then would give a Task to somebody else.
pub(crate) fn of(config: &Config, message: &Message) -> Result<Option<String>, Failure> {
    if let Some(owner) = in_table(config, &message.sender) {
        return Ok(Some(owner.to_owned()));
    }
    let found =
        if message.sender_in_directory { remembered_or_found(config, &message.sender)? } else { None };
    Ok(found.or_else(|| config.default_owner.clone()))
}

/// The owner that the operator named for the sender with this object id, in any case. Pure.
pub fn in_table<'a>(config: &'a Config, sender: &str) -> Option<&'a str> {
    let owner = config.owners.get(sender);
    let same =
        || config.owners.iter().find(|(id, _)| id.eq_ignore_ascii_case(sender)).map(|(_, owner)| owner);
    owner.or_else(same).map(String::as_str)
}

/// What a search came to, as it is remembered.
#[derive(Serialize, Deserialize)]
struct Remembered {
    owner: Option<String>,
}

fn remembered_or_found(config: &Config, sender: &str) -> Result<Option<String>, Failure> {
    let key = format!("owner/{}", sender.to_ascii_lowercase());
    if let Some(Remembered { owner }) = storage::get_json(&key)? {
        return Ok(owner);
    }
    let owner = match mail_of(sender)? {
        Some(mail) => user_with(config, &mail)?,
        None => None,
    };
    let ttl = if owner.is_some() { FOUND_FOR } else { MISSED_FOR };
    storage::put_json(&key, &Remembered { owner: owner.clone() }, Some(ttl))?;
    Ok(owner)
}

/// The sender's mail address. None if this tenant has no such user (people of other organisations), or if the
/// operator did not grant this connector to look people up.
fn mail_of(sender: &str) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct User {
        mail: Option<String>,
        user_principal_name: Option<String>,
    }
    let answer = graph::get(path(["users", sender])).select(&["mail", "userPrincipalName"]).send();
    let response = match answer {
        Err(tieline_sdk::CallError::Denied(_)) => {
            log::warn("the grant does not include looking people up", [("sender", sender)]);
            return Ok(None);
        }
        answer => answer?,
    };
    match response.status {
        200 => {
            let user: User = response.json()?;
            Ok(user.mail.filter(|mail| !mail.is_empty()).or(user.user_principal_name))
        }
        404 => Ok(None),
        _ => Err(response.failure(graph::error(&response))),
    }
}

/// The only active Salesforce user with this address. Where several share one, none of them is meant.
fn user_with(config: &Config, mail: &str) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct User {
        id: String,
    }
    let salesforce = Salesforce { version: &config.api_version };
    let mut users: Vec<User> = salesforce
        .query(&format!("SELECT Id FROM User WHERE Email = {} AND IsActive = true LIMIT 2", quoted(mail)))?;
    if users.len() > 1 {
        log::warn("several active Salesforce users have the sender's mail address", []);
        return Ok(None);
    }
    Ok(users.pop().map(|user| user.id))
}
