use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Env, env};
use crate::scene::{answer, eventually};

#[derive(Clone)]
struct Heard {
    query: String,
    headers: HeaderMap,
    body: Value,
}

/// An endpoint that answers with these statuses in turn, and with 200 behind them.
#[derive(Clone)]
struct Endpoint {
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: &'static [u16],
}

impl Endpoint {
    async fn start(answers: &'static [u16]) -> (Self, String) {
        let endpoint = Self { heard: Arc::default(), answers };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?a=b", listener.local_addr().unwrap());
        let routes = Router::new().fallback(hear).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (endpoint, url)
    }

    /// Everything, once it is so much.
    async fn hears(&self, count: usize) -> Vec<Heard> {
        eventually(|| self.heard.lock().len() >= count).await;
        self.heard.lock().clone()
    }
}

async fn hear(State(endpoint): State<Endpoint>, uri: Uri, headers: HeaderMap, body: String) -> StatusCode {
    let mut heard = endpoint.heard.lock();
    let query = uri.query().unwrap_or_default().to_owned();
    heard.push(Heard { query, headers, body: serde_json::from_str(&body).unwrap() });
    let status = endpoint.answers.get(heard.len() - 1).copied().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}

async fn change(env: &Env, fields: Value) {
    let path = format!("/records/incident/{}", env.case());
    env.control(Method::PATCH, &path, json!({"fields": fields, "depth": 2})).await;
}

/// An attribute of the target, or of the image with this name.
fn attribute<'a>(entity: &'a Value, name: &str) -> &'a Value {
    let all = entity["Attributes"].as_array().unwrap();
    all.iter().find(|one| one["key"] == name).map_or(&Value::Null, |one| &one["value"])
}

#[tokio::test]
async fn an_update_is_told_with_what_changed() {
    let env = env().await;
    let (endpoint, url) = Endpoint::start(&[]).await;
    let hook = json!({
        "url": url, "table": "incident", "columns": ["prioritycode"], "key": "s3cret",
        "before": ["prioritycode"], "after": ["title", "ownerid"],
    });
    env.control(Method::POST, "/hooks", hook).await;
    change(&env, json!({"title": "Nobody registered for this"})).await;
    change(&env, json!({"prioritycode": 3, "description": null})).await;
    let heard = endpoint.hears(1).await;
    let Heard { query, headers, body } = &heard[0];
    assert_eq!(query, "a=b&code=s3cret");
    assert_eq!(headers["x-ms-dynamics-entity-name"], "incident");
    assert_eq!(headers["x-ms-dynamics-request-name"], "Update");
    assert_eq!((&body["PrimaryEntityId"], &body["Depth"]), (&json!(env.case()), &json!(2)));
    assert_eq!((&body["Stage"], &body["InitiatingUserId"]), (&json!(40), &json!(env.user(0))));
    let target = &body["InputParameters"][0]["value"];
    assert_eq!(body["InputParameters"][0]["key"], "Target");
    assert_eq!(target["__type"], "Entity:http://schemas.microsoft.com/xrm/2011/Contracts");
    assert_eq!(attribute(target, "prioritycode")["Value"], 3);
    assert_eq!(attribute(target, "modifiedby")["Id"], env.user(0));
    assert!(attribute(target, "modifiedon").as_str().unwrap().starts_with("/Date("));
    assert_eq!(attribute(target, "title"), &Value::Null, "it was not in the request");
    let before = &body["PreEntityImages"][0];
    assert_eq!(
        (&before["key"], &attribute(&before["value"], "prioritycode")["Value"]),
        (&json!("before"), &json!(1))
    );
    let after = &body["PostEntityImages"][0]["value"];
    assert_eq!(attribute(after, "ownerid")["LogicalName"], "systemuser");
    assert_eq!(heard.len(), 1);
}

