//! The server over real sockets: clients that are slow, many, greedy, or gone.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    routing::{get, post},
};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tieline_types::config::ServerLimits;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{Certificates, Server};

const SMALL: ServerLimits = ServerLimits {
    connections: 20,
    headers: 10,
    header_bytes: 2_048,
    header_s: 1,
    idle_s: 600,
    body_s: 1,
    body_bytes_per_s: 1_000_000,
    answer_s: 1,
    stalled_s: 1,
};

/// Larger than all buffers between two sockets.
const HUGE: usize = 64 << 20;

struct Stage {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

fn routes() -> Router {
    Router::new()
        .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
        .route("/echo", post(|body: Bytes| async move { body }))
        .route("/never", get(std::future::pending::<()>))
        .route("/huge", get(|| async { Body::from(vec![b'x'; HUGE]) }))
}

async fn serve(limits: ServerLimits, certificates: Option<Arc<Certificates>>) -> Stage {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = Server { listener, router: routes(), certificates, limits };
    let ended = tokio::spawn(server.answer(async { drop(stopped.await) }));
    Stage { address, stop, ended }
}

/// Sends bytes, and reads until the answer's head and `body` bytes have come, or the end.
async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &str, body: usize) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
        if head.is_some_and(|head| answer.len() >= head + 4 + body) {
            break;
        }
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => answer.extend_from_slice(&buffer[..read]),
            Ok(0) | Err(_) => break,
        }
    }
    String::from_utf8(answer).unwrap()
}

/// Whether the other side ends the connection.
async fn is_ended(stream: &mut (impl AsyncRead + Unpin)) -> bool {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    rest.is_empty()
}

async fn get_root(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    ask(&mut stream, "GET / HTTP/1.1\r\nhost: h\r\n\r\n", 9).await
}

#[tokio::test]
async fn a_flood_of_half_requests_keeps_nobody_out() {
    let stage = serve(ServerLimits { header_s: 600, ..SMALL }, None).await;
    let mut slow = Vec::new();
    for number in 0..200 {
        let mut stream = TcpStream::connect(stage.address).await.unwrap();
        // Some say nothing at all.
        if number % 2 == 0 {
            stream.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nx-slow: ").await.unwrap();
        }
        slow.push(stream);
        if number % 10 == 0 {
            let answer = get_root(stage.address).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
            assert!(!answer.to_lowercase().contains("\r\nserver:"), "it does not say what it is made of");
            assert!(!answer.contains("strict-transport-security"), "there is no TLS to insist on");
        }
    }
    assert!(is_ended(&mut slow[0]).await, "the first ones gave way");
}

#[tokio::test]
async fn a_kept_connection_lives_on_while_others_come_too_slowly() {
    let stage = serve(SMALL, None).await;
    let mut kept = TcpStream::connect(stage.address).await.unwrap();
    let request = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
    assert!(ask(&mut kept, request, 9).await.starts_with("HTTP/1.1 200"));
    let mut slow = TcpStream::connect(stage.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    assert!(is_ended(&mut slow).await);
    assert!(ask(&mut kept, request, 9).await.starts_with("HTTP/1.1 200"), "it asks again when it likes");
}

#[tokio::test]
async fn a_body_that_drips_is_told_so_and_one_that_comes_is_taken() {
    let stage = serve(SMALL, None).await;
    let mut slow = TcpStream::connect(stage.address).await.unwrap();
    let answer = ask(&mut slow, "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nx", 0).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("application/problem+json"), "{answer}");
    assert!(answer.contains("body.too-slow"), "{answer}");
    let mut good = TcpStream::connect(stage.address).await.unwrap();
    let answer = ask(&mut good, "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\nbody", 4).await;
    assert!(answer.ends_with("body"), "{answer}");
}

