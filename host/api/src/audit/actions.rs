//! What requests are called in the audit: the operations of the OpenAPI document.

use std::collections::HashMap;

use axum::http::Method;
use utoipa::openapi::OpenApi;

/// Operations that change nothing, in spite of their method.
const ONLY_TELL: [&str; 3] = ["compareTenant", "validateConfig", "previewPlan"];

/// Operations that change nothing, and show what else nobody reads: secrets, or what people wrote.
const SHOW: [&str; 2] = ["getHook", "getTape"];

/// The operations that change something, or show what else nobody reads, by method and path.
pub(crate) struct Actions(HashMap<(Method, String), String>);

impl Actions {
    /// Of these routes; their paths are as they stand below `base`.
    pub(crate) fn of(routes: &OpenApi, base: &str) -> Self {
        let mut actions = HashMap::new();
        for (path, item) in &routes.paths.paths {
            let all = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in all {
                let name = operation.as_ref().and_then(|operation| operation.operation_id.clone());
                let is_told = |name: &String| match method {
                    Method::GET => SHOW.contains(&name.as_str()),
                    _ => !ONLY_TELL.contains(&name.as_str()),
                };
                if let Some(name) = name.filter(is_told) {
                    actions.insert((method, format!("{base}{path}")), name);
                }
            }
        }
        Self(actions)
    }

    /// What a request is called that matched this path; none when nobody need be told of it.
    pub(crate) fn name(&self, method: &Method, path: &str) -> Option<&str> {
        self.0.get(&(method.clone(), path.to_owned())).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_is_told_where_it_shows_what_else_nobody_reads() {
        let get = |name: &str| serde_json::json!({ "get": { "operationId": name, "responses": {} } });
        let described = serde_json::from_value(serde_json::json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/hook": get("getHook"), "/hooks": get("listHooks") },
        }));
        let actions = Actions::of(&described.unwrap(), "/api");
        assert_eq!(actions.name(&Method::GET, "/api/hook"), Some("getHook"));
        assert_eq!(actions.name(&Method::GET, "/api/hooks"), None);
    }
}
