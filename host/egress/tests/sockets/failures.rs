//! What the client says of every way in which a call can fail.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, header};
use tieline_egress::{Egress, EgressError, Permit, Policy, Request};
use tokio::net::TcpListener;

use crate::server::{Behaviour, Log, OK, call, converse, egress, request, send, serve};

#[tokio::test]
async fn refuses_loopback_but_the_exact_pair_that_was_opened() {
    let (opened, closed) = (serve(Behaviour::Answers(OK)).await, serve(Behaviour::Answers(OK)).await);
    let egress = egress(&[opened.address]);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{}/", closed.address.port());
        let error = send(&egress, request(&url)).await.unwrap_err();
        let EgressError::Denied(denial) = error else { panic!("{host}: {error:?}") };
        let line = denial.allow_with.unwrap();
        // Where `localhost` is both addresses, the refusal names the last of them.
        let expected = [closed.address.to_string(), format!("[::1]:{}", closed.address.port())]
            .map(|pair| format!("[egress] allow_private = [\"{pair}\"]"));
        assert!(expected.contains(&line), "{line}");
    }
    assert_eq!(closed.connections.load(Ordering::SeqCst), 0);

    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{}/", opened.address.port());
        assert_eq!(send(&egress, request(&url)).await.unwrap().body, "ok", "{host}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = send(&egress(&[address]), request(&format!("http://{address}/"))).await.unwrap_err();
    assert!(matches!(error, EgressError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_unreachable() {
    let error = send(&egress(&[]), request("https://nobody.invalid/")).await.unwrap_err();
    assert!(matches!(error, EgressError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_failed_tls_handshake_is_unreachable() {
    let server = serve(Behaviour::HangsUp).await;
    let error = call(&server, request(&format!("https://{}/", server.address))).await.unwrap_err();
    assert!(matches!(error, EgressError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_request_that_was_read_and_not_answered_is_in_doubt() {
    let server = serve(Behaviour::Closes).await;
    let error = call(&server, request(&format!("http://{}/", server.address))).await.unwrap_err();
    assert!(matches!(error, EgressError::InDoubt { .. }), "{error:?}");
    assert_eq!(server.requests.all().len(), 1, "not sent again by the client");
}

#[tokio::test]
async fn a_time_out_after_sending_is_in_doubt() {
    let server = serve(Behaviour::FallsSilent).await;
    let url = format!("http://{}/", server.address);
    let request = Request { timeout: Duration::from_millis(200), ..request(&url) };
    let error = call(&server, request).await.unwrap_err();
    assert!(matches!(error, EgressError::InDoubt { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_cut_short_is_in_doubt() {
    let server =
        serve(Behaviour::Answers("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nok"))
            .await;
    let url = format!("http://{}/", server.address);
    let request = Request { timeout: Duration::from_millis(200), ..request(&url) };
    let error = call(&server, request).await.unwrap_err();
    assert!(matches!(error, EgressError::InDoubt { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_over_the_limit_is_too_large_whether_it_says_its_length_or_not() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n",
    ] {
        let server = serve(Behaviour::Answers(answer)).await;
        let url = format!("http://{}/", server.address);
        let error = call(&server, Request { max_answer: 5, ..request(&url) }).await.unwrap_err();
        assert!(matches!(error, EgressError::TooLarge { limit: 5 }), "{error:?}");
    }
    let server = serve(Behaviour::Answers("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcde")).await;
    let url = format!("http://{}/", server.address);
    assert_eq!(call(&server, Request { max_answer: 5, ..request(&url) }).await.unwrap().body, "abcde");
}

#[tokio::test]
async fn refuses_headers_of_the_connection_and_permits_for_something_else() {
    let server = serve(Behaviour::Answers(OK)).await;
    let url = format!("http://{}/", server.address);
    for name in ["host", "content-length", "transfer-encoding", "connection"] {
        let name: http::HeaderName = name.parse().unwrap();
        let headers = [(name, HeaderValue::from_static("1"))].into_iter().collect();
        let error = call(&server, Request { headers, ..request(&url) }).await.unwrap_err();
        assert!(matches!(error, EgressError::Invalid { .. }), "{error:?}");
    }
    let other = "https://example.com/".parse().unwrap();
    let permit = Permit::origin(&"https://example.com".parse().unwrap(), &other).unwrap();
    let error = egress(&[server.address]).send(permit, request(&url)).await.unwrap_err();
    assert!(matches!(error, EgressError::Invalid { .. }), "{error:?}");
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_connection_serves_many_calls_and_an_empty_post_says_its_length() {
    let server = serve(Behaviour::Answers(OK)).await;
    let egress = egress(&[server.address]);
    let url = format!("http://{}/", server.address);
    for _ in 0..20 {
        send(&egress, Request { body: Bytes::new(), ..request(&url) }).await.unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    let requests = server.requests.all();
    assert!(requests[0].to_lowercase().contains("content-length: 0\r\n"), "{}", requests[0]);
}

#[tokio::test]
async fn an_authority_vouches_for_its_own_origin_only() {
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (certified.cert.der().clone(), certified.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], rustls::pki_types::PrivateKeyDer::try_from(key).unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let log: Arc<Log> = Arc::default();
    let requests = log.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            if let Ok(socket) = acceptor.accept(socket).await {
                tokio::spawn(converse(socket, Behaviour::Answers(OK), requests.clone()));
            }
        }
    });

    let url = format!("https://{address}/");
    let policy = |origin: &str| Policy {
        allow_private: [address].into(),
        extra_ca_pem: None,
        origin_ca_pem: vec![(origin.parse().unwrap(), certified.cert.pem())],
    };
    let trusting = Egress::new(&policy(&url)).unwrap();
    assert_eq!(send(&trusting, request(&url)).await.unwrap().body, "ok");
    let wary = Egress::new(&policy("https://127.0.0.1:1")).unwrap();
    let error = send(&wary, request(&url)).await.unwrap_err();
    assert!(matches!(error, EgressError::Unreachable { .. }), "{error:?}");
    assert_eq!(log.all().len(), 1);
}

#[tokio::test]
async fn no_failure_repeats_what_the_caller_keeps_secret() {
    let server = serve(Behaviour::Closes).await;
    let url = format!("http://{}/canary-path?key=canary-query", server.address);
    let headers = [(header::AUTHORIZATION, HeaderValue::from_static("Bearer canary-token"))];
    let request = Request { headers: headers.into_iter().collect(), ..request(&url) };
    assert!(!format!("{request:?}").contains("canary"));
    let error = call(&server, request).await.unwrap_err();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        cause = error.source();
    }
}
