//! How far the way to an origin leads: its name, its address, its certificate. Nothing is asked of who lives
//! there, and nobody is looked at whom a call could not reach too.

use std::{io, net::IpAddr, time::Duration};

use reqwest::dns::Resolve;
use rustls::pki_types::ServerName;
use tieline_types::{Origin, origin::Scheme};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use crate::{Denial, Egress, client::literal, door::Refused, rooms::Room};

const PATIENCE: Duration = Duration::from_secs(5);

/// Where the way to an origin ends.
#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    /// Policy does not allow it.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// Its name leads nowhere.
    #[error("the name {name} cannot be resolved")]
    Name {
        /// The name.
        name: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No connection could be made.
    #[error("no connection to {origin} could be made")]
    Connection {
        /// To whom.
        origin: Origin,
        /// Why.
        source: io::Error,
    },
    /// It does not prove to be who it should be.
    #[error("the TLS handshake with {origin} failed")]
    Tls {
        /// With whom.
        origin: Origin,
        /// Why.
        source: io::Error,
    },
}

impl Egress {
    /// The addresses of an origin to which a call may go.
    ///
    /// # Errors
    /// When its name leads nowhere, or nowhere that policy allows.
    pub async fn look_up(&self, origin: &Origin) -> Result<Vec<IpAddr>, Unreached> {
        addresses(self.room(origin), origin).await
    }

    /// Connects to an origin, and for `https` has it prove who it is, as for a call. The TLS version, if there is
    /// one.
    ///
    /// # Errors
    /// [`Unreached`] says how far it came.
    pub async fn shake_hands(&self, origin: &Origin) -> Result<Option<&'static str>, Unreached> {
        let room = self.room(origin);
        let unconnected = |source| Unreached::Connection { origin: origin.clone(), source };
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        let mut stream = None;
        for address in addresses(room, origin).await? {
            match timeout(PATIENCE, TcpStream::connect((address, origin.port()))).await {
                Ok(Ok(connected)) => {
                    stream = Some(connected);
                    break;
                }
                Ok(Err(error)) => last = error,
                Err(_) => last = io::ErrorKind::TimedOut.into(),
            }
        }
        let stream = stream.ok_or(last).map_err(unconnected)?;
        if origin.scheme() == Scheme::Http {
            return Ok(None);
        }
        let untrusted = |source| Unreached::Tls { origin: origin.clone(), source };
        let host = origin.host().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).map_err(|error| untrusted(io::Error::other(error)))?;
        let connector = TlsConnector::from(room.tls.clone());
        let shaken = timeout(PATIENCE, connector.connect(name, stream)).await;
        let stream = shaken.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(untrusted)?;
        Ok(Some(match stream.get_ref().1.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        }))
    }

    /// Whether the operator opened this very address by hand. A name is never opened, only what it leads to.
    pub fn is_opened(&self, origin: &Origin) -> bool {
        host(origin).is_some_and(|address| self.room(origin).door.is_opened(address))
    }
}

async fn addresses(room: &Room, origin: &Origin) -> Result<Vec<IpAddr>, Unreached> {
    if let Some(address) = host(origin) {
        room.door.admits(address).map_err(|refused| refused.denial(origin))?;
        return Ok(vec![address]);
    }
    let name = origin.host().to_owned();
    let unnamed = |source| Unreached::Name { name: name.clone(), source };
    let asked = name.parse().map_err(|error| unnamed(Box::new(error)))?;
    let found = timeout(PATIENCE, room.resolver.resolve(asked)).await;
    let found = found.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()));
    let found: Vec<IpAddr> = match found {
        Ok(found) => found.map(|address| address.ip()).collect(),
        Err(error) => {
            return Err(match error.downcast::<Refused>() {
                Ok(refused) => refused.denial(origin).into(),
                Err(error) => unnamed(error),
            });
        }
    };
    if found.is_empty() {
        return Err(unnamed(Box::new(io::Error::from(io::ErrorKind::NotFound))));
    }
    Ok(found)
}

fn host(origin: &Origin) -> Option<IpAddr> {
    literal(url::Host::parse(origin.host()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;
    use tokio::net::TcpListener;

    fn egress(opened: &[std::net::SocketAddr]) -> Egress {
        Egress::new(&Policy { allow_private: opened.iter().copied().collect(), ..Policy::default() }).unwrap()
    }

    #[tokio::test]
    async fn looks_at_nobody_whom_a_call_could_not_reach() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let origin: Origin = format!("https://{address}").parse().unwrap();
        let stranger = egress(&[]);
        assert!(matches!(stranger.look_up(&origin).await, Err(Unreached::Denied(_))));
        assert!(matches!(stranger.shake_hands(&origin).await, Err(Unreached::Denied(_))));
        assert!(!stranger.is_opened(&origin));
        let named: Origin = format!("https://localhost:{}", address.port()).parse().unwrap();
        assert!(matches!(stranger.shake_hands(&named).await, Err(Unreached::Denied(_))));
        assert!(egress(&[address]).is_opened(&origin));
        assert_eq!(egress(&[address]).look_up(&origin).await.unwrap(), [address.ip()]);
    }

    #[tokio::test]
    async fn says_how_far_it_came() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let egress = egress(&[address]);
        let origin = |scheme: &str| format!("{scheme}://{address}").parse::<Origin>().unwrap();
        let nowhere: Origin = "https://nowhere.invalid".parse().unwrap();
        assert!(matches!(egress.look_up(&nowhere).await, Err(Unreached::Name { .. })));
        assert!(egress.shake_hands(&origin("http")).await.unwrap().is_none());
        let mumbling = tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, b"HTTP/1.1 400 \r\n\r\n").await;
            }
        });
        assert!(matches!(egress.shake_hands(&origin("https")).await, Err(Unreached::Tls { .. })));
        mumbling.abort();
        assert!(mumbling.await.unwrap_err().is_cancelled());
        assert!(matches!(egress.shake_hands(&origin("https")).await, Err(Unreached::Connection { .. })));
    }
}
