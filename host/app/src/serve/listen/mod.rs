//! The server: takes connections and answers their requests, however many clients there are and however slow.
//!
//! A connection is a task. What its client may take of it is counted in its [`line::Line`]; one task for all ends
//! those that take too much. HTTP/1.1 alone is spoken, with TLS or without.

mod body;
mod line;
mod lines;
mod requests;
mod socket;
#[cfg(test)]
mod tests;
mod tls;

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tieline_types::config::ServerLimits;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub(crate) use self::tls::{Certificates, TlsError};
use self::{
    lines::{Lines, Place},
    requests::Requests,
    socket::Watched,
};

/// How long to wait when no connection can be taken, for want of files.
const BREATH: Duration = Duration::from_millis(500);

/// One address with what is answered there.
pub(crate) struct Server {
    pub(crate) listener: TcpListener,
    pub(crate) router: Router,
    pub(crate) certificates: Option<Arc<Certificates>>,
    pub(crate) limits: ServerLimits,
}

impl Server {
    /// Answers requests until `stop`; then takes no more connections, and returns when the requests under way are
    /// answered.
    pub(crate) async fn answer(self, stop: impl Future<Output = ()>) {
        let Self { listener, router, certificates, limits } = self;
        let lines = Lines::new(limits);
        // Dropped with this future, and aborted then.
        let mut order = tokio::task::JoinSet::new();
        order.spawn(lines.clone().keep_order());
        let (ending, ends) = watch::channel(());
        let mut stop = std::pin::pin!(stop);
        loop {
            let (stream, peer) = tokio::select! {
                () = &mut stop => break,
                accepted = accept(&listener) => accepted,
            };
            let place = tokio::select! {
                () = &mut stop => break,
                place = lines.enter() => place,
            };
            let requests =
                Requests::new(router.clone(), peer, certificates.is_some(), place.line.clone(), &limits);
            let (certificates, ends) = (certificates.clone(), ends.clone());
            tokio::spawn(async move {
                let line = place.line.clone();
                tokio::select! {
                    () = line.ended.notified() => {}
                    () = connection(stream, place, requests, certificates, ends) => {}
                }
            });
        }
        drop((listener, ends));
        ending.send_replace(());
        // Each connection holds a receiver until it ends.
        ending.closed().await;
    }
}

/// The next connection. What went wrong with one is its client's matter; when the machine has no room for another,
/// there may be later.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn is_of_the_client(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(
    stream: TcpStream,
    place: Place,
    requests: Requests,
    certificates: Option<Arc<Certificates>>,
    ends: watch::Receiver<()>,
) {
    // Answers are small; none should wait for the next one to fill a packet.
    let _ = stream.set_nodelay(true);
    match certificates {
        None => speak(stream, &place, requests, ends).await,
        Some(certificates) => match certificates.acceptor().accept(stream).await {
            Ok(stream) => speak(stream, &place, requests, ends).await,
            Err(error) => tracing::debug!(%error, "a handshake failed"),
        },
    }
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    place: &Place,
    requests: Requests,
    mut ends: watch::Receiver<()>,
) {
    let limits = requests.limits();
    let stream = Watched { stream, line: place.line.clone() };
    let connection = http1::Builder::new()
        // The line keeps time: the next request's header has another time than its first byte.
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_headers(limits.headers)
        .max_header_size(limits.header_bytes)
        .serve_connection(TokioIo::new(stream), requests);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        _ = ends.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}
