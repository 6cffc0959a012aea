use reqwest::Method;
use serde_json::json;

use super::{Env, env};

/// Sends a batch; the answer's text.
async fn batch(env: &Env, prefer: &str, body: String) -> (u16, String) {
    let request = env
        .call(Method::POST, "$batch")
        .header("Content-Type", "multipart/mixed; boundary=b")
        .header("Prefer", prefer)
        .body(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn part(request: &str) -> String {
    format!("--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{request}\r\n")
}

fn set(requests: &[(u32, &str)]) -> String {
    let inside: String = requests
        .iter()
        .map(|(id, request)| {
            format!("--c\r\nContent-Type: application/http\r\nContent-ID: {id}\r\n\r\n{request}\r\n")
        })
        .collect();
    format!("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{inside}--c--\r\n")
}

#[tokio::test]
async fn parts_are_carried_out_until_one_fails() {
    let env = env().await;
    let requests = [
        "GET /api/data/v9.2/accounts?$select=name&$top=1 HTTP/1.1\r\n\r\n",
        "GET nothing HTTP/1.1\r\n\r\n",
        "POST accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"name\":\"Third\"}",
    ];
    let body = format!("{}--b--", requests.map(part).concat());
    let (status, text) = batch(&env, "", body.clone()).await;
    assert_eq!(status, 200);
    assert_eq!(text.matches("HTTP/1.1 ").count(), 2, "{text}");
    assert!(text.contains("HTTP/1.1 200 OK") && text.contains("HTTP/1.1 404 Not Found"));
    let (_, text) = batch(&env, "odata.continue-on-error", body).await;
    assert!(text.contains("HTTP/1.1 204 No Content") && text.contains("odata-entityid: http"), "{text}");
    assert_eq!(env.get("accounts/$count?$filter=name eq 'Third'").await.1, json!(1));
}

#[tokio::test]
async fn a_change_set_is_all_or_nothing() {
    let env = env().await;
    let create = "POST accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"name\":\"Contoso\"}";
    let bad = "POST contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"lastnmae\":\"x\"}";
    let count = async || env.get("accounts/$count?$filter=name eq 'Contoso'").await.1;
    let (_, text) = batch(&env, "", format!("{}--b--", set(&[(1, create), (2, bad)]))).await;
    assert!(text.contains("HTTP/1.1 400 Bad Request") && !text.contains("204"), "{text}");
    assert_eq!(count().await, json!(0));

    let quoted = "POST contacts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"lastname\":\"x\",\"parentcustomerid_account@odata.bind\":\"$1\"}";
    let change = "PATCH $1 HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"telephone1\":\"555\"}";
    let (_, text) = batch(&env, "", format!("{}--b--", set(&[(1, create), (2, quoted), (3, change)]))).await;
    assert_eq!(text.matches("HTTP/1.1 204 No Content").count(), 3, "{text}");
    assert_eq!(count().await, json!(1));
    let path = "contacts?$filter=parentcustomerid_account/telephone1 eq '555'";
    assert_eq!(env.get(path).await.1["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    let env = env().await;
    assert_eq!(batch(&env, "", "--b\r\n\r\nGET x HTTP/1.1\r\n".to_owned()).await.0, 400);
    let many: String = (0..1001).map(|_| part("GET WhoAmI HTTP/1.1\r\n\r\n")).collect();
    assert_eq!(batch(&env, "", format!("{many}--b--")).await.0, 400);
}
