//! `authorize`: a Global Administrator lets the collection begin. The person must have signed in, so that it is they
//! who ask; the directory says at that moment which roles they have.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tieline_sdk::graph::Role;
use tieline_sdk::{Actor, Failure, Identity, Problem, clock, graph, storage};

use crate::config::Config;
use crate::plan::AUTHORIZED;

pub(crate) const ACTION: &str = "authorize";

/// Who authorised it, and when.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Authorized {
    pub(crate) by: String,
    pub(crate) object_id: String,
    pub(crate) at: u64,
}

/// Who authorised the collection, if anybody did.
pub(crate) fn authorized() -> Result<Option<Authorized>, Failure> {
    storage::get_json(AUTHORIZED)
}

/// Begins the collection for a Global Administrator, and for nobody else.
pub(crate) fn authorize(config: &Config, actor: &Actor) -> Result<Value, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Me {
        id: String,
        display_name: Option<String>,
    }
    if let Some(before) = authorized()? {
        return Ok(json!({ "authorized": true, "by": before.by, "began": false }));
    }
    // Their own token proves that they signed in.
    let me: Me = graph::get("/me").select(&["id", "displayName"]).identity(Identity::Actor).fetch()?;
    if !me.id.eq_ignore_ascii_case(&actor.object_id) {
        return Err(Problem::new("calls.another-person", "whoever signed in is not the person who asks"));
    }
    match graph::global_administrator(&me.id)? {
        Role::Has => {}
        Role::HasNot => return Err(not_global_administrator()),
        Role::Unreadable => return Err(unreadable()),
    }
    let by = me.display_name.unwrap_or_else(|| actor.display_name.clone());
    let authorized = Authorized { by: by.clone(), object_id: me.id, at: clock::now() };
    storage::put_json(AUTHORIZED, &authorized, None)?;
    Ok(json!({ "authorized": true, "by": by, "began": config.require_global_administrator }))
}

pub(crate) fn not_global_administrator() -> Problem {
    Problem::new(
        "calls.not-global-administrator",
        "only a Global Administrator can authorise the collection of calls",
    )
    .remedy("ask a Global Administrator of your directory to sign in and to authorise it")
}

fn unreadable() -> Problem {
    Problem::new("calls.role-unreadable", "the directory says that the person has a role, and not which")
        .remedy(
            "grant RoleManagement.Read.Directory to the app registration, or set require_global_administrator = false \
             once you have seen for yourself who consents",
        )
}
