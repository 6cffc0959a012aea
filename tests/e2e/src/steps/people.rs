//! People who sign in, and what their administrator consented to.

use serde_json::{Value, json};

use crate::scene::Scene;

/// Roles that may disconnect chats unless somebody takes it from them.
const MAY_DISCONNECT: [&str; 6] = [
    "System Administrator",
    "CSR Manager",
    "Customer Service Representative",
    "Omnichannel administrator",
    "Omnichannel supervisor",
    "Omnichannel agent",
];

impl Scene {
    /// Consents to what a file of the case or its module lists: `application` and `delegated`.
    pub(super) async fn consent(&mut self, file: &Value) -> Result<(), String> {
        let text = self.file(file.as_str().ok_or("`consent` takes a file's name")?)?;
        let names: Value = toml::from_str(&text).map_err(|error| error.to_string())?;
        let app = json!({ "permissions": names["application"] });
        self.control("POST", "/entra/consent", &app).await?;
        let people = json!({ "delegated": names["delegated"] });
        self.control("POST", "/entra/app", &people).await.map(drop)
    }

    /// Signs people in to the tenant's Microsoft connection, each in a browser of their own: { service = "address",
    /// people = ["address"] }.
    pub(super) async fn sign_in(&mut self, step: &Value) -> Result<(), String> {
        let people = step["people"].as_array().cloned().unwrap_or_default();
        let all = step["service"].as_str().map(|user| (user.to_owned(), true)).into_iter();
        let people = people.iter().filter_map(Value::as_str).map(|user| (user.to_owned(), false));
        for (user, service) in all.chain(people) {
            self.control("POST", "/entra/person", &json!({ "does": { "user": user } })).await?;
            let service: &[&str] = if service { &["--service"] } else { &[] };
            let link = self.cli(&[&["connections", "sign-in", "acme/microsoft"], service].concat())?;
            let page = json!({ "url": link["url"], "browser": user, "has": ["Successfully logged in"] });
            self.browse(&page).await?;
        }
        Ok(())
    }

    /// Takes a privilege of Dataverse from every role that has it by default.
    pub(super) async fn without_privilege(&mut self, name: &Value) -> Result<(), String> {
        let name = name.as_str().ok_or("`without_privilege` takes a name")?;
        for role in MAY_DISCONNECT {
            let change = json!({ "role": role, "privileges": { name: null } });
            self.control("POST", "/dataverse/privileges", &change).await?;
        }
        Ok(())
    }
}
