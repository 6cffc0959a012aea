use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::{AppChange, ConsentChange, NewChat, NewMessage};

use crate::scene::{Scene, answer, form_post, scene};

/// The token of the seeded user at this place, by refresh token.
async fn person(scene: &Scene, place: usize) -> String {
    let names = ["Chat.ReadWrite", "ChatMessage.Send", "User.Read"].map(str::to_owned);
    let world = scene.sim.world();
    world.change_app(AppChange { delegated: Some(names.to_vec()), ..AppChange::default() });
    let refresh = world.sign_in(&scene.tenant().users[place].id, &names).unwrap();
    let url = format!("{}/{}/oauth2/v2.0/token", scene.sim.manifest().entra, scene.tenant().directory_id);
    let form = scene.form(&[("grant_type", "refresh_token"), ("refresh_token", &refresh), ("scope", "")]);
    let (_, body) = answer(form_post(&scene.client, &url, &form)).await;
    body["access_token"].as_str().unwrap().to_owned()
}

async fn app(scene: &Scene, permissions: &[&str]) -> String {
    let permissions = permissions.iter().map(|name| (*name).to_owned()).collect();
    let change = ConsentChange { permissions, delay_seconds: 0, spread_seconds: 0, at_once: false };
    scene.sim.world().set_consent(change);
    scene.graph_token().await
}

fn member(id: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "roles": ["owner"],
        "user@odata.bind": format!("https://graph.microsoft.com/v1.0/users('{id}')"),
    })
}

#[tokio::test]
async fn whoever_creates_a_chat_is_in_it_and_only_members_post() {
    let scene = scene().await;
    let (priya, adele) = (person(&scene, 0).await, person(&scene, 1).await);
    let ids: Vec<_> = scene.tenant().users.iter().map(|user| user.id.as_str()).collect();
    let create = async |members: &[&str]| {
        let members: Vec<_> = members.iter().map(|id| member(id)).collect();
        let body = json!({"chatType": "group", "topic": "T", "members": members});
        answer(scene.graph(Method::POST, &priya, "/chats").json(&body)).await
    };
    assert_eq!(create(&[ids[1], ids[2]]).await.0, 400, "the caller is missing");
    assert_eq!(create(&[ids[0], ids[0]]).await.0, 400, "somebody twice");
    assert_eq!(create(&[ids[0], "nobody@example.com"]).await.0, 404);
    let (status, chat) = create(&[ids[0], ids[2]]).await;
    assert_eq!((status, &chat["chatType"]), (201, &json!("group")), "{chat}");

    let path = format!("/chats/{}/messages", chat["id"].as_str().unwrap());
    let post =
        async |token: &str, body: Value| answer(scene.graph(Method::POST, token, &path).json(&body)).await;
    let words = json!({"body": {"contentType": "html", "content": "<attachment id=\"c\"></attachment>"},
        "attachments": [{"id": "c", "contentType": "application/vnd.microsoft.card.adaptive", "content": "{}"}]});
    let (status, message) = post(&priya, words.clone()).await;
    assert_eq!((status, &message["attachments"][0]["id"]), (201, &json!("c")));
    assert_eq!(post(&adele, words).await.0, 403, "not a member");
    let lone = json!({"body": {"content": "x"}, "attachments": [{"id": "c"}]});
    assert_eq!(post(&priya, lone).await.0, 400, "an attachment that stands nowhere");
    assert_eq!(scene.get(&adele, &format!("/chats/{}", chat["id"].as_str().unwrap())).await.0, 403);
}

