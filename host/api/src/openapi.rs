//! The OpenAPI document: what the routes say of themselves, and what holds for all of them.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema, openapi::OpenApi};

use crate::ProblemDocument;

/// Where the API begins.
pub(crate) const BASE: &str = "/api/v1";

/// What the API is made of, in the order in which it is best read.
const TAGS: [(&str, &str); 18] = [
    ("access", "Who asks and what they may: sessions, API tokens."),
    ("tenants", "Tenants, and their whole configuration as one document."),
    ("connections", "Credentialed links from a tenant to its upstreams. Secrets can be set, never read."),
    ("people", "Who is signed in to a connection, and links to sign in with."),
    ("connectors", "What vendors ship: connectors, their versions, and packages by content address."),
    ("installations", "Connectors enabled for a tenant: configuration, grant, plan, tests, actions."),
    ("events", "What was delivered, its runs, and delivering it again."),
    ("subscriptions", "Graph subscriptions, and how complete what they brought is."),
    ("hooks", "Where other systems call connectors."),
    ("schedules", "Timers."),
    ("activity", "The timeline beside records."),
    ("alerts", "What an operator must look at; they clear themselves."),
    ("audit", "Who did what, from where, with what outcome: chains that cannot be changed unseen."),
    ("datasets", "Tables of connectors: numbers, exports."),
    ("usage", "How much installations keep and do."),
    ("keys", "The keys under which secrets are sealed, and backups."),
    ("live", "What happens, as it happens."),
    ("health", "Whether the host does its work, and its counts."),
];

/// Answers of every operation: name, status in words.
const ANSWERS: [(&str, &str); 5] = [
    ("NoCredential", "The request carries no credential that this host knows."),
    ("NotAllowed", "Whoever asks has a role for the tenant, but a lesser one than `x-least-role`."),
    ("NotFound", "There is no such thing, or none that whoever asks may know of."),
    ("TooMany", "Whoever asks does so too often. `Retry-After` says after how many seconds to ask again."),
    ("Refused", "The request was refused or failed. Programs go by `code`, people by `detail` and `remedy`."),
];

/// What a name in a path is.
fn path_parameter(name: &str) -> (Value, &'static str) {
    let named = |schema: &str| json!({ "$ref": format!("#/components/schemas/{schema}") });
    match name {
        "tenant" => (named("TenantId"), "The tenant's id."),
        "installation" => (named("InstallationId"), "The installation's id."),
        "connection" => (named("ConnectionName"), "The connection's name."),
        "connector" => (named("ConnectorId"), "The connector's id."),
        "token" => (json!({ "type": "string" }), "The token's id, which is not the token."),
        "event" => (named("EventId"), "The event's id."),
        "digest" => (named("Digest"), "The package's content address."),
        "user" => {
            (json!({ "type": "string" }), "An object id, a user name, or `service` for the service user.")
        }
        "table" => (json!({ "type": "string" }), "The table's name."),
        "action" => (json!({ "type": "string" }), "The action's name, as in the manifest."),
        "hook" => (json!({ "type": "string" }), "The connector's own name for the hook."),
        "subscription" => (json!({ "type": "string" }), "The subscription's key, or Graph's id of it."),
        _ => (json!({ "type": "string" }), ""),
    }
}

/// The whole document, as it is served and kept beside the code: of the routes of the API, and of those beside it.
pub(crate) fn document(mut routes: OpenApi, beside: impl IntoIterator<Item = OpenApi>) -> String {
    let mut schemas = vec![(ProblemDocument::name().into(), ProblemDocument::schema())];
    ProblemDocument::schemas(&mut schemas);
    routes.components.get_or_insert_default().schemas.extend(schemas);
    let mut whole = OpenApi::default().nest(BASE, routes);
    beside.into_iter().for_each(|routes| whole.merge(routes));
    let Ok(mut document) = serde_json::to_value(whole) else {
        return String::new();
    };
    document["info"] = json!({
        "title": "Tieline",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "The API of a Tieline host: all that its console, its panel and its CLI do.",
        "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
    });
    document["tags"] =
        TAGS.map(|(name, description)| json!({ "name": name, "description": description })).into();
    document["security"] = json!([{ "token": [] }, { "session": [] }]);
    document["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer", "description": "A token of this host." },
        "session": {
            "type": "apiKey", "in": "cookie", "name": "__Host-tieline",
            "description": "A browser's session, begun at /auth/sign-in. Other methods than GET and HEAD need `X-Tieline-CSRF` \
                with what `GET /session` says. Where the host is reached without TLS the cookie is called `tieline`.",
        },
    });
    for (name, description) in ANSWERS {
        document["components"]["responses"][name] = problem(description);
    }
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.iter_mut().for_each(|(path, item)| complete(path, item));
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        by_reference(schemas);
    }
    without_sign(&mut document);
    let mut text = format!("{document:#}");
    text.push('\n');
    text
}

