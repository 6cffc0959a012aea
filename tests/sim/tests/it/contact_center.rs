//! The contact centre: the customer's side as published, and the agents' side of our own.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::scene::{Scene, answer, scene};

const CLIENT: &str = "5d6a1f06-7c0b-4c8e-9a55-51b7a5a7e001";

impl Scene {
    fn customer(&self, method: Method, path: &str) -> RequestBuilder {
        let url =
            format!("{}/clientweb/api/v2/{path}?tenantUrl=acme.example", self.sim.manifest().contact_center);
        let app = &self.tenant().contact_center.app_id;
        let authorization = format!("MOBILE-API-140-327-PLAIN appId=\"{app}\", clientId=\"{CLIENT}\"");
        self.client.request(method, url).header("Authorization", authorization)
    }

    async fn integration(&self) -> String {
        let centre = &self.tenant().contact_center;
        let url = format!("{}/configapi/v2/oauth/token", self.sim.manifest().contact_center);
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            centre.client_id, centre.client_secret
        );
        let request = self.client.post(url).header("content-type", "application/x-www-form-urlencoded");
        answer(request.body(body)).await.1["access_token"].as_str().unwrap().to_owned()
    }

    async fn tell(&self, token: &str, chat: &str, party: &str, event: Value) -> (u16, Value) {
        let root = &self.sim.manifest().contact_center;
        let url = format!("{root}/agentapi/v1/chats/{chat}/parties/{party}/events");
        answer(self.client.post(url).bearer_auth(token).json(&json!({ "events": [event] }))).await
    }
}

fn words(events: &Value) -> Vec<&str> {
    events["events"].as_array().unwrap().iter().filter_map(|event| event["event"].as_str()).collect()
}

#[tokio::test]
async fn a_customer_is_known_by_what_the_documentation_says() {
    let scene = scene().await;
    let url = format!("{}/clientweb/api/v2/availability", scene.sim.manifest().contact_center);
    let code = async |request: RequestBuilder| {
        let (status, body) = answer(request).await;
        (status, body["error_code"].as_str().unwrap_or_default().to_owned())
    };
    let refused = |code: &str| (403, code.to_owned());
    assert_eq!(code(scene.client.get(&url)).await, refused("1000"));
    let url = format!("{url}?tenantUrl=acme.example");
    assert_eq!(code(scene.client.get(&url)).await, refused("2000"));
    let with = |value: &str| scene.client.get(&url).header("Authorization", value);
    assert_eq!(code(with("Bearer x")).await, refused("2002"));
    assert_eq!(code(with("MOBILE-API-140-327-PLAIN appId")).await, refused("2001"));
    assert_eq!(code(with("MOBILE-API-140-327-PLAIN clientId=\"1\"")).await, refused("2003"));
    assert_eq!(code(with("MOBILE-API-140-327-PLAIN appId=\"other\", clientId=\"1\"")).await, refused("3000"));
    assert_eq!(code(with("MOBILE-API-140-327-PLAIN appId=\"web-chat\"")).await, refused("2004"));
    let (status, body) = answer(scene.customer(Method::GET, "availability")).await;
    assert_eq!((status, &body["chat"]), (200, &json!("available")));
}

