//! Where a call lets itself be led.

use std::sync::{Arc, atomic::Ordering};

use http::{HeaderValue, Method, StatusCode, header};
use tieline_egress::{Answer, Egress, EgressError, Permit, Request, Taken};
use tieline_types::{Grant, Manifest, Origin, Rights};

use crate::server::{Behaviour, OK, Server, egress, request, send, serve};

/// The rights of an installation to these servers, with every method.
fn rights(servers: &[&Server]) -> Arc<Rights> {
    let mut manifest = r#"
        [connector]
        id = "t"
        version = "1.0.0"
        name = "T"
        vendor = "T"
        licence = "MIT"
        description = "T"
        minimum_host = "0.1.0"
    "#
    .to_owned();
    let mut grant = Grant::default();
    for server in servers {
        let origin = format!("http://{}", server.address);
        manifest.push_str(&format!(
            "[[http_origins]]\norigin = \"{origin}\"\nmethods = [\"GET\", \"POST\"]\nreason = \"t\"\n"
        ));
        grant.http.insert(origin.parse().unwrap());
    }
    Arc::new(Rights::of(&Manifest::parse(&manifest).unwrap(), &grant))
}

fn opened(servers: &[&Server]) -> Egress {
    egress(&servers.iter().map(|server| server.address).collect::<Vec<_>>())
}

/// A server that redirects everything, and stays where it is.
async fn redirecting(status: u16, to: &str) -> Server {
    let answer = format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    serve(Behaviour::Answers(answer.leak())).await
}

fn at(server: &Server) -> String {
    format!("http://{}/first?secret=1", server.address)
}

async fn granted(egress: &Egress, rights: &Arc<Rights>, request: Request) -> Result<Answer, EgressError> {
    let permit = Permit::granted(rights, &request.url, &request.method).unwrap();
    egress.send(permit, request).await
}

#[tokio::test]
async fn without_rights_to_be_led_a_redirect_is_the_answer() {
    let server = redirecting(307, "/elsewhere").await;
    let answer = send(&opened(&[&server]), request(&at(&server))).await.unwrap();
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.headers[header::LOCATION], "/elsewhere");
    assert_eq!(server.requests.all().len(), 1);
}

#[tokio::test]
async fn a_redirect_within_the_grant_is_followed_with_method_and_body() {
    let there = serve(Behaviour::Answers(OK)).await;
    let here = redirecting(307, &format!("http://{}/second", there.address)).await;
    let servers = [&here, &there];
    let answer = granted(&opened(&servers), &rights(&servers), request(&at(&here))).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (StatusCode::OK, &b"ok"[..]));
    assert_eq!(answer.redirects.followed, [format!("http://{}/second", there.address)]);
    assert_eq!(answer.redirects.taken, None);
    let arrived = &there.requests.all()[0];
    assert!(arrived.starts_with("POST /second ") && arrived.ends_with("hello"), "{arrived}");
}