fn problem(description: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/ProblemDocument" });
    json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } })
}

/// Numbers that are never negative reach twice as far as those that may be, and are called so.
fn without_sign(part: &mut Value) {
    match part {
        Value::Object(fields) => {
            if fields.get("minimum") == Some(&json!(0)) {
                match fields.get("format").and_then(Value::as_str) {
                    Some("int64") => drop(fields.insert("format".into(), "uint64".into())),
                    Some("int32") => drop(fields.insert("format".into(), "uint32".into())),
                    _ => {}
                }
            }
            fields.values_mut().for_each(without_sign);
        }
        Value::Array(items) => items.iter_mut().for_each(without_sign),
        _ => {}
    }
}

/// The items of a page stand in the document themselves, once.
fn by_reference(schemas: &mut Map<String, Value>) {
    let pages: Vec<_> =
        schemas.keys().filter_map(|name| name.strip_prefix("Page_")).map(str::to_owned).collect();
    for item in pages.into_iter().filter(|item| schemas.contains_key(item)).collect::<Vec<_>>() {
        schemas[&format!("Page_{item}")]["properties"]["items"]["items"] =
            json!({ "$ref": format!("#/components/schemas/{item}") });
    }
}

/// Adds what follows from the path itself, and what people who read the document expect.
fn complete(path: &str, item: &mut Value) {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let named: Vec<Value> = names
        .map(|name| {
            let (schema, description) = path_parameter(name);
            json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema })
        })
        .collect();
    let Some(operations) = item.as_object_mut() else { return };
    for (method, operation) in operations {
        let Some(operation) = operation.as_object_mut() else { continue };
        let given = operation.remove("parameters").unwrap_or_else(|| json!([]));
        let given = given.as_array().cloned().unwrap_or_default();
        let mut all: Vec<Value> = named.iter().cloned().chain(given.into_iter().map(never_null)).collect();
        if method == "post" {
            all.push(idempotency_key());
        }
        if !all.is_empty() {
            operation.insert("parameters".into(), all.into());
        }
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
        answers.into_iter().flatten().for_each(|(_, answer)| describe(answer));
    }
}

/// What every POST may carry.
fn idempotency_key() -> Value {
    json!({
        "name": "idempotency-key",
        "in": "header",
        "required": false,
        "description": "Asked again with the same key within seven days, it is answered again and not done again.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
    })
}

/// A parameter that is left out is left out; there is no null in a query or a header.
fn never_null(mut parameter: Value) -> Value {
    let schema = &mut parameter["schema"];
    if let Some(kinds) = schema["type"].as_array() {
        let kind = kinds.iter().find(|kind| *kind != "null").cloned();
        schema["type"] = kind.unwrap_or_default();
    }
    let other = schema["oneOf"].as_array().and_then(|kinds| kinds.iter().find(|kind| kind["type"] != "null"));
    if let Some(other) = other.cloned() {
        *schema = other;
    }
    parameter
}

/// Every answer needs words; most say it all by their schema.
fn describe(answer: &mut Value) {
    if let Some(answer) = answer.as_object_mut().filter(|answer| !answer.contains_key("$ref")) {
        let words = answer.entry("description").or_insert_with(|| "".into());
        if words.as_str().is_none_or(str::is_empty) {
            *words = "As asked.".into();
        }
    }
}
