//! OneNote: notebooks, sections, pages with images, changes, limits; for signed-in people only.

use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::{Scene, answer, scene};

const SCOPE: &str = "Notes.ReadWrite.All";

struct Notes {
    scene: Scene,
    token: String,
    section: String,
}

async fn notes() -> Notes {
    let scene = scene().await;
    let token = scene.person(0, &[SCOPE]).await;
    let make = async |path: &str, name: &str| {
        let body = json!({ "displayName": name });
        let (status, said) = answer(scene.graph(Method::POST, &token, path).json(&body)).await;
        assert_eq!(status, 201, "{said}");
        said["id"].as_str().unwrap().to_owned()
    };
    let notebook = make("/me/onenote/notebooks", "Case notes").await;
    let section = make(&format!("/me/onenote/notebooks/{notebook}/sections"), "C-000101").await;
    Notes { scene, token, section }
}

impl Notes {
    async fn page(&self, html: &str) -> (u16, Value) {
        self.sent("text/html", html.to_owned()).await
    }

    async fn sent(&self, kind: &str, body: String) -> (u16, Value) {
        let path = format!("/me/onenote/sections/{}/pages", self.section);
        answer(self.scene.graph(Method::POST, &self.token, &path).header("content-type", kind).body(body))
            .await
    }

    async fn content(&self, page: &str, query: &str) -> String {
        let path = format!("/me/onenote/pages/{}/content{query}", page.replace('!', "%21"));
        let (status, html) = self.scene.get(&self.token, &path).await;
        assert_eq!(status, 200, "{html}");
        html.as_str().unwrap().to_owned()
    }

    async fn patch(&self, page: &str, commands: Value) -> (u16, Value) {
        let path = format!("/me/onenote/pages/{page}/content");
        answer(self.scene.graph(Method::PATCH, &self.token, &path).json(&commands)).await
    }

    async fn rules(&self, rules: Value) {
        assert_eq!(self.scene.control(Method::POST, "/graph/onenote/rules", rules).await.0, 204);
    }
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_page_is_made_read_changed_and_listed() {
    let notes = notes().await;
    let html = r#"<html><head><title>First note</title><meta name="created" content="2026-11-22T10:00:00Z" /></head>
        <body><p data-id="p">Hello</p></body></html>"#;
    let (status, page) = notes.page(html).await;
    assert_eq!(
        (status, &page["title"], &page["createdDateTime"]),
        (201, &json!("First note"), &json!("2026-11-22T10:00:00Z"))
    );
    assert!(page["links"]["oneNoteWebUrl"]["href"].is_string() && page["contentUrl"].is_string());
    let id = page["id"].as_str().unwrap();
    let more = json!([{"target": "body", "action": "append", "content": "<p>More</p>"},
                      {"target": "#p", "action": "append", "content": "<b>!</b>"}]);
    assert_eq!(notes.patch(id, more).await.0, 204);
    let html = notes.content(id, "").await;
    assert!(html.contains("<p data-id=\"p\">Hello<b>!</b></p><p>More</p>"), "{html}");
    let html = notes.content(id, "?includeIDs=true").await;
    let last = html.match_indices("id=\"p:{").last().unwrap().0 + 4;
    let generated = html[last..].split('"').next().unwrap();
    let replace = json!([{"target": generated, "action": "replace", "content": "<p>Less</p>"}]);
    assert_eq!(notes.patch(id, replace).await.0, 204);
    assert!(notes.content(id, "").await.contains("<p>Less</p>"));
    assert_eq!(
        code(&notes.patch(id, json!([{"target": "#x", "action": "append", "content": "<p/>"}])).await),
        (400, "20109")
    );

    notes.page("<html><head><title>Second</title></head><body><p>x</p></body></html>").await;
    let path = format!("/me/onenote/sections/{}/pages?$top=1", notes.section);
    let (_, listed) = notes.scene.get(&notes.token, &path).await;
    assert_eq!(listed["value"].as_array().unwrap().len(), 1);
    assert!(listed["@odata.nextLink"].is_string());
    let filtered = "/me/onenote/pages?$filter=title eq 'Second'";
    assert_eq!(notes.scene.get(&notes.token, filtered).await.1["value"][0]["title"], "Second");
}

#[tokio::test]
async fn images_come_as_parts_and_can_be_read_again() {
    let notes = notes().await;
    let part = |name: &str, kind: &str, content: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n{content}\r\n"
        )
    };
    let page = "<html><head><title>P</title></head><body><img src=\"name:one\" /></body></html>";
    let multipart = "multipart/form-data; boundary=B";
    let body = format!("{}{}--B--", part("Presentation", "text/html", page), part("one", "image/png", "PNG"));
    let (status, made) = notes.sent(multipart, body).await;
    assert_eq!(status, 201, "{made}");
    let html = notes.content(made["id"].as_str().unwrap(), "").await;
    let url = html.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    let image = notes.scene.client.get(url).bearer_auth(&notes.token).send().await.unwrap();
    assert_eq!(image.headers()["content-type"], "image/png");
    assert_eq!(image.text().await.unwrap(), "PNG");

    let lone = format!("{}--B--", part("one", "image/png", "PNG"));
    assert_eq!(code(&notes.sent(multipart, lone).await), (400, "20001"));
    let unnamed =
        format!("{}{}--B--", part("Presentation", "text/html", "<p/>"), part("one", "image/png", "PNG"));
    assert_eq!(code(&notes.sent(multipart, unnamed).await), (400, "20108"));
    assert_eq!(code(&notes.page(&"x".repeat((4 << 20) + 1)).await).0, 413);
    assert_eq!(code(&notes.page(&"<img src=\"https://x.example/a\" />".repeat(31)).await), (400, "20108"));
    assert_eq!(code(&notes.sent("text/plain", "x".into()).await).0, 415);
}

