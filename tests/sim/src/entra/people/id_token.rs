//! Id tokens of version 2 (id-token-claims-reference).

use serde::Serialize;
use serde_json::{Value, json};

use super::user;
use crate::call::Call;
use crate::entra::Directory;
use crate::{clock, ids, seed};

#[derive(Serialize)]
struct Claims {
    /// In the place of groups, when they are more than 200: where to ask for them.
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    claim_names: Option<Value>,
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    claim_sources: Option<Value>,
    aud: String,
    iss: String,
    iat: u64,
    nbf: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    oid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    /// Another one for each app.
    sub: String,
    tid: String,
    uti: String,
    ver: &'static str,
}

/// Who signed in, for the app.
pub(crate) fn id_token(
    directory: &Directory,
    call: &Call<'_>,
    user_id: &str,
    nonce: Option<String>,
) -> Option<String> {
    let now = clock::now_s();
    let who = user(user_id);
    let groups = directory.people.groups(user_id);
    let source = format!("{}/v1.0/users/{user_id}/getMemberObjects", crate::entra::GRAPH_URI);
    directory.keys.sign(&Claims {
        claim_names: groups.is_none().then(|| json!({ "groups": "src1" })),
        claim_sources: groups.is_none().then(|| json!({ "src1": { "endpoint": source } })),
        aud: directory.client_id.clone(),
        iss: format!("{}/{}/v2.0", call.base(), directory.directory_id),
        iat: now,
        nbf: now,
        exp: now + 3_600,
        groups: groups.unwrap_or_default(),
        name: who.map(seed::SeedUser::name),
        nonce,
        oid: user_id.to_owned(),
        preferred_username: who.map(seed::SeedUser::email),
        roles: directory.people.app_roles(user_id),
        sub: ids::hex_of(&format!("{}/{user_id}", directory.client_id)),
        tid: directory.directory_id.clone(),
        uti: ids::secret(22),
        ver: "2.0",
    })
}
