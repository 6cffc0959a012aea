//! A server that does one thing, and calls to it.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method};
use tieline_egress::{Answer, Egress, EgressError, Permit, Policy, Request};
use tieline_types::Origin;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};

pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// What the server does with each request that it has read whole.
#[derive(Clone, Copy)]
pub(crate) enum Behaviour {
    Answers(&'static str),
    /// Answers what was made for this server, and then nothing more.
    Says(&'static [u8]),
    /// Goes on with these bytes for as long as somebody takes them.
    Floods(&'static str, &'static str),
    /// A byte now and then.
    Drips(&'static str),
    /// Reads the request and closes.
    Closes,
    /// Reads the request and says nothing more.
    FallsSilent,
    /// Closes at once, before a TLS handshake could end.
    HangsUp,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) requests: Arc<Log>,
}

/// The requests that a server read, whole.
#[derive(Default)]
pub(crate) struct Log(Mutex<Vec<String>>);

impl Log {
    fn push(&self, request: String) {
        self.0.lock().unwrap().push(request);
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) async fn serve(behaviour: Behaviour) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server {
        address: listener.local_addr().unwrap(),
        connections: Arc::default(),
        requests: Arc::default(),
    };
    let (connections, requests) = (server.connections.clone(), server.requests.clone());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            connections.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(converse(socket, behaviour, requests.clone()));
        }
    });
    server
}

pub(crate) async fn converse(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    does: Behaviour,
    log: Arc<Log>,
) {
    if matches!(does, Behaviour::HangsUp) {
        return;
    }
    while let Some(request) = read_request(&mut socket).await {
        log.push(request);
        match does {
            Behaviour::Answers(answer) => socket.write_all(answer.as_bytes()).await.unwrap(),
            Behaviour::Says(bytes) => socket.write_all(bytes).await.unwrap(),
            Behaviour::Floods(head, again) => {
                let mut alive = socket.write_all(head.as_bytes()).await.is_ok();
                while alive {
                    alive = socket.write_all(again.as_bytes()).await.is_ok();
                }
            }
            Behaviour::Drips(head) => {
                let mut alive = socket.write_all(head.as_bytes()).await.is_ok();
                while alive {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    alive = socket.write_all(b"x").await.is_ok();
                }
            }
            Behaviour::FallsSilent => std::future::pending().await,
            Behaviour::Closes | Behaviour::HangsUp => return,
        }
    }
}

pub(crate) async fn read_request(socket: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = String::new();
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        let mut buffer = [0; 4096];
        let read = socket.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
}

pub(crate) fn egress(opened: &[SocketAddr]) -> Egress {
    let policy = Policy { allow_private: opened.iter().copied().collect(), ..Policy::default() };
    Egress::new(&policy).unwrap()
}

pub(crate) fn request(url: &str) -> Request {
    Request {
        method: Method::POST,
        url: url.parse().unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"hello"),
        timeout: Duration::from_secs(20),
        max_answer: 1000,
        guest_of: None,
    }
}

pub(crate) async fn send(egress: &Egress, request: Request) -> Result<Answer, EgressError> {
    let permit = Permit::origin(&Origin::of(&request.url).unwrap(), &request.url).unwrap();
    egress.send(permit, request).await
}

pub(crate) async fn call(server: &Server, request: Request) -> Result<Answer, EgressError> {
    send(&egress(&[server.address]), request).await
}
