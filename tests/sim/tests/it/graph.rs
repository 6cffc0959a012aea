use reqwest::Method;
use serde_json::json;
use tieline_sim::NewMessage;

use crate::scene::{answer, scene};

#[tokio::test]
async fn a_message_is_found_by_every_spelling_of_its_path() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let posted = scene.sim.world().post_message(&NewMessage::text("Hello \"you\"")).unwrap();
    let (team, channel) = (&scene.tenant().team_id, &scene.tenant().channel_id);
    let encoded = channel.replace(':', "%3A").replace('@', "%40");
    let id = &posted.message_id;
    for path in [
        format!("/teams/{team}/channels/{channel}/messages/{id}"),
        format!("/teams/{team}/channels/{encoded}/messages/{id}"),
        format!("/{}", posted.resource),
        format!("/teams('{team}')/channels('{encoded}')/messages('{id}')"),
    ] {
        let (status, message) = scene.get(&token, &path).await;
        assert_eq!(status, 200, "{path}: {message}");
        assert_eq!(message["body"], json!({"contentType": "text", "content": "Hello \"you\""}));
        assert_eq!(message["from"]["user"]["id"], scene.tenant().user_id);
    }
}

#[tokio::test]
async fn a_reply_is_found_under_its_parent_only() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let world = scene.sim.world();
    let root = world.post_message(&NewMessage::text("root")).unwrap();
    let reply = NewMessage { reply_to: Some(root.message_id.clone()), ..NewMessage::text("reply") };
    let reply = world.post_message(&reply).unwrap();
    assert!(reply.resource.ends_with(&format!("/replies('{}')", reply.message_id)));

    let (status, message) = scene.get(&token, &format!("/{}", reply.resource)).await;
    assert_eq!((status, &message["replyToId"]), (200, &json!(root.message_id)));
    let (_, list) = scene.get(&token, &format!("/{}/replies", root.resource)).await;
    assert_eq!(list["value"][0]["id"], reply.message_id);
    let as_root = root.resource.replace(&root.message_id, &reply.message_id);
    assert_eq!(scene.get(&token, &format!("/{as_root}")).await.0, 404);
    let nested = NewMessage { reply_to: Some(reply.message_id), ..NewMessage::text("no") };
    assert!(world.post_message(&nested).is_err());
}

#[tokio::test]
async fn lists_come_in_pages_newest_first() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let tenant = scene.tenant();
    let ids = scene.sim.world().create_messages(&tenant.channel_id, 5, "x").unwrap();
    let path = format!("/teams/{}/channels/{}/messages", tenant.team_id, tenant.channel_id);
    let (_, mut page) = scene.get(&token, &format!("{path}?$top=2")).await;
    let mut seen = Vec::new();
    loop {
        let items = page["value"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        page = answer(scene.client.get(next).bearer_auth(&token)).await.1;
    }
    seen.reverse();
    assert_eq!(seen, ids);
    assert_eq!(scene.get(&token, &format!("{path}?$top=51")).await.0, 400);
}

#[tokio::test]
async fn places_and_people_can_be_looked_up() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let tenant = scene.tenant();
    let (_, teams) = scene.get(&token, "/teams").await;
    assert_eq!(teams["value"][0]["id"], tenant.team_id);
    assert_eq!(scene.get(&token, &format!("/teams/{}", tenant.team_id)).await.1["displayName"], "Sales");
    let (_, channels) = scene.get(&token, &format!("/teams/{}/channels", tenant.team_id)).await;
    assert_eq!(channels["value"].as_array().unwrap().len(), tenant.channel_ids.len());
    let path = format!("/teams/{}/channels/{}", tenant.team_id, tenant.channel_id);
    assert_eq!(scene.get(&token, &path).await.1["displayName"], "acme-deal-desk");
    assert_eq!(scene.get(&token, &format!("/chats/{}", tenant.chat_id)).await.1["chatType"], "group");

    let email = &tenant.user_email;
    let (_, user) = scene.get(&token, &format!("/users/{email}?$select=id,mail")).await;
    assert_eq!((&user["id"], &user["mail"]), (&json!(tenant.user_id), &json!(email)));
    assert!(user.get("displayName").is_none());
    let (_, found) = scene.get(&token, &format!("/users?$filter=mail eq '{email}'")).await;
    assert_eq!(found["value"][0]["id"], tenant.user_id);
    let (_, page) = scene.get(&token, "/users?$top=2").await;
    assert_eq!(page["value"].as_array().unwrap().len(), 2);
    assert!(page["@odata.nextLink"].is_string());
}

#[tokio::test]
async fn what_is_not_there_is_refused_in_its_workload_s_way() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let tenant = scene.tenant();
    let nobody = "11111111-2222-4333-8444-555555555555";
    let code = |body: serde_json::Value| body["error"]["code"].as_str().unwrap().to_owned();
    let (status, body) = scene.get(&token, &format!("/users/{nobody}")).await;
    assert_eq!((status, code(body)), (404, "Request_ResourceNotFound".to_owned()));
    let (status, body) = scene.get(&token, &format!("/teams/{nobody}")).await;
    assert_eq!((status, code(body)), (404, "NotFound".to_owned()));
    let path = format!("/teams/{}/channels/{}/messages/1", tenant.team_id, tenant.channel_id);
    assert_eq!(scene.get(&token, &path).await.0, 404);
    assert_eq!(scene.get(&token, "/sites").await.0, 400);
    assert_eq!(scene.get(&token, "/users?$select=shoeSize").await.0, 400);
}