#[tokio::test]
async fn a_section_is_full_and_a_new_page_may_be_late() {
    let notes = notes().await;
    notes.rules(json!({"pages_per_section": 1, "hidden_for": 1})).await;
    let (status, page) = notes.page("<p>one</p>").await;
    assert_eq!(status, 201);
    let path = format!("/me/onenote/pages/{}", page["id"].as_str().unwrap());
    assert_eq!(code(&notes.scene.get(&notes.token, &path).await), (404, "20102"));
    assert_eq!(notes.scene.get(&notes.token, &path).await.0, 200);
    assert_eq!(code(&notes.page("<p>two</p>").await), (507, "30102"));
    assert_eq!(code(&notes.scene.get(&notes.token, "/me/onenote/pages/nonsense").await), (400, "20112"));
}

#[tokio::test]
async fn people_alone_may_and_each_their_own() {
    let notes = notes().await;
    let body = json!({"displayName": "Case notes"});
    let make = async |token: &str, path: &str| {
        answer(notes.scene.graph(Method::POST, token, path).json(&body)).await
    };
    assert_eq!(code(&make(&notes.token, "/me/onenote/notebooks").await), (409, "20117"));
    let own = format!("/users/{}/onenote/notebooks", notes.scene.tenant().users[0].id);
    let app = notes.scene.graph_token().await;
    assert_eq!(code(&make(&app, &own).await), (401, "40001"));
    let reader = notes.scene.person(0, &["Notes.Read"]).await;
    assert_eq!(code(&make(&reader, "/me/onenote/notebooks").await), (403, "40004"));
    let adele = notes.scene.person(1, &[SCOPE]).await;
    assert_eq!(make(&adele, &own).await.0, 403, "somebody else's");
    let shared = format!("/groups/{}/onenote/notebooks", notes.scene.tenant().team_id);
    assert_eq!(make(&adele, &shared).await.0, 201);
    assert_eq!(notes.scene.get(&notes.token, &shared).await.1["value"][0]["displayName"], "Case notes");
    let mei = notes.scene.person(3, &[SCOPE]).await;
    assert_eq!(make(&mei, &shared).await.0, 403, "not in the team");
}