#[tokio::test]
async fn a_customer_polls_one_at_a_time_and_waits_for_news() {
    let scene = scene().await;
    let new = json!({ "parameters": { "first_name": "Jane", "last_name": "Lee" } });
    let (_, chat) = answer(scene.customer(Method::POST, "chats").json(&new)).await;
    assert_eq!((&chat["is_new_chat"], &chat["state"]), (&json!(true), &json!("queued")));
    let (_, again) = answer(scene.customer(Method::POST, "chats").json(&new)).await;
    assert_eq!((&again["is_new_chat"], &again["chat_id"]), (&json!(false), &chat["chat_id"]));
    let id = chat["chat_id"].as_str().unwrap();
    let events = format!("chats/{id}/events");
    let (_, first) = answer(scene.customer(Method::GET, &events)).await;
    assert_eq!(words(&first), ["chat_session_status", "chat_session_party_joined"]);

    let waiting = tokio::spawn(answer(scene.customer(Method::GET, &events)));
    let second = loop {
        let (status, body) = answer(scene.customer(Method::GET, "chats/active")).await;
        assert_eq!(status, 200, "{body}");
        let request = scene.customer(Method::GET, &events);
        let tried = tokio::time::timeout(std::time::Duration::from_millis(200), answer(request)).await;
        if let Ok(refused) = tried {
            break refused;
        }
    };
    assert_eq!((second.0, &second.1["error_code"]), (400, &json!("5509")));
    scene.sim.world().say_in_customer_chat(id, Some(&agent(&scene, id)), "Hello").unwrap();
    let (_, news) = waiting.await.unwrap();
    assert_eq!(news["events"][0]["msg"], "Hello");

    let said = json!({ "events": [{ "event": "chat_session_message", "msg_id": "m:1", "msg": "Hi" }] });
    assert_eq!(answer(scene.customer(Method::POST, &events).json(&said)).await.0, 200);
    scene.sim.world().end_customer_chat(id).unwrap();
    let (_, last) = answer(scene.customer(Method::GET, &events)).await;
    assert_eq!(words(&last), ["chat_session_ended"], "one's own words do not come back");
    let (status, over) = answer(scene.customer(Method::GET, &events)).await;
    assert_eq!((status, &over["error_code"]), (404, &json!("5005")));
    let (_, history) = answer(scene.customer(Method::GET, &format!("chats/{id}/history"))).await;
    assert_eq!(words(&history).iter().filter(|event| **event == "chat_session_message").count(), 2);
}

fn agent(scene: &Scene, chat: &str) -> String {
    let shown = scene.sim.world().customer_chat(chat).unwrap();
    shown.parties.into_iter().find(|party| party.name == "Ann Agent").unwrap().party_id
}

#[tokio::test]
async fn a_guest_comes_speaks_and_goes_and_is_heard_once() {
    let scene = scene().await;
    let world = scene.sim.world();
    let begun = world.begin_customer_chat("Jane Lee");
    let party = world.invite_to_customer_chat(&begun.chat_id, "u-1").unwrap();
    let url = format!("{}/agentapi/v1/integration", scene.sim.manifest().contact_center);
    assert_eq!(answer(scene.client.get(&url)).await.0, 401);
    let token = scene.integration().await;
    assert_eq!(answer(scene.client.get(&url).bearer_auth(&token)).await.0, 200);
    let tell = async |event: Value| scene.tell(&token, &begun.chat_id, &party, event).await;
    let said = json!({ "event": "chat_session_message", "event_id": "1", "msg_id": "1", "msg": "Hi" });
    assert_eq!(tell(said.clone()).await.0, 400, "nobody speaks who is not there");
    let joined =
        json!({ "event": "chat_session_party_joined", "event_id": "j", "display_name": "Omar Haddad" });
    assert_eq!(tell(joined).await.0, 200);
    assert_eq!((tell(said.clone()).await.0, tell(said).await.0), (200, 200));
    let left = json!({ "event": "chat_session_party_left", "event_id": "l", "reason": "left" });
    assert_eq!(tell(left.clone()).await.0, 200);
    let shown = world.customer_chat(&begun.chat_id).unwrap();
    assert_eq!(shown.said.len(), 1);
    let late = json!({ "event": "chat_session_message", "event_id": "2", "msg_id": "2", "msg": "?" });
    let (status, body) = tell(late).await;
    assert_eq!((status, &body["error_code"]), (404, &json!("5010")));
    world.end_customer_chat(&begun.chat_id).unwrap();
    let (status, body) = tell(json!({ "event": "chat_session_message", "event_id": "3" })).await;
    assert_eq!((status, &body["error_code"]), (404, &json!("5005")));
}
