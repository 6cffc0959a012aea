//! Sockets: accepting, TLS, HTTP/1.1, and dropping a connection for real.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::call::Place;
use crate::serve::serve;
use crate::world::World;

/// Binds a port of the loopback interface; 0 lets the system choose.
pub(crate) async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await
}

/// Serves a listener until its task is aborted, which ends its connections too.
pub(crate) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, world: Arc<World>, place: Place) {
    let place = Arc::new(place);
    let mut connections = JoinSet::new();
    loop {
        // Out of file descriptors, most likely: try again when some have been given back.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        // Answers are small and awaited: Nagle's algorithm would only delay them.
        let _ = stream.set_nodelay(true);
        let (tls, world, place) = (tls.clone(), world.clone(), place.clone());
        connections.spawn(async move {
            match tls {
                None => converse(stream, &world, &place).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => converse(stream, &world, &place).await,
                    Err(error) => tracing::debug!(%error, "a client broke off the TLS handshake"),
                },
            }
        });
    }
}

async fn converse<S: Conversation>(stream: S, world: &World, place: &Place) {
    let service = service_fn(|request| serve(world, place, request));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = (&mut connection).await {
        tracing::trace!(%error, upstream = place.upstream.name(), "a connection ended");
        // `serve` refused to answer. The client must not get a clean end: it sees a reset, as it
        // would if a load balancer or the process behind it had died.
        if error.is_user() {
            connection.into_parts().io.into_inner().reset_on_close();
        }
    }
}

/// A stream of bytes that can end badly.
trait Conversation: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Makes the coming close a TCP reset.
    fn reset_on_close(&self);
}

impl Conversation for TcpStream {
    fn reset_on_close(&self) {
        let _ = self.set_zero_linger();
    }
}

impl Conversation for TlsStream<TcpStream> {
    fn reset_on_close(&self) {
        self.get_ref().0.reset_on_close();
    }
}
