use reqwest::Method;
use serde_json::Value;
use tieline_sim::NewMessage;

use crate::scene::{Scene, scene};

/// The path of a link, below the version.
fn below(link: &Value) -> &str {
    link.as_str().unwrap().split_once("/v1.0").unwrap().1
}

fn ids(page: &Value) -> Vec<&str> {
    page["value"].as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap()).collect()
}

fn post(scene: &Scene, text: &str, reply_to: Option<&str>) -> String {
    let message = NewMessage { reply_to: reply_to.map(str::to_owned), ..NewMessage::text(text) };
    scene.sim.world().post_message(&message).unwrap().message_id
}

#[tokio::test]
async fn a_delta_goes_on_where_it_ended_and_has_no_replies() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let (team, channel) = (&scene.tenant().team_id, &scene.tenant().channel_id);
    let messages = format!("/teams/{team}/channels/{channel}/messages");
    let posts = [post(&scene, "1", None), post(&scene, "2", None), post(&scene, "3", None)];
    post(&scene, "reply", Some(&posts[0]));

    let (status, page) = scene.get(&token, &format!("{messages}/delta?$top=2")).await;
    assert_eq!((status, ids(&page)), (200, vec![&*posts[0], &*posts[1]]));
    assert!(page.get("@odata.deltaLink").is_none());
    let (_, last) = scene.get(&token, below(&page["@odata.nextLink"])).await;
    assert_eq!(ids(&last), [&*posts[2]]);
    assert!(last.get("@odata.nextLink").is_none());

    let fourth = post(&scene, "4", None);
    let (_, later) = scene.get(&token, below(&last["@odata.deltaLink"])).await;
    assert_eq!(ids(&later), [&*fourth]);
    let (_, nothing) = scene.get(&token, below(&later["@odata.deltaLink"])).await;
    assert!(ids(&nothing).is_empty());

    let (_, third) = scene.get(&token, &format!("{messages}/{}", posts[2])).await;
    let since = third["createdDateTime"].as_str().unwrap();
    let filter = format!("{messages}/delta?$filter=lastModifiedDateTime%20gt%20{since}");
    assert_eq!(ids(&scene.get(&token, &filter).await.1), [&*fourth]);
    assert_eq!(scene.get(&token, &format!("{messages}/delta?$filter=id%20eq%201")).await.0, 400);

    assert_eq!(scene.control(Method::DELETE, "/graph/delta-tokens", Value::Null).await.0, 204);
    assert_eq!(scene.get(&token, below(&later["@odata.deltaLink"])).await.0, 410);
    assert_eq!(scene.get(&token, below(&page["@odata.nextLink"])).await.0, 410);
    assert_eq!(scene.get(&token, &format!("{messages}/delta")).await.0, 200);
}
