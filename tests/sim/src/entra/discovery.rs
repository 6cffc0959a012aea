//! OpenID Connect discovery (v2-protocols-oidc).

use http::StatusCode;
use serde_json::json;

use super::errors::TokenError;
use super::{Directory, Version};
use crate::call::{self, Call, Reply};

/// The document of one directory. Its endpoints have the scheme and host that the client used, so
/// that a client which checks issuer against authority is content on either listener.
pub(super) fn handle(directory: &Directory, call: &Call<'_>, tenant: &str, version: Version) -> Reply {
    if !directory.is_named(tenant) {
        return TokenError::unknown_tenant(tenant).reply(call);
    }
    let base = call.base();
    let id = &directory.directory_id;
    let (infix, issuer) = match (version, tenant) {
        // The documents of `common` and its like have a template, with these very braces.
        (Version::V2, "common" | "organizations") => ("/v2.0", format!("{base}/{{tenantid}}/v2.0")),
        (Version::V2, _) => ("/v2.0", format!("{base}/{id}/v2.0")),
        // The issuer that stands in access tokens for Graph.
        (Version::V1, _) => ("", format!("https://sts.windows.net/{id}/")),
    };
    let keys = match version {
        Version::V2 => format!("{base}/{tenant}/discovery/v2.0/keys"),
        Version::V1 => format!("{base}/{tenant}/discovery/keys"),
    };
    let oauth = format!("{base}/{tenant}/oauth2{infix}");
    call::json(
        StatusCode::OK,
        &json!({
            "token_endpoint": format!("{oauth}/token"),
            "token_endpoint_auth_methods_supported":
                ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": keys,
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": issuer,
            "request_uri_parameter_supported": false,
            "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
            "authorization_endpoint": format!("{oauth}/authorize"),
            "device_authorization_endpoint": format!("{oauth}/devicecode"),
            "http_logout_supported": true,
            "frontchannel_logout_supported": true,
            "end_session_endpoint": format!("{oauth}/logout"),
            "claims_supported": [
                "sub", "iss", "cloud_instance_name", "cloud_instance_host_name",
                "cloud_graph_host_name", "msgraph_host", "aud", "exp", "iat", "auth_time", "acr",
                "nonce", "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email",
            ],
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
            "rbac_url": "https://pas.windows.net",
        }),
    )
}
