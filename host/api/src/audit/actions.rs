//! What requests are called in the audit: the operations of the OpenAPI document.

use std::collections::HashMap;

use axum::http::Method;
use utoipa::openapi::OpenApi;

/// Operations that change nothing, in spite of their method.
const ONLY_TELL: [&str; 3] = ["compareTenant", "validateConfig", "previewPlan"];

/// The operations that change something, by method and path.
pub(crate) struct Actions(HashMap<(Method, String), String>);

impl Actions {
    /// Of these routes; their paths are as they stand below `base`.
    pub(crate) fn of(routes: &OpenApi, base: &str) -> Self {
        let mut actions = HashMap::new();
        for (path, item) in &routes.paths.paths {
            let all = [
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in all {
                let name = operation.as_ref().and_then(|operation| operation.operation_id.clone());
                if let Some(name) = name.filter(|name| !ONLY_TELL.contains(&name.as_str())) {
                    actions.insert((method, format!("{base}{path}")), name);
                }
            }
        }
        Self(actions)
    }

    /// What a request is called that matched this path; none when it changes nothing.
    pub(crate) fn name(&self, method: &Method, path: &str) -> Option<&str> {
        self.0.get(&(method.clone(), path.to_owned())).map(String::as_str)
    }
}