#[tokio::test]
async fn a_member_is_added_with_or_without_what_was_said() {
    let scene = scene().await;
    let world = scene.sim.world();
    let ids: Vec<_> = scene.tenant().users.iter().map(|user| user.id.clone()).collect();
    let chat = world.make_chat(&NewChat { topic: None, members: vec![ids[0].clone()] }).unwrap();
    let reader = app(&scene, &["Chat.ReadBasic.All"]).await;
    let path = format!("/chats/{}/members", chat.id);
    let add = async |token: &str, body: &Value| {
        scene.graph(Method::POST, token, &path).json(body).send().await.unwrap()
    };
    assert_eq!(add(&reader, &member(&ids[1])).await.status(), 403);

    let writer = app(&scene, &["Chat.ReadWrite.All"]).await;
    let added = add(&writer, &member(&ids[1])).await;
    assert_eq!(added.status(), 201);
    assert!(added.headers()["location"].to_str().unwrap().contains("/members('"));
    assert_eq!(added.text().await.unwrap(), "");
    let mut all = member(&ids[2]);
    all["visibleHistoryStartDateTime"] = json!("0001-01-01T00:00:00Z");
    assert_eq!(add(&writer, &all).await.status(), 201);
    assert_eq!(add(&writer, &all).await.status(), 409, "in it already");
    let mut wrong = member(&ids[3]);
    wrong["roles"] = json!(["boss"]);
    assert_eq!(add(&writer, &wrong).await.status(), 400);

    let (_, list) = scene.get(&writer, &path).await;
    let names: Vec<_> =
        list["value"].as_array().unwrap().iter().map(|m| m["displayName"].as_str().unwrap()).collect();
    assert_eq!(names, ["Priya Singh", "Adele Vance", "Robin Kline"]);
    let view = world.chats().into_iter().find(|view| view.id == chat.id).unwrap();
    assert_eq!(view.members.len(), 3);
    let said = NewMessage { chat_id: Some(chat.id.clone()), ..NewMessage::text("hello") };
    world.post_message(&said).unwrap();
    let (_, messages) = scene.get(&writer, &format!("/chats/{}/messages", chat.id)).await;
    assert_eq!(messages["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn licences_photos_presence_teams_and_roles_of_people() {
    let scene = scene().await;
    let permissions = ["User.Read.All", "User.ReadBasic.All", "Presence.Read.All", "Directory.Read.All"];
    let token = app(&scene, &permissions).await;
    let ids: Vec<_> = scene.tenant().users.iter().map(|user| user.id.clone()).collect();
    let plans =
        async |id: &str| scene.get(&token, &format!("/users/{id}/licenseDetails")).await.1.to_string();
    assert!(plans(&ids[0]).await.contains("TEAMS1"));
    assert!(!plans(&ids[6]).await.contains("TEAMS1"));

    let photo = scene.graph(Method::GET, &token, &format!("/users/{}/photos/48x48/$value", ids[0]));
    let photo = photo.send().await.unwrap();
    assert_eq!(photo.headers()["content-type"], "image/jpeg");
    assert_eq!(scene.get(&token, &format!("/users/{}/photo/$value", ids[5])).await.0, 404);

    scene.sim.world().set_presence(&ids[1], "Away", "BeRightBack");
    let presences = async |ids: Value| {
        let request = scene.graph(Method::POST, &token, "/communications/getPresencesByUserId");
        answer(request.json(&json!({ "ids": ids }))).await
    };
    let (_, found) = presences(json!([ids[1], "nobody"])).await;
    assert_eq!(found["value"][0]["activity"], "BeRightBack");
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    assert_eq!(presences(json!(vec!["x"; 650])).await.0, 200);
    assert_eq!(presences(json!(vec!["x"; 651])).await.0, 400);

    let (_, teams) = scene.get(&token, &format!("/users/{}/joinedTeams", ids[0])).await;
    assert_eq!(teams["value"][0]["id"], scene.tenant().team_id);
    assert!(!scene.sim.world().set_roles(&ids[0], &["Emperor".to_owned()]));
    assert!(scene.sim.world().set_roles(&ids[0], &["Global Administrator".to_owned()]));
    let (_, in_what) = scene.get(&token, &format!("/users/{}/transitiveMemberOf", ids[0])).await;
    assert_eq!(in_what["value"][1]["roleTemplateId"], "62e90394-69f5-4237-9190-012177145e10");
}

#[tokio::test]
async fn people_are_searched_by_advanced_queries_only() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let search = "/users?$select=displayName&$search=%22displayName:pri%20si%22";
    assert_eq!(scene.get(&token, search).await.0, 400);
    let request = scene.graph(Method::GET, &token, search).header("ConsistencyLevel", "eventual");
    let (_, found) = answer(request).await;
    assert_eq!(found["value"], json!([{"displayName": "Priya Singh"}]));
    assert_eq!(scene.get(&token, "/me").await.0, 403, "nobody signed in");
}
