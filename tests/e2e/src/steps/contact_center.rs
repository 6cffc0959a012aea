//! A contact centre whose agents can have people of Teams in a session.

use serde_json::{Value, json};

use crate::{expect, scene::Scene};

impl Scene {
    /// Signs the service user and people in, has each turn the integration on, waits until their chats are watched, and
    /// tells the contact centre where to call: { service = "address", people = ["address"], proof = "header" }. Their chats
    /// with the service user are `${desk.0}`, … afterwards.
    pub(super) async fn contact_center(&mut self, step: &Value) -> Result<(), String> {
        self.sign_in(step).await?;
        let service = self.user(&step["service"])?;
        let mut desk = Vec::new();
        for person in step["people"].as_array().into_iter().flatten() {
            let address = person.as_str().ok_or("`people` takes addresses")?;
            self.cli(&["act", "acme/cc", "enable", "--as", address])?;
            let user = self.user(person)?;
            let chats = self.control("GET", "/graph/chats", &Value::Null).await?;
            let both = |chat: &&Value| {
                let members = chat["members"].as_array();
                members.is_some_and(|all| all.len() == 2 && all.contains(&user) && all.contains(&service))
            };
            let chat = expect::items(&chats)?.iter().find(both).ok_or("nobody made their chat")?;
            desk.push(chat["id"].clone());
        }
        self.until(async |scene| {
            let standing = scene.control("GET", "/graph/subscriptions", &Value::Null).await?;
            let text = standing.to_string();
            let watched = |chat: &Value| text.contains(chat.as_str().unwrap_or_default());
            if desk.iter().all(watched) { Ok(()) } else { Err(text) }
        })
        .await?;
        self.scope["desk"] = Value::Array(desk);
        let shown = self.cli(&["hooks", "show", "acme/cc", "events"])?;
        let webhook = json!({
            "url": shown["hook"]["address"], "secret": shown["hook"]["secret"],
            "proof": step["proof"].as_str().unwrap_or("signature"),
        });
        self.control("POST", "/contact-center/webhook", &webhook).await.map(drop)
    }

    /// The object id behind an address.
    fn user(&self, address: &Value) -> Result<Value, String> {
        let users = self.scope["sim"]["tenant"]["users"].as_array().ok_or("there are no users")?;
        let found = users.iter().find(|user| user["email"] == *address);
        found.map(|user| user["id"].clone()).ok_or_else(|| format!("there is no user {address}"))
    }
}
