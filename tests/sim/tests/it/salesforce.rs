use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::Options;

use crate::scene::{Scene, answer, form_post, scene, scene_with};

async fn oauth(scene: &Scene, form: &[(&str, &str)]) -> (u16, Value) {
    let url = format!("{}/services/oauth2/token", scene.sim.manifest().salesforce);
    answer(form_post(&scene.client, &url, form)).await
}

#[tokio::test]
async fn tokens_say_nothing_of_their_life() {
    let scene = scene().await;
    let app = &scene.tenant().salesforce;
    let credentials = [("client_id", &*app.client_id), ("client_secret", &*app.client_secret)];
    let (status, body) =
        oauth(&scene, &[("grant_type", "client_credentials"), credentials[0], credentials[1]]).await;
    assert_eq!(status, 200);
    assert!(body["access_token"].as_str().unwrap().starts_with("00D"));
    assert!(body["access_token"].as_str().unwrap().contains('!'));
    assert_eq!(body["instance_url"], scene.sim.manifest().salesforce);
    assert!(body["issued_at"].as_str().unwrap().parse::<u64>().is_ok());
    assert!(body.get("expires_in").is_none() && body.get("refresh_token").is_none());

    let identity = body["id"].as_str().unwrap();
    let token = body["access_token"].as_str().unwrap();
    let (_, user) = answer(scene.client.get(identity).bearer_auth(token)).await;
    assert_eq!(user["preferred_username"], app.username);
    assert_eq!(user["user_id"], app.user_id);
}

#[tokio::test]
async fn refused_tokens_have_their_names() {
    let scene = scene().await;
    let app = &scene.tenant().salesforce;
    let (id, secret) = (("client_id", &*app.client_id), ("client_secret", &*app.client_secret));
    let credentials = ("grant_type", "client_credentials");
    let refresh = ("grant_type", "refresh_token");
    for (form, error) in [
        (vec![credentials, ("client_id", "other"), secret], "invalid_client_id"),
        (vec![credentials, id, ("client_secret", "other")], "invalid_client"),
        (vec![("grant_type", "password"), id, secret], "unsupported_grant_type"),
        (vec![refresh, id, secret, ("refresh_token", "stale")], "invalid_grant"),
    ] {
        let (status, body) = oauth(&scene, &form).await;
        assert_eq!((status, &body["error"]), (400, &json!(error)));
        assert!(body["error_description"].is_string());
    }
}

#[tokio::test]
async fn rotation_gives_and_takes() {
    let scene = scene().await;
    let app = &scene.tenant().salesforce;
    let refresh = async |token: &str| {
        oauth(
            &scene,
            &[
                ("grant_type", "refresh_token"),
                ("client_id", &app.client_id),
                ("client_secret", &app.client_secret),
                ("refresh_token", token),
            ],
        )
        .await
    };
    assert!(refresh(&app.refresh_token).await.1.get("refresh_token").is_none());
    scene.control(Method::POST, "/salesforce/rotation", json!({"on": true})).await;
    let (_, body) = refresh(&app.refresh_token).await;
    let next = body["refresh_token"].as_str().unwrap();
    let (status, body) = refresh(&app.refresh_token).await;
    assert_eq!((status, &body["error_description"]), (400, &json!("expired access/refresh token")));
    assert_eq!(refresh(next).await.0, 200);
}

#[tokio::test]
async fn sessions_end() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let limits = || answer(scene.salesforce(Method::GET, &token, "/limits"));
    assert_eq!(limits().await.0, 200);
    let url = format!("{}/services/oauth2/revoke", scene.sim.manifest().salesforce);
    assert_eq!(answer(form_post(&scene.client, &url, &[("token", &token)])).await.0, 200);
    let expired = json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]);
    assert_eq!(limits().await, (401, expired.clone()));
    let token = scene.salesforce_token().await;
    let (_, revoked) = scene.control(Method::POST, "/salesforce/revoke-tokens", json!({})).await;
    assert_eq!(revoked["revoked"], 1);
    assert_eq!(answer(scene.salesforce(Method::GET, &token, "/limits")).await, (401, expired));
}

