//! Everybody × every operation of the API × two tenants: each gets what `x-least-role` says, and nobody anything of a
//! tenant that is not theirs. The operations are those of the OpenAPI document, so that none can be forgotten.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use tieline_types::Role;

use super::{Scene, TOKEN};

/// The two tenants; a third, `nowhere`, does not exist.
const TENANTS: [&str; 2] = ["acme", "umbra"];

/// An operation as the document tells it.
struct Operation {
    path: String,
    method: Method,
    /// None: open to everybody.
    least: Option<Role>,
}

/// Somebody who asks.
struct Somebody {
    name: String,
    token: Option<String>,
    /// What they are, and of which tenant; an operator of the host.
    is: Option<(Role, Option<&'static str>)>,
}

/// What somebody must get.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Unknown,
    NotThere,
    TooLittle,
    Through,
}

impl Somebody {
    fn fate(&self, tenant: Option<&str>, least: Option<Role>) -> Fate {
        let Some(least) = least else { return Fate::Through };
        match self.is {
            None => Fate::Unknown,
            Some((_, Some(own))) if tenant.is_some_and(|tenant| tenant != own) => Fate::NotThere,
            Some((role, _)) if role < least => Fate::TooLittle,
            Some(_) => Fate::Through,
        }
    }
}

/// What came back.
struct Answered {
    status: StatusCode,
    text: String,
}

impl Answered {
    fn problem(&self) -> (String, String) {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (word("code"), word("detail"))
    }
}

impl Scene {
    /// Both tenants as they are at the beginning, whatever was done to them.
    async fn tenants(&self) {
        for tenant in TENANTS {
            let document = json!({ "tenant": { "id": tenant, "name": format!("{tenant} and sons") } });
            let made = self.api(Method::PUT, &format!("/tenants/{tenant}"), document.to_string()).await;
            assert_eq!(made.status(), StatusCode::OK);
        }
    }

    async fn operations(&self) -> Vec<Operation> {
        let document = self.ask(Method::GET, "/api/openapi.json", "").await.text().await.unwrap();
        let document: Value = serde_json::from_str(&document).unwrap();
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let role = operation["x-least-role"].clone();
                let open = operation["security"] == json!([{}]);
                let least = serde_json::from_value(role).ok();
                assert!(open != least.is_some(), "{method} {path} has no role, or one for nothing");
                operations.push(Operation {
                    path: path.clone(),
                    method: method.to_uppercase().parse().unwrap(),
                    least,
                });
            }
        }
        operations
    }

    /// Nobody, every role in each tenant, and the operator.
    async fn everybody(&self) -> Vec<Somebody> {
        let mut all = vec![
            Somebody { name: "nobody".into(), token: None, is: None },
            Somebody { name: "a stranger".into(), token: Some(format!("tl_{}", "A".repeat(43))), is: None },
            Somebody { name: "operator".into(), token: Some(TOKEN.into()), is: Some((Role::Operator, None)) },
        ];
        for tenant in TENANTS {
            for role in [Role::Viewer, Role::Agent, Role::TenantAdmin] {
                let name = format!("{role} of {tenant}");
                let asked =
                    json!({ "name": name, "rights": [{ "role": role, "tenant": tenant }], "lasts_s": 3600 });
                let made = self.api(Method::POST, "/tokens", asked.to_string()).await;
                assert_eq!(made.status(), StatusCode::CREATED);
                let made: Value = made.json().await.unwrap();
                let token = made["token"].as_str().map(str::to_owned);
                all.push(Somebody { name, token, is: Some((role, Some(tenant))) });
            }
        }
        all
    }

    async fn answered(&self, operation: &Operation, path: &str, who: &Somebody) -> Answered {
        let request = self.http.request(operation.method.clone(), format!("{}{path}", self.base));
        let request = match &who.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = if operation.method == Method::GET { request } else { request.body("{}") };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        // One that goes on and on is not waited for.
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let endless = kind.is_some_and(|kind| kind.starts_with("text/event-stream"));
        let text = if endless { String::new() } else { answer.text().await.unwrap() };
        Answered { status, text }
    }
}

/// A path with names in it that could be: of the tenant, and of things that are not there.
fn filled(path: &str, tenant: &str) -> String {
    let part = |part: &str| match part {
        "{tenant}" => tenant.to_owned(),
        "{event}" => "0198c2f0-aaaa-7bbb-8ccc-dddddddddddd".to_owned(),
        "{digest}" => format!("sha256:{}", "0".repeat(64)),
        "{token}" => "0".repeat(16),
        named if named.starts_with('{') => "nothing".to_owned(),
        plain => plain.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn everybody_gets_what_their_role_allows_in_their_tenant_and_nothing_of_another() {
    let scene = Scene::start().await;
    scene.tenants().await;
    let (operations, everybody) = (scene.operations().await, scene.everybody().await);
    assert!(operations.len() > 30, "only {} operations", operations.len());
    let mut fates = [0; 4];
    for operation in &operations {
        scene.tenants().await;
        let in_tenant = operation.path.contains("{tenant}");
        for tenant in TENANTS.into_iter().filter(|tenant| in_tenant || *tenant == TENANTS[0]) {
            for who in &everybody {
                let fate = who.fate(in_tenant.then_some(tenant), operation.least);
                fates[fate as usize] += 1;
                let path = filled(&operation.path, tenant);
                let place =
                    format!("{} {path} by {}, least {:?}", operation.method, who.name, operation.least);
                let answer = scene.answered(operation, &path, who).await;
                judge(&place, fate, &answer, tenant);
                if fate == Fate::NotThere {
                    let nowhere = filled(&operation.path, "nowhere");
                    let other = scene.answered(operation, &nowhere, who).await;
                    let same = (other.status, other.text.replace("nowhere", tenant));
                    assert_eq!((answer.status, answer.text), same, "{place}: as if nobody had made it");
                } else if let Some((_, Some(own))) = who.is {
                    let other = TENANTS.into_iter().find(|tenant| *tenant != own).unwrap();
                    let text = answer.text.to_lowercase();
                    assert!(!text.contains(other), "{place} tells of another tenant: {text}");
                }
            }
        }
    }
    assert!(fates.iter().all(|count| *count > 50), "not everything was tried: {fates:?}");
}

fn judge(place: &str, fate: Fate, answer: &Answered, tenant: &str) {
    let (status, (code, detail)) = (answer.status, answer.problem());
    let said = format!("{place}: {status} {code} {detail}");
    let no_tenant = detail == format!("There is no tenant {tenant}.");
    match fate {
        Fate::Unknown => {
            let expected = ["auth.no-credential", "auth.wrong-token"].contains(&code.as_str());
            // A stranger who goes on and on is slowed.
            let slowed = status == StatusCode::TOO_MANY_REQUESTS && code == "auth.too-many";
            assert!(status == StatusCode::UNAUTHORIZED && expected || slowed, "{said}");
        }
        Fate::NotThere => {
            assert!(status == StatusCode::NOT_FOUND && code == "not-found" && no_tenant, "{said}");
        }
        Fate::TooLittle => {
            assert!(status == StatusCode::FORBIDDEN && code == "auth.not-allowed", "{said}");
        }
        // What the operation itself says to such a request is its own matter, but for a fault.
        Fate::Through => {
            assert!(status != StatusCode::UNAUTHORIZED && !code.starts_with("auth.") && !no_tenant, "{said}");
            assert!(status.as_u16() < 500, "{said}");
            assert!(code.is_empty() || answer.text.contains("\"remedy\""), "{said}: nothing to do");
        }
    }
}