#[tokio::test]
async fn a_redirect_beyond_the_grant_stands_and_names_the_line_that_would_allow_it() {
    let there = serve(Behaviour::Answers(OK)).await;
    let here = redirecting(307, &format!("http://{}/second", there.address)).await;
    let answer = granted(&opened(&[&here, &there]), &rights(&[&here]), request(&at(&here))).await.unwrap();
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    let line = answer.redirects.refused.unwrap().allow_with.unwrap();
    assert_eq!(line, format!("http = [\"http://{}\"]", there.address));
    assert_eq!(there.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_stands_though_the_grant_includes_it() {
    let there = serve(Behaviour::Answers(OK)).await;
    let here = redirecting(302, &format!("http://{}/", there.address)).await;
    let get = Request { method: Method::GET, ..request(&at(&here)) };
    let answer = granted(&opened(&[&here]), &rights(&[&here, &there]), get).await.unwrap();
    assert_eq!(answer.status, StatusCode::FOUND);
    let line = answer.redirects.refused.unwrap().allow_with.unwrap();
    assert_eq!(line, format!("[egress] allow_private = [\"{}\"]", there.address));
    assert_eq!(there.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn credentials_stay_with_their_origin() {
    let there = serve(Behaviour::Answers(OK)).await;
    let here = redirecting(307, &format!("http://{}/second", there.address)).await;
    let servers = [&here, &there];
    let mut request = request(&at(&here));
    for (name, value) in
        [("authorization", "Bearer canary"), ("x-api-key", "canary"), ("cookie", "canary"), ("accept", "a/b")]
    {
        request.headers.insert(name, HeaderValue::from_static(value));
    }
    let own = Origin::of(&request.url).unwrap();
    let permit = Permit::origin(&own, &request.url).unwrap().redirected_within(&rights(&servers));
    opened(&servers).send(permit, request).await.unwrap();
    assert!(here.requests.all()[0].contains("Bearer canary"));
    let arrived = there.requests.all()[0].clone();
    assert!(!arrived.contains("canary") && !arrived.contains("secret=1"), "{arrived}");
    assert!(arrived.contains("accept: a/b"), "{arrived}");
}

#[tokio::test]
async fn within_its_own_origin_a_credential_is_kept_only_where_paths_are_free() {
    let server = redirecting(307, "/loop").await;
    let url = request(&at(&server)).url;
    let permit = Permit::origin(&Origin::of(&url).unwrap(), &url).unwrap();
    let rights = rights(&[]);
    let egress = opened(&[&server]);
    let signed = || {
        let mut request = request(&at(&server));
        request.headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer canary"));
        request
    };
    let checked = egress.send(permit.clone().redirected_away(&rights), signed()).await.unwrap();
    assert!(checked.redirects.followed.is_empty());
    assert_eq!(server.requests.all().len(), 1);

    let free = egress.send(permit.redirected_within(&rights), signed()).await.unwrap();
    assert_eq!(free.redirects.followed.len(), 5, "a loop ends");
    assert_eq!(free.status, StatusCode::TEMPORARY_REDIRECT);
    assert!(server.requests.all()[1..].iter().all(|request| request.contains("Bearer canary")));
}

#[tokio::test]
async fn a_change_that_was_answered_by_see_other_is_done_and_only_read_after() {
    for (found, status) in [(OK, 200), ("HTTP/1.1 404 Gone\r\ncontent-length: 0\r\n\r\n", 303)] {
        let there = serve(Behaviour::Answers(found)).await;
        let here = redirecting(303, &format!("http://{}/outcome", there.address)).await;
        let servers = [&here, &there];
        let answer = granted(&opened(&servers), &rights(&servers), request(&at(&here))).await.unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(answer.redirects.taken, Some(Taken::Done));
        let arrived = &there.requests.all()[0];
        assert!(arrived.starts_with("GET /outcome ") && !arrived.contains("hello"), "{arrived}");
    }
}

#[tokio::test]
async fn a_change_stays_answered_when_its_outcome_cannot_be_reached() {
    for behaviour in [Behaviour::Closes, Behaviour::HangsUp] {
        let there = serve(behaviour).await;
        let here = redirecting(302, &format!("http://{}/outcome", there.address)).await;
        let servers = [&here, &there];
        let answer = granted(&opened(&servers), &rights(&servers), request(&at(&here))).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(answer.redirects.taken, Some(Taken::InDoubt), "302 does not say whether it was done");
        assert_eq!(here.requests.all().len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_with_a_user_name_or_of_another_scheme_stands() {
    for to in ["http://user@127.0.0.1:1/", "ftp://127.0.0.1/", "file:///etc/passwd", "javascript:1"] {
        let server = redirecting(302, to).await;
        let get = Request { method: Method::GET, ..request(&at(&server)) };
        let answer = granted(&opened(&[&server]), &rights(&[&server]), get).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND, "{to}");
        assert!(answer.redirects.refused.is_some(), "{to}");
    }
}