#[tokio::test]
async fn the_life_of_a_task() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let deal = &scene.tenant().opportunity_id;
    let task = json!({"Subject": "Teams: hello", "WhatId": deal, "Teams_Message_Id__c": "m-1"});
    let (status, made) = answer(scene.salesforce(Method::POST, &token, "/sobjects/Task/").json(&task)).await;
    assert_eq!((status, &made["success"], &made["errors"]), (201, &json!(true), &json!([])));
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("00T") && id.len() == 18);
    let path = format!("/sobjects/Task/{id}");
    let (_, read) = answer(scene.salesforce(Method::GET, &token, &path)).await;
    assert_eq!((&read["WhatId"], &read["Status"]), (&json!(deal), &json!("Not Started")));
    assert!(read["CreatedDate"].as_str().unwrap().ends_with("+0000"));
    assert_eq!(read["attributes"]["type"], "Task");

    let patch = scene.salesforce(Method::PATCH, &token, &path).json(&json!({"Status": "Completed"}));
    assert_eq!(answer(patch).await, (204, "".into()));
    let (_, read) =
        answer(scene.salesforce(Method::GET, &token, &format!("{path}?fields=Status,IsClosed"))).await;
    assert_eq!((&read["Status"], &read["IsClosed"]), (&json!("Completed"), &json!(true)));
    assert_eq!(read.as_object().unwrap().len(), 4);

    assert_eq!(answer(scene.salesforce(Method::DELETE, &token, &path)).await.0, 204);
    let (status, gone) = answer(scene.salesforce(Method::GET, &token, &path)).await;
    assert_eq!((status, &gone[0]["errorCode"]), (404, &json!("ENTITY_IS_DELETED")));
    assert_eq!(scene.soql(&token, "SELECT Id FROM Task").await.1["totalSize"], 0);
}

#[tokio::test]
async fn an_upsert_makes_one_record() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let path = "/sobjects/Task/Teams_Message_Id__c/19%3Aab%40x%2F7";
    let upsert = |subject: &str| {
        answer(scene.salesforce(Method::PATCH, &token, path).json(&json!({"Subject": subject})))
    };
    let (status, first) = upsert("one").await;
    assert_eq!((status, &first["created"]), (201, &json!(true)));
    let (status, second) = upsert("two").await;
    assert_eq!((status, &second["created"], &second["id"]), (200, &json!(false), &first["id"]));
    let records = scene.sim.world().salesforce_records("Task").unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["Subject"], "two");
    assert_eq!(records[0]["Teams_Message_Id__c"], "19:ab@x/7");
    assert_eq!(answer(scene.salesforce(Method::GET, &token, path)).await.1["Id"], first["id"]);

    let twin = json!({"Teams_Message_Id__c": "19:AB@x/7"});
    assert_eq!(answer(scene.salesforce(Method::POST, &token, "/sobjects/Task").json(&twin)).await.0, 201);
    let (status, choices) = upsert("three").await;
    assert_eq!((status, choices.as_array().unwrap().len()), (300, 2));
    let no_field = scene.salesforce(Method::PATCH, &token, "/sobjects/Task/Subject/x").json(&json!({}));
    assert_eq!(answer(no_field).await.0, 404);
}

#[tokio::test]
async fn many_upserts_at_once_make_one_record() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let path = "/sobjects/Task/Teams_Message_Id__c/m-1";
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        tasks.spawn(answer(scene.salesforce(Method::PATCH, &token, path).json(&json!({"Subject": "x"}))));
    }
    let created = tasks.join_all().await.into_iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(created, 1);
    assert_eq!(scene.sim.world().salesforce_records("Task").unwrap().len(), 1);
}

#[tokio::test]
async fn queries_find_what_is_there() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let email = &scene.tenant().user_email;
    let (_, found) = scene.soql(&token, &format!("SELECT Id, Name FROM User WHERE Email = '{email}'")).await;
    assert_eq!((&found["totalSize"], &found["done"]), (&json!(1), &json!(true)));
    assert_eq!(found["records"][0]["Name"], scene.tenant().user_name);
    let stranger = &scene.tenant().users.last().unwrap().email;
    let (_, none) = scene.soql(&token, &format!("SELECT Id FROM User WHERE Email = '{stranger}'")).await;
    assert_eq!(none["totalSize"], 0, "one Teams user has no Salesforce user");
    let (_, deals) = scene
        .soql(&token, "SELECT Name FROM Opportunity WHERE Amount >= 40000 ORDER BY Amount DESC LIMIT 2")
        .await;
    let names: Vec<_> = deals["records"].as_array().unwrap().iter().map(|r| &r["Name"]).collect();
    assert_eq!(names, ["Delphi Museums - kiosks", "Acme - 200 seats"]);
    assert!(deals["records"][0].get("Id").is_none());
    let (_, count) = scene.soql(&token, "SELECT COUNT() FROM Opportunity WHERE Name LIKE 'acme%'").await;
    assert_eq!((&count["totalSize"], &count["records"]), (&json!(1), &json!([])));
    let (status, refused) = scene.soql(&token, "SELECT Id FROM Task WHERE A = 1 OR B = 2").await;
    assert_eq!((status, &refused[0]["errorCode"]), (400, &json!("INVALID_FIELD")));
    let (status, refused) = scene.soql(&token, "SELECT Id FROM Task GROUP BY Id").await;
    assert_eq!((status, &refused[0]["errorCode"]), (400, &json!("MALFORMED_QUERY")));
}