#[tokio::test]
async fn headers_are_always_there() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    for (token, status) in [(token.as_str(), 200), ("nonsense", 401)] {
        let request = scene.graph(Method::GET, token, "/users").header("client-request-id", "mine");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["client-request-id"], "mine");
        for name in ["request-id", "date", "x-ms-ags-diagnostic"] {
            assert!(answer.headers().contains_key(name), "{name}");
        }
        assert_eq!(answer.headers().contains_key("www-authenticate"), status == 401);
    }
}

#[tokio::test]
async fn without_consent_each_workload_refuses() {
    let scene = scene().await;
    let world = scene.sim.world();
    let old = scene.graph_token().await;
    let (team, channel) = (&scene.tenant().team_id, &scene.tenant().channel_id);
    let messages = format!("/teams/{team}/channels/{channel}/messages");
    let consent = |body| scene.control(Method::POST, "/entra/consent", body);

    consent(json!({"permissions": ["Team.ReadBasic.All"]})).await;
    assert_eq!(scene.get(&old, &messages).await.0, 200, "an old token keeps its roles");
    let new = scene.graph_token().await;
    let (status, refusal) = scene.get(&new, &messages).await;
    assert_eq!(status, 403);
    assert_eq!(
        refusal["error"]["message"],
        "Missing role permissions on the request. API requires one of 'ChannelMessage.Read.Group, \
         ChannelMessage.Read.All, Group.Read.All, Group.ReadWrite.All'. Roles on the request \
         'Team.ReadBasic.All'. Resource specific consent grants on the request ''."
    );
    let (status, refusal) = scene.get(&new, "/users").await;
    assert_eq!((status, &refusal["error"]["code"]), (403, &json!("Authorization_RequestDenied")));

    consent(json!({"permissions": ["Team.ReadBasic.All"], "at_once": true})).await;
    assert_eq!(scene.get(&old, &messages).await.0, 403, "now the old token has lost them");

    let all = ["ChannelMessage.Read.All", "User.Read.All"];
    consent(json!({"permissions": all, "delay_seconds": 1})).await;
    let early = scene.graph_token().await;
    assert_eq!(scene.get(&early, &messages).await.0, 403, "consent takes time to spread");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(scene.get(&scene.graph_token().await, &messages).await.0, 200);

    let token = scene.graph_token().await;
    assert_eq!(scene.get(&token, "/users").await.0, 200);
    assert!(world.revoke_graph_tokens() > 0);
    let (status, body) = scene.get(&token, "/users").await;
    assert_eq!((status, &body["error"]["code"]), (401, &json!("InvalidAuthenticationToken")));
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let (head, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{head}.{other}{}", &signature[1..]);
    let (status, body) = scene.get(&forged, "/users").await;
    assert_eq!(status, 401);
    assert_eq!(body["error"]["message"], "Access token validation failure. Invalid signature.");
}

#[tokio::test]
async fn an_app_cannot_post() {
    let scene = scene().await;
    let tenant = scene.tenant();
    let token = scene.graph_token().await;
    let path = format!("/teams/{}/channels/{}/messages", tenant.team_id, tenant.channel_id);
    let body = json!({"body": {"content": "x"}, "from": {"user": {"id": tenant.user_id}}});
    let post = answer(scene.graph(Method::POST, &token, &path).json(&body)).await;
    assert_eq!(post.0, 403);
    let import = json!({"permissions": ["Teamwork.Migrate.All"]});
    scene.control(Method::POST, "/entra/consent", import).await;
    let token = scene.graph_token().await;
    let (status, message) = answer(scene.graph(Method::POST, &token, &path).json(&body)).await;
    assert_eq!((status, &message["from"]["user"]["displayName"]), (201, &json!("Priya Singh")));
}

#[tokio::test]
async fn a_chat_has_messages_too() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let chat = &scene.tenant().chat_id;
    let message = NewMessage {
        chat_id: Some(chat.clone()),
        user_id: Some(scene.tenant().users[1].id.clone()),
        text: None,
        html: Some("<p>Hello</p>".to_owned()),
        ..NewMessage::default()
    };
    let posted = scene.sim.world().post_message(&message).unwrap();
    let (status, message) = scene.get(&token, &format!("/{}", posted.resource)).await;
    assert_eq!((status, &message["chatId"]), (200, &json!(chat)));
    assert_eq!(message["body"], json!({"contentType": "html", "content": "<p>Hello</p>"}));
    assert_eq!((&message["channelIdentity"], &message["webUrl"]), (&json!(null), &json!(null)));
    assert_eq!(message["from"]["user"]["displayName"], "Adele Vance");
    let (_, list) = scene.get(&token, &format!("/chats/{chat}/messages")).await;
    assert_eq!(list["value"][0]["id"], posted.message_id);
}
