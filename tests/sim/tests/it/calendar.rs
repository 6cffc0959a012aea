//! Calendars, mail and meetings of people: their own, and what others shared.

use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::{Scene, answer, scene};

const SCOPES: [&str; 4] = [
    "Calendars.ReadWrite",
    "Calendars.ReadWrite.Shared",
    "OnlineMeetings.ReadWrite",
    "OnlineMeetingArtifact.Read.All",
];

fn event(subject: &str, transaction: &str) -> Value {
    json!({
        "subject": subject, "transactionId": transaction, "isOnlineMeeting": true,
        "start": {"dateTime": "2026-12-01T10:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-01T10:30:00", "timeZone": "Europe/Berlin"},
    })
}

async fn send(scene: &Scene, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = scene.graph(method, token, path);
    answer(if body.is_null() { request } else { request.json(&body) }).await
}

async fn share(scene: &Scene, owner: usize, with: usize, kind: &str, role: Value) {
    let users = &scene.tenant().users;
    let body = json!({"owner": users[owner].email, "with": users[with].email, "kind": kind, "role": role});
    assert_eq!(scene.control(Method::POST, "/graph/shares", body).await.0, 204);
}

#[tokio::test]
async fn an_event_that_is_sent_twice_is_one_and_has_its_meeting() {
    let scene = scene().await;
    let priya = scene.person(0, &SCOPES).await;
    let (status, first) = send(&scene, &priya, Method::POST, "/me/events", event("Case", "t-1")).await;
    assert_eq!(
        (status, &first["start"]["dateTime"]),
        (201, &json!("2026-12-01T09:00:00.0000000")),
        "{first}"
    );
    let (_, second) = send(&scene, &priya, Method::POST, "/me/events", event("Case", "t-1")).await;
    assert_eq!(first["id"], second["id"]);
    let url = first["onlineMeeting"]["joinUrl"].as_str().unwrap();
    let path = format!("/me/onlineMeetings?$filter=JoinWebUrl eq '{}'", url.replace('%', "%25"));
    let (_, meetings) = scene.get(&priya, &path).await;
    assert_eq!(meetings["value"][0]["subject"], "Case", "{meetings}");

    let id = first["id"].as_str().unwrap();
    let path = format!("/me/events/{id}");
    let (status, changed) =
        send(&scene, &priya, Method::PATCH, &path, json!({"subject": "Case, moved"})).await;
    assert_eq!((status, &changed["subject"]), (200, &json!("Case, moved")));
    let view = "/me/calendarView?startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-02T00:00:00Z";
    assert_eq!(scene.get(&priya, view).await.1["value"].as_array().unwrap().len(), 1);
    assert_eq!(send(&scene, &priya, Method::DELETE, &path, Value::Null).await.0, 204);
    assert_eq!(scene.get(&priya, &path).await.0, 404);
    assert_eq!(send(&scene, &priya, Method::POST, "/me/events", json!({"subject": "x"})).await.0, 400);
}

#[tokio::test]
async fn others_calendars_are_reached_as_they_were_shared() {
    let scene = scene().await;
    let priya = scene.person(0, &SCOPES).await;
    let theirs = format!("/users/{}/events", scene.tenant().users[1].id);
    let post = async |token: &str| send(&scene, token, Method::POST, &theirs, event("Hers", "t-2")).await.0;
    assert_eq!(post(&priya).await, 404, "nothing was shared");
    share(&scene, 1, 0, "calendar", json!("read")).await;
    assert_eq!(post(&priya).await, 403);
    assert_eq!(scene.get(&priya, &theirs).await.0, 200);
    share(&scene, 1, 0, "calendar", json!("delegate")).await;
    assert_eq!(post(&priya).await, 201);
    let (_, calendars) = scene.get(&priya, "/me/calendars").await;
    let shared = &calendars["value"][1];
    assert_eq!((&shared["name"], &shared["canEdit"]), (&json!("Adele Vance"), &json!(true)));
    let through = format!("/me/calendars/{}/events", shared["id"].as_str().unwrap());
    assert_eq!(scene.get(&priya, &through).await.1["value"][0]["subject"], "Hers");
    let narrow = scene.person(0, &["Calendars.ReadWrite"]).await;
    assert_eq!(post(&narrow).await, 403, "not with a permission for one's own");
    let none = scene.person(0, &["User.Read"]).await;
    let (status, refusal) = scene.get(&none, "/me/events").await;
    assert_eq!((status, &refusal["error"]["code"]), (403, &json!("ErrorAccessDenied")));
}

