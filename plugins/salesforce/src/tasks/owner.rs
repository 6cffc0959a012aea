//! Which Salesforce user owns the Tasks of a sender.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, graph, log, path, storage};

use crate::Config;
use crate::salesforce::Salesforce;
use crate::salesforce::soql::quoted;
use crate::teams::message::Message;

/// A day: people change their address or leave seldom, and a wrong owner is easily put right.
const FOUND_FOR: u64 = 24 * 3_600_000;
/// An hour, so that a user whom somebody has just created is soon found.
const MISSED_FOR: u64 = 3_600_000;

/// The owner of a sender's Tasks, by the first of these that knows: the table in the configuration, what was found
/// lately, a Salesforce user with the sender's mail address, the default owner. None: the integration user will own it.
///
/// # Errors
/// When an upstream could not be asked; guessing then would give a Task to somebody else.
pub(crate) fn of(
    config: &Config,
    salesforce: &Salesforce<'_>,
    message: &Message,
) -> Result<Option<String>, Failure> {
    let found = match message.sender_in_directory {
        true => user(config, salesforce, &message.sender, Memory::Kept)?,
        false => in_table(config, &message.sender).map(str::to_owned),
    };
    Ok(found.or_else(|| config.default_owner.clone()))
}

/// The Salesforce user who is this person of the directory; none if nobody is, or several are.
///
/// # Errors
/// When an upstream could not be asked.
pub(crate) fn user(
    config: &Config,
    salesforce: &Salesforce<'_>,
    person: &str,
    memory: Memory,
) -> Result<Option<String>, Failure> {
    match in_table(config, person) {
        Some(owner) => Ok(Some(owner.to_owned())),
        None => remembered_or_found(config, salesforce, person, memory),
    }
}

/// Whether what is found is remembered: `view` and `check` write nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    Kept,
    ReadOnly,
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

fn remembered_or_found(
    config: &Config,
    salesforce: &Salesforce<'_>,
    sender: &str,
    memory: Memory,
) -> Result<Option<String>, Failure> {
    let key = format!("owner/{}", sender.to_ascii_lowercase());
    if let Some(Remembered { owner }) = storage::get_json(&key)? {
        return Ok(owner);
    }
    let owner = match mail_of(config, sender)? {
        Some(mail) => user_with(salesforce, &mail)?,
        None => None,
    };
    if memory == Memory::Kept {
        let ttl = if owner.is_some() { FOUND_FOR } else { MISSED_FOR };
        storage::put_json(&key, &Remembered { owner: owner.clone() }, Some(ttl))?;
    }
    Ok(owner)
}

/// The sender's mail address. None if this tenant has no such user (people of other organisations), or if the
/// operator did not grant this connector to look people up.
fn mail_of(config: &Config, sender: &str) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct User {
        mail: Option<String>,
        user_principal_name: Option<String>,
    }
    let request = graph::get(path(["users", sender])).select(&["mail", "userPrincipalName"]);
    let answer = request.identity(config.read_as.identity()).send();
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
fn user_with(salesforce: &Salesforce<'_>, mail: &str) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct User {
        id: String,
    }
    let mut users: Vec<User> = salesforce
        .query(&format!("SELECT Id FROM User WHERE Email = {} AND IsActive = true LIMIT 2", quoted(mail)))?;
    if users.len() > 1 {
        log::warn("several active Salesforce users have the sender's mail address", []);
        return Ok(None);
    }
    Ok(users.pop().map(|user| user.id))
}
