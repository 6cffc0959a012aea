//! Mail that a test delivers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Item, endpoints};
use crate::graph::calendar::BadEvent;
use crate::graph::users;
use crate::world::World;
use crate::{clock, ids};

/// A message that arrives.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMail {
    /// Whose mailbox: object id or address.
    pub to: String,
    /// The sender's address.
    pub from: String,
    /// What it is about.
    pub subject: String,
    /// Its text, as HTML.
    #[serde(default)]
    pub html: String,
    /// The conversation that it belongs to; a new one unless it is given.
    #[serde(default)]
    pub conversation: Option<String>,
}

impl World {
    /// Delivers a message; the answer is its id.
    pub fn deliver_mail(&self, new: &NewMail) -> Result<String, BadEvent> {
        let owner = users::named(&new.to).map_err(|_| BadEvent::User(new.to.clone()))?;
        let now = clock::now_ms();
        let item = Item {
            id: super::send::new_id(),
            owner: owner.object_id(),
            folder: "inbox",
            conversation: new.conversation.clone().unwrap_or_else(ids::fresh_guid),
            subject: new.subject.clone(),
            body: ("html".to_owned(), new.html.clone()),
            from: Some(new.from.clone()),
            to: vec![owner.email()],
            cc: Vec::new(),
            received_ms: now,
            modified_ms: now,
            is_read: false,
            categories: Vec::new(),
        };
        let id = item.id.clone();
        self.graph.mail.0.lock().push(item);
        Ok(id)
    }

    /// Every message of a mailbox with its folder, oldest first.
    pub fn mail_of(&self, user: &str) -> Result<Vec<Value>, BadEvent> {
        let user = users::named(user).map_err(|_| BadEvent::User(user.to_owned()))?.object_id();
        let held = self.graph.mail.0.lock();
        let whole = |item: &Item| {
            let mut shown = endpoints::shown(item);
            shown["folder"] = item.folder.into();
            shown
        };
        Ok(held.iter().filter(|item| item.owner == user).map(whole).collect())
    }
}
