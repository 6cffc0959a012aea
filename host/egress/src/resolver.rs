//! Names to addresses. The checked address is the one connected to, so a name that answers differently the
//! second time (DNS rebinding) gains nothing.

use std::{io, net::IpAddr, net::SocketAddr, sync::Arc};

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::door::Door;

/// Looks a name up; the machine's own resolver outside tests.
pub(crate) type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// The machine's own resolver.
pub(crate) fn system() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            // The port plays no part in the look-up; the client puts the URL's in.
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// Answers the addresses of a name that a door admits, and an error if there are none.
#[derive(Clone)]
pub(crate) struct Resolver {
    pub(crate) lookup: Lookup,
    pub(crate) door: Arc<Door>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().into());
        let door = self.door.clone();
        Box::pin(async move {
            let mut refused = None;
            let mut admitted = Vec::new();
            for address in found.await? {
                match door.admits(address) {
                    Ok(()) => admitted.push(SocketAddr::new(address, 0)),
                    Err(refusal) => refused = Some(refusal),
                }
            }
            match refused {
                Some(refusal) if admitted.is_empty() => Err(refusal.into()),
                _ => Ok(Box::new(admitted.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::Refused;
    use tieline_types::origin::Scheme;

    async fn resolve(addresses: &[&str]) -> Result<Vec<IpAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let addresses: Vec<IpAddr> = addresses.iter().map(|a| a.parse().unwrap()).collect();
        let lookup: Lookup = Arc::new(move |_| {
            let addresses = addresses.clone();
            Box::pin(async move { Ok(addresses) })
        });
        let opened = ["10.0.0.7:443".parse().unwrap()].into();
        let resolver = Resolver { lookup, door: Arc::new(Door::new(Scheme::Https, 443, &opened)) };
        let found = resolver.resolve("upstream.example".parse().unwrap()).await?;
        Ok(found.map(|address| address.ip()).collect())
    }

    #[tokio::test]
    async fn refuses_a_name_that_leads_to_private_addresses_only() {
        for private in ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:10.0.0.8"] {
            let error = resolve(&[private]).await.unwrap_err();
            assert!(error.is::<Refused>(), "{private}: {error}");
        }
    }

    #[tokio::test]
    async fn keeps_what_is_admitted_and_drops_the_rest() {
        let kept = resolve(&["127.0.0.1", "8.8.8.8", "fd00::1", "10.0.0.7"]).await.unwrap();
        assert_eq!(kept, ["8.8.8.8".parse::<IpAddr>().unwrap(), "10.0.0.7".parse().unwrap()]);
    }

    #[tokio::test]
    async fn a_name_without_addresses_is_not_a_refusal() {
        assert_eq!(resolve(&[]).await.unwrap(), Vec::<IpAddr>::new());
    }
}
