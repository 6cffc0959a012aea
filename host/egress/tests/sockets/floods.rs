//! What an upstream that means harm gets taken.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use tieline_egress::{EgressError, Request};
use tieline_types::TenantId;

use crate::server::{Behaviour, OK, call, egress, request, send, serve};

fn to(server: &crate::server::Server) -> Request {
    request(&format!("http://{}/", server.address))
}

#[tokio::test]
async fn an_endless_answer_is_cut_at_the_limit() {
    for (head, again) in [
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "4\r\nabcd\r\n"),
        ("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", "abcdefgh"),
    ] {
        let server = serve(Behaviour::Floods(head, again)).await;
        let error = call(&server, to(&server)).await.unwrap_err();
        assert!(matches!(error, EgressError::TooLarge { limit: 1000 }), "{error:?}");
    }
}

#[tokio::test]
async fn an_endless_head_is_cut() {
    for (head, again) in [
        ("HTTP/1.1 200 OK\r\n", "x-flood: abcdefghijklmnopqrstuvwxyz\r\n"),
        ("HTTP/1.1 200 OK\r\nx-flood: ", "abcdefghijklmnopqrstuvwxyz"),
        ("HTTP/1.1 200 ", "abcdefghijklmnopqrstuvwxyz"),
        ("HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4;", "extension"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", "x-trailer: flood\r\n"),
    ] {
        let server = serve(Behaviour::Floods(head, again)).await;
        let request = Request { timeout: Duration::from_secs(1), ..to(&server) };
        let error = call(&server, request).await.unwrap_err();
        assert!(matches!(error, EgressError::InDoubt { .. }), "{head:?}: {error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_drips_ends_with_the_call() {
    for head in ["HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n", "HTTP/1.1 200 OK\r\nx: ", ""] {
        let server = serve(Behaviour::Drips(head)).await;
        let request = Request { timeout: Duration::from_millis(300), ..to(&server) };
        let error = call(&server, request).await.unwrap_err();
        assert!(matches!(error, EgressError::InDoubt { .. }), "{head:?}: {error:?}");
    }
}

#[tokio::test]
async fn an_answer_is_never_decompressed_so_a_bomb_stays_small() {
    // A gzip member of a megabyte of zeros begins so; nobody looks.
    const BOMB: &[u8] =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\x02\xff";
    let server = serve(Behaviour::Says(BOMB)).await;
    let answer = call(&server, Request { max_answer: 10, ..to(&server) }).await.unwrap();
    assert_eq!(answer.body.len(), 10);
    assert_eq!(answer.headers["content-encoding"], "gzip");
    assert!(!server.requests.all()[0].to_lowercase().contains("accept-encoding"), "none is asked for");
}

#[tokio::test]
async fn answers_with_two_lengths_are_refused() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nokk",
        "HTTP/1.1 200 OK\r\ncontent-length: 2, 3\r\n\r\nokk",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    ] {
        let server = serve(Behaviour::Answers(answer)).await;
        let error = call(&server, to(&server)).await.unwrap_err();
        assert!(matches!(error, EgressError::InDoubt { .. }), "{answer:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_request_that_no_upstream_takes_is_not_sent() {
    let server = serve(Behaviour::Answers(OK)).await;
    let egress = egress(&[server.address]);
    let long = request(&format!("http://{}/{}", server.address, "a".repeat(17 << 10)));
    let mut many = to(&server);
    for n in 0..101 {
        let name = HeaderName::from_bytes(format!("x-{n}").as_bytes()).unwrap();
        many.headers.insert(name, HeaderValue::from_static("1"));
    }
    let mut large = to(&server);
    large.headers.insert("x-large", HeaderValue::from_str(&"a".repeat(33 << 10)).unwrap());
    for request in [long, many, large] {
        let error = send(&egress, request).await.unwrap_err();
        assert!(matches!(error, EgressError::Invalid { .. }), "{error:?}");
    }
    assert!(server.requests.all().is_empty());
}

#[tokio::test]
async fn a_tenant_whose_calls_hang_holds_up_nobody_else() {
    let (silent, other) = (serve(Behaviour::FallsSilent).await, serve(Behaviour::Answers(OK)).await);
    let egress = egress(&[silent.address, other.address]);
    let (acme, zeta): (TenantId, TenantId) = ("acme".parse().unwrap(), "zeta".parse().unwrap());
    let mut hanging = Vec::new();
    for _ in 0..128 {
        let (egress, request) = (egress.clone(), Request { guest_of: Some(acme.clone()), ..to(&silent) });
        hanging.push(tokio::spawn(async move { send(&egress, request).await }));
    }
    while silent.requests.all().len() < 128 {
        tokio::task::yield_now().await;
    }
    let soon = |request: Request| Request { timeout: Duration::from_millis(200), ..request };
    let error =
        send(&egress, soon(Request { guest_of: Some(acme.clone()), ..to(&silent) })).await.unwrap_err();
    assert!(matches!(error, EgressError::Busy { .. }), "{error:?}");
    assert_eq!(silent.requests.all().len(), 128, "nothing was sent");
    let body = Bytes::from_static(b"ok");
    for who in [Some(acme), Some(zeta), None] {
        assert_eq!(send(&egress, Request { guest_of: who, ..to(&other) }).await.unwrap().body, body);
    }
    hanging.iter().for_each(|task| task.abort());
}