#[tokio::test]
async fn a_meeting_is_made_once_and_has_a_report_when_it_was_held() {
    let scene = scene().await;
    let priya = scene.person(0, &SCOPES).await;
    let wish = json!({"subject": "Case", "externalId": "case-1",
        "startDateTime": "2026-12-01T10:00:00Z", "endDateTime": "2026-12-01T10:30:00Z"});
    let make = async |path: &str| send(&scene, &priya, Method::POST, path, wish.clone()).await;
    let (status, meeting) = make("/me/onlineMeetings/createOrGet").await;
    assert_eq!(status, 201, "{meeting}");
    let (status, again) = make("/me/onlineMeetings/createOrGet").await;
    assert_eq!((status, &again["id"]), (200, &meeting["id"]));
    assert_ne!(make("/me/onlineMeetings").await.1["id"], meeting["id"]);

    let id = meeting["id"].as_str().unwrap();
    let path = format!("/me/onlineMeetings/{id}/attendanceReports");
    assert_eq!(scene.get(&priya, &path).await.1["value"], json!([]));
    let users = &scene.tenant().users;
    let held = json!({"meeting_id": id, "attended": [[users[0].id, 600], [users[1].email, 300]]});
    assert_eq!(scene.control(Method::POST, "/graph/attendance", held).await.0, 204);
    let (_, reports) = scene.get(&priya, &path).await;
    assert_eq!(reports["value"][0]["totalParticipantCount"], 2);
    let one = format!("{path}/{}?$expand=attendanceRecords", reports["value"][0]["id"].as_str().unwrap());
    assert_eq!(scene.get(&priya, &one).await.1["attendanceRecords"][1]["totalAttendanceInSeconds"], 300);
    let without = scene.person(0, &["OnlineMeetings.ReadWrite"]).await;
    assert_eq!(scene.get(&without, &path).await.0, 403);
    let other = format!("/users/{}/onlineMeetings", users[1].id);
    assert_eq!(send(&scene, &priya, Method::POST, &other, wish.clone()).await.0, 403, "somebody else's");
}

#[tokio::test]
async fn mail_is_read_in_shared_mailboxes_and_sent_with_the_permission_to() {
    let scene = scene().await;
    let priya = scene.person(0, &["Mail.ReadWrite.Shared"]).await;
    let users = &scene.tenant().users;
    let mail = |subject: &str| json!({"to": users[4].email, "from": "nia@customer0.example", "subject": subject, "html": "<p>Hi</p>"});
    assert_eq!(scene.control(Method::POST, "/graph/mail", mail("[C-000101] Storage")).await.0, 200);
    scene.control(Method::POST, "/graph/mail", mail("Lunch")).await;
    let theirs = format!("/users/{}/messages?$search=\"C-000101\"", users[4].id);
    assert_eq!(scene.get(&priya, &theirs).await.0, 403, "not shared");
    share(&scene, 4, 0, "mailbox", json!("write")).await;
    let (_, found) = scene.get(&priya, &theirs).await;
    assert_eq!(found["value"].as_array().unwrap().len(), 1, "{found}");

    let draft = json!({"subject": "Re", "body": {"contentType": "HTML", "content": "x"},
        "toRecipients": [{"emailAddress": {"address": users[1].email}}]});
    let (status, draft) = send(&scene, &priya, Method::POST, "/me/messages", draft).await;
    assert_eq!((status, &draft["isDraft"]), (201, &json!(true)));
    let path = format!("/me/messages/{}/send", draft["id"].as_str().unwrap());
    assert_eq!(send(&scene, &priya, Method::POST, &path, Value::Null).await.0, 403);
    let sender = scene.person(0, &["Mail.Send"]).await;
    assert_eq!(send(&scene, &sender, Method::POST, &path, Value::Null).await.0, 202);
    let (_, inbox) =
        scene.control(Method::GET, &format!("/graph/mail/{}", users[1].email), Value::Null).await;
    assert_eq!((&inbox[0]["subject"], &inbox[0]["folder"]), (&json!("Re"), &json!("inbox")));
}