#[tokio::test]
async fn one_more_attempt_is_made_for_three_statuses_only() {
    for (answers, attempts, delivered) in
        [(&[503][..], 2, true), (&[502, 504][..], 2, false), (&[500][..], 1, false), (&[429][..], 1, false)]
    {
        let env = env().await;
        let (endpoint, url) = Endpoint::start(answers).await;
        let headers = json!({"x-tieline-key": "a\"b&c"});
        env.control(Method::POST, "/hooks", json!({"url": url, "table": "incident", "headers": headers}))
            .await;
        change(&env, json!({"prioritycode": 3})).await;
        let world = env.scene.sim.world().clone();
        let done = || {
            let log = world.dataverse_deliveries();
            log.len() == attempts && (log[attempts - 1].delivered == delivered)
        };
        eventually(done).await;
        let heard = endpoint.hears(attempts).await;
        assert_eq!(heard[0].headers["x-tieline-key"], "a\"b&c");
        // What was not delivered is a system job that failed, and nothing else.
        let jobs = if delivered { 0 } else { 1 };
        eventually(|| world.dataverse_rows("asyncoperation").unwrap().len() == jobs).await;
    }
}

#[tokio::test]
async fn a_webhook_can_be_registered_over_the_web_api() {
    let env = env().await;
    let (endpoint, url) = Endpoint::start(&[]).await;
    let made = async |set: &str, body: Value| {
        let request = env.call(Method::POST, set).header("Prefer", "return=representation").json(&body);
        let (status, row) = answer(request).await;
        assert_eq!(status, 201, "{row}");
        row
    };
    let service = made(
        "serviceendpoints",
        json!({"name": "t", "contract": 8, "url": url, "authtype": 4, "authvalue": "k"}),
    )
    .await;
    assert!(service.get("authvalue").is_none(), "it is written and never read");
    let (_, filters) = env
        .get("sdkmessagefilters?$filter=primaryobjecttypecode eq 'new_shipment' and sdkmessageid/name eq 'Create'")
        .await;
    let filter = &filters["value"][0];
    let id = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let step = json!({
        "name": "t", "mode": 1, "stage": 40, "rank": 1,
        "sdkmessageid@odata.bind": format!("/sdkmessages({})", id(filter, "_sdkmessageid_value")),
        "sdkmessagefilterid@odata.bind": format!("/sdkmessagefilters({})", id(filter, "sdkmessagefilterid")),
        "eventhandler_serviceendpoint@odata.bind": format!("/serviceendpoints({})", id(&service, "serviceendpointid")),
    });
    let step = made("sdkmessageprocessingsteps", step).await;
    let row = json!({"new_name": "S", "new_stage": 100_000_001});
    assert_eq!(answer(env.call(Method::POST, "new_shipments").json(&row)).await.0, 204);
    let body = endpoint.hears(1).await[0].body.clone();
    assert_eq!((&body["MessageName"], &body["Depth"]), (&json!("Create"), &json!(1)));
    assert_eq!(body["OwningExtension"]["Id"], step["sdkmessageprocessingstepid"]);
    assert_eq!(body["InitiatingUserId"], env.scene.tenant().dataverse.application_user_id);
    let synchronous = json!({"name": "t", "mode": 0, "stage": 40});
    assert_eq!(answer(env.call(Method::POST, "sdkmessageprocessingsteps").json(&synchronous)).await.0, 501);
}