#[tokio::test]
async fn headers_are_bounded_in_number_and_size() {
    let stage = serve(SMALL, None).await;
    let many: String = (0..20).map(|number| format!("x-{number}: y\r\n")).collect();
    for more in [many, format!("x-long: {}\r\n", "y".repeat(4_096))] {
        let mut stream = TcpStream::connect(stage.address).await.unwrap();
        let answer = ask(&mut stream, &format!("GET / HTTP/1.1\r\nhost: h\r\n{more}\r\n"), 0).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    for no_request in ["\0\0\0\0\r\n\r\n", "GET / HTTP/9\r\n\r\n"] {
        let mut stream = TcpStream::connect(stage.address).await.unwrap();
        let answer = ask(&mut stream, no_request, 0).await;
        assert!(!answer.contains(" 200 "), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_begin_and_one_that_nobody_takes_end() {
    let stage = serve(SMALL, None).await;
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    let answer = ask(&mut stream, "GET /never HTTP/1.1\r\nhost: h\r\n\r\n", 0).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("host.too-late"), "{answer}");

    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(b"GET /huge HTTP/1.1\r\nhost: h\r\n\r\n").await.unwrap();
    // Nothing is read until the server has had enough; then what came is not the whole.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut came = Vec::new();
    let _ = stream.read_to_end(&mut came).await;
    assert!(came.len() < HUGE, "{} bytes came", came.len());
}

#[tokio::test]
async fn stopping_waits_for_answers_and_for_nobody_who_might_ask() {
    let stage = serve(ServerLimits { answer_s: 600, header_s: 600, ..SMALL }, None).await;
    let mut idle = TcpStream::connect(stage.address).await.unwrap();
    ask(&mut idle, "GET / HTTP/1.1\r\nhost: h\r\n\r\n", 9).await;
    let mut asking = TcpStream::connect(stage.address).await.unwrap();
    asking.write_all(b"POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\nbo").await.unwrap();
    // Its head has been read when another one is answered.
    get_root(stage.address).await;
    stage.stop.send(()).unwrap();
    assert!(is_ended(&mut idle).await);
    assert!(ask(&mut asking, "dy", 4).await.ends_with("body"), "what is under way is answered");
    stage.ended.await.unwrap();
    assert!(TcpStream::connect(stage.address).await.is_err());
}

struct Files {
    folder: tempfile::TempDir,
    certificates: Arc<Certificates>,
}

/// A certificate in files, and whoever trusts it.
fn issue(folder: &std::path::Path) -> TlsConnector {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("tls.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

fn files() -> (Files, TlsConnector) {
    let folder = tempfile::tempdir().unwrap();
    let trusting = issue(folder.path());
    let (certificate, key) = (folder.path().join("tls.pem"), folder.path().join("tls.key"));
    let certificates = Certificates::read(certificate, key).unwrap();
    (Files { folder, certificates }, trusting)
}

async fn handshake(address: SocketAddr, client: &TlsConnector) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await.unwrap();
    client.connect(ServerName::try_from("localhost").unwrap(), stream).await
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_no_connection_dropped() {
    let (files, old) = files();
    let stage = serve(SMALL, Some(files.certificates.clone())).await;
    let request = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
    let mut before = handshake(stage.address, &old).await.unwrap();
    assert_eq!(before.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let answer = ask(&mut before, request, 9).await;
    assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");

    let new = issue(files.folder.path());
    assert!(files.certificates.refresh().unwrap());
    assert!(handshake(stage.address, &old).await.is_err(), "the old one is shown no more");
    let mut after = handshake(stage.address, &new).await.unwrap();
    for stream in [&mut before, &mut after] {
        assert!(ask(stream, request, 9).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn handshakes_that_do_not_come_keep_nobody_out() {
    let (files, client) = files();
    let stage = serve(ServerLimits { header_s: 600, ..SMALL }, Some(files.certificates.clone())).await;
    let mut silent = Vec::new();
    for number in 0..60 {
        let mut stream = TcpStream::connect(stage.address).await.unwrap();
        if number % 3 == 0 {
            stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        }
        silent.push(stream);
    }
    let mut proper = handshake(stage.address, &client).await.unwrap();
    let answer = ask(&mut proper, "GET / HTTP/1.1\r\nhost: h\r\n\r\n", 9).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