#[tokio::test]
async fn long_results_come_in_batches() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    for number in 0..450 {
        let task = scene.salesforce(Method::POST, &token, "/sobjects/Task");
        assert_eq!(answer(task.json(&json!({"Subject": format!("{number}")}))).await.0, 201);
    }
    let base = &scene.sim.manifest().salesforce;
    let mut path = "/services/data/v59.0/query?q=SELECT+Subject+FROM+Task".to_owned();
    let mut sizes = Vec::new();
    loop {
        let request = scene.client.get(format!("{base}{path}")).bearer_auth(&token);
        let (_, page) = answer(request.header("Sforce-Query-Options", "batchSize=200")).await;
        assert_eq!(page["totalSize"], 450);
        sizes.push(page["records"].as_array().unwrap().len());
        match page["nextRecordsUrl"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(sizes, [200, 200, 50]);
}

#[tokio::test]
async fn every_answer_counts_and_says_so() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    scene.control(Method::POST, "/salesforce/limits", json!({"used": 17, "max": 19})).await;
    let limits = || scene.salesforce(Method::GET, &token, "/limits").send();
    let first = limits().await.unwrap();
    assert_eq!(first.headers()["sforce-limit-info"], "api-usage=18/19");
    let body: Value = first.json().await.unwrap();
    assert_eq!(body["DailyApiRequests"], json!({"Max": 19, "Remaining": 1}));
    assert_eq!(limits().await.unwrap().status(), 200);
    let third = limits().await.unwrap();
    assert_eq!(third.status(), 403);
    assert_eq!(third.headers()["sforce-limit-info"], "api-usage=19/19");
    assert!(third.headers().get("retry-after").is_none());
    let body: Value = third.json().await.unwrap();
    assert_eq!(
        body,
        json!([{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}])
    );
}

#[tokio::test]
async fn metadata_and_versions() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let (_, describe) = answer(scene.salesforce(Method::GET, &token, "/sobjects/Task/describe")).await;
    let fields = describe["fields"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
    assert_eq!(
        (&field("Subject")["length"], &field("Teams_Message_Id__c")["externalId"]),
        (&json!(255), &json!(true))
    );
    assert_eq!(field("WhatId")["referenceTo"], json!(["Account", "Opportunity"]));
    let (_, all) = answer(scene.salesforce(Method::GET, &token, "/sobjects")).await;
    assert_eq!(all["sobjects"].as_array().unwrap().len(), 6);
    let base = &scene.sim.manifest().salesforce;
    let (_, versions) = answer(scene.client.get(format!("{base}/services/data"))).await;
    assert_eq!(versions.as_array().unwrap().len(), 9);
    assert_eq!(versions[8], json!({"label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"}));
    let newest = scene.client.get(format!("{base}/services/data/v67.0/limits")).bearer_auth(&token);
    assert_eq!(answer(newest).await.0, 200);
    let retired = scene.client.get(format!("{base}/services/data/v30.0/limits")).bearer_auth(&token);
    assert_eq!(answer(retired).await.0, 404);
    assert_eq!(answer(scene.salesforce(Method::GET, &token, "/sobjects/Invoice__c/describe")).await.0, 404);
    assert_eq!(answer(scene.salesforce(Method::DELETE, &token, "/limits")).await.0, 405);
}

#[tokio::test]
async fn an_observer_sees_what_is_not_kept() {
    let scene = scene_with(Options { keep_records: 0, record: false, ..Options::default() }).await;
    let token = scene.salesforce_token().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    scene.sim.world().observe_records(Arc::new(move |kind, id, fields| {
        notes.lock().push((kind.to_owned(), id.to_owned(), fields["Subject"].clone()));
    }));
    let task = scene.salesforce(Method::POST, &token, "/sobjects/Task").json(&json!({"Subject": "x"}));
    let (_, made) = answer(task).await;
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(*seen.lock(), [("Task".to_owned(), id, json!("x"))]);
    assert!(scene.sim.world().salesforce_records("Task").unwrap().is_empty());
    assert!(scene.sim.world().received(&tieline_sim::ReceivedFilter::default()).is_empty());
}

#[tokio::test]
async fn the_oldest_records_and_messages_are_forgotten() {
    let few = Options { keep_records: 2, keep_messages: 2, ..Options::default() };
    let scene = scene_with(few).await;
    let token = scene.salesforce_token().await;
    for subject in ["one", "two", "three"] {
        let task =
            scene.salesforce(Method::POST, &token, "/sobjects/Task").json(&json!({"Subject": subject}));
        assert_eq!(answer(task).await.0, 201);
    }
    let world = scene.sim.world();
    let kept = world.salesforce_records("Task").unwrap();
    let subjects: Vec<_> = kept.iter().map(|task| task["Subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["two", "three"]);
    let channel = &scene.sim.manifest().tenant.channel_id;
    let ids = world.create_messages(channel, 3, "text").unwrap();
    let graph = scene.graph_token().await;
    let mut found = Vec::new();
    for id in ids {
        let path = format!("/teams/{}/channels/{channel}/messages/{id}", scene.sim.manifest().tenant.team_id);
        found.push(answer(scene.graph(Method::GET, &graph, &path)).await.0);
    }
    assert_eq!(found, [404, 200, 200]);
}