#[tokio::test]
async fn what_is_too_large_is_left_out() {
    let env = env().await;
    let (endpoint, url) = Endpoint::start(&[]).await;
    let hook = json!({"url": url, "table": "incident", "after": ["title", "description", "prioritycode"]});
    env.control(Method::POST, "/hooks", hook).await;
    for text in ["short".to_owned(), "x".repeat(99_000)] {
        change(&env, json!({"description": text})).await;
    }
    let heard = endpoint.hears(2).await;
    assert!(heard[0].headers.get("x-ms-dynamics-msg-size-exceeded").is_none());
    // A column twice, in the target and in the image, is not yet too much.
    assert!(heard[1].headers.get("x-ms-dynamics-msg-size-exceeded").is_none());
    let article = &env.scene.sim.world().dataverse_rows("knowledgearticle").unwrap()[0];
    let hook = json!({"url": url, "table": "knowledgearticle", "after": ["content", "description"]});
    env.control(Method::POST, "/hooks", hook).await;
    let path = format!("/records/knowledgearticle/{}", article["knowledgearticleid"].as_str().unwrap());
    let large = "x".repeat(99_000);
    env.control(Method::PATCH, &path, json!({"fields": {"content": large, "description": large}})).await;
    let heard = endpoint.hears(3).await;
    assert_eq!(heard[2].headers["x-ms-dynamics-msg-size-exceeded"], "true");
    let body = &heard[2].body;
    assert_eq!((&body["InputParameters"], &body["PostEntityImages"]), (&json!([]), &json!([])));
    assert_eq!(body["PrimaryEntityName"], "knowledgearticle");
}

#[tokio::test]
async fn deliveries_can_be_held_turned_round_and_repeated() {
    let env = env().await;
    let (endpoint, url) = Endpoint::start(&[]).await;
    env.control(Method::POST, "/hooks", json!({"url": url, "table": "incident"})).await;
    env.control(Method::POST, "/hooks/hold", Value::Null).await;
    for priority in [3, 2, 1] {
        change(&env, json!({"prioritycode": priority})).await;
    }
    assert!(endpoint.heard.lock().is_empty());
    let released = env.control(Method::POST, "/hooks/release", json!({"reversed": true})).await;
    assert_eq!(released["released"], 3);
    let heard = endpoint.hears(3).await;
    let told = |heard: &Heard| {
        attribute(&heard.body["InputParameters"][0]["value"], "prioritycode")["Value"].clone()
    };
    assert_eq!(heard.iter().map(told).collect::<Vec<_>>(), [json!(1), json!(2), json!(3)]);
    let first = env.scene.sim.world().dataverse_deliveries()[0].operation;
    env.control(Method::POST, &format!("/deliveries/{first}/again"), Value::Null).await;
    let heard = endpoint.hears(4).await;
    assert_eq!(heard[3].body["OperationId"], heard[0].body["OperationId"]);
    assert_eq!(env.scene.control(Method::POST, "/dataverse/deliveries/99/again", Value::Null).await.0, 404);
}

#[tokio::test]
async fn deletions_and_new_owners_are_told() {
    let env = env().await;
    let (endpoint, url) = Endpoint::start(&[]).await;
    for message in ["Assign", "Delete"] {
        env.control(Method::POST, "/hooks", json!({"url": url, "table": "incident", "message": message}))
            .await;
    }
    change(&env, json!({"ownerid@odata.bind": format!("/systemusers({})", env.user(1))})).await;
    endpoint.hears(1).await;
    env.control(Method::DELETE, &format!("/records/incident/{}", env.case()), Value::Null).await;
    let heard = endpoint.hears(2).await;
    let parameters = &heard[0].body["InputParameters"];
    assert_eq!(
        (&parameters[1]["key"], &parameters[1]["value"]["Id"]),
        (&json!("Assignee"), &json!(env.user(1)))
    );
    assert_eq!(heard[1].body["MessageName"], "Delete");
    assert_eq!(heard[1].body["InputParameters"][0]["value"]["LogicalName"], "incident");
    for hook in [
        json!({"url": url, "table": "new_ratecard"}),
        json!({"url": url, "table": "nothing"}),
        json!({"url": url, "table": "incident", "columns": ["nothing"]}),
        json!({"url": "nowhere", "table": "incident"}),
    ] {
        assert_eq!(env.scene.control(Method::POST, "/dataverse/hooks", hook).await.0, 400);
    }
}
