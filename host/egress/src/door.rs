//! Which addresses a call to one scheme and port may reach. Pure.

use std::{
    collections::HashSet,
    net::{IpAddr, SocketAddr},
};

use tieline_types::{Origin, origin::Scheme};

use crate::{
    Denial,
    address::{Class, classify},
};

/// The address policy of one (scheme, port). With TLS: public addresses and those opened by hand. Without:
/// those opened by hand only, since anybody on the way could read the credential.
#[derive(Debug)]
pub(crate) struct Door {
    scheme: Scheme,
    opened: HashSet<IpAddr>,
}

impl Door {
    /// The door for a scheme and port, given all pairs that the operator opened.
    pub(crate) fn new(scheme: Scheme, port: u16, allow_private: &HashSet<SocketAddr>) -> Self {
        let opened = allow_private.iter().filter(|pair| pair.port() == port);
        Self { scheme, opened: opened.map(|pair| pair.ip().to_canonical()).collect() }
    }

    /// Whether the operator opened this address by hand.
    pub(crate) fn is_opened(&self, address: IpAddr) -> bool {
        self.opened.contains(&address.to_canonical())
    }

    /// Whether the address may be connected to.
    pub(crate) fn admits(&self, address: IpAddr) -> Result<(), Refused> {
        let address = address.to_canonical();
        if self.opened.contains(&address) {
            return Ok(());
        }
        match (classify(address), self.scheme) {
            (Class::Public, Scheme::Https) => Ok(()),
            (Class::Public, Scheme::Http) => Err(Refused { address, reason: "it has no TLS".into() }),
            (class, _) => Err(Refused { address, reason: format!("the address is {class}") }),
        }
    }
}

/// An address that may not be connected to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is not opened: {reason}")]
pub(crate) struct Refused {
    address: IpAddr,
    reason: String,
}

impl Refused {
    /// The refusal in the words of a call to `origin`.
    pub(crate) fn denial(&self, origin: &Origin) -> Denial {
        let pair = SocketAddr::new(self.address, origin.port());
        Denial::new(format!("{origin} leads to {pair}, and {}", self.reason))
            .allow_with(format!("[egress] allow_private = [\"{pair}\"]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(scheme: Scheme, port: u16) -> Door {
        let opened = ["127.0.0.1:19001", "10.0.0.7:443", "1.1.1.1:80"];
        Door::new(scheme, port, &opened.iter().map(|pair| pair.parse().unwrap()).collect())
    }

    fn admits(scheme: Scheme, port: u16, address: &str) -> bool {
        door(scheme, port).admits(address.parse().unwrap()).is_ok()
    }

    #[test]
    fn refuses_private_addresses_but_the_exact_pairs_that_were_opened() {
        for (port, address) in [
            (19002, "127.0.0.1"),
            (19001, "127.0.0.2"),
            (443, "10.0.0.8"),
            (443, "::1"),
            (443, "169.254.169.254"),
        ] {
            assert!(!admits(Scheme::Https, port, address), "{address}:{port}");
            assert!(!admits(Scheme::Http, port, address), "{address}:{port}");
        }
        assert!(admits(Scheme::Https, 19001, "127.0.0.1"));
        assert!(admits(Scheme::Http, 19001, "127.0.0.1"));
        assert!(admits(Scheme::Https, 19001, "::ffff:127.0.0.1"));
        assert!(admits(Scheme::Https, 443, "10.0.0.7"));
    }

    #[test]
    fn refuses_public_addresses_without_tls() {
        assert!(!admits(Scheme::Http, 80, "8.8.8.8"));
        assert!(admits(Scheme::Http, 80, "1.1.1.1"));
        assert!(admits(Scheme::Https, 443, "8.8.8.8"));
    }

    #[test]
    fn a_refusal_prints_the_line_that_would_allow_it() {
        for (origin, address, line) in [
            ("https://127.0.0.1:19009", "127.0.0.1", r#"[egress] allow_private = ["127.0.0.1:19009"]"#),
            ("https://db.internal", "fd00::1", r#"[egress] allow_private = ["[fd00::1]:443"]"#),
        ] {
            let refused = door(Scheme::Https, 443).admits(address.parse().unwrap()).unwrap_err();
            let denial = refused.denial(&origin.parse().unwrap());
            assert_eq!(denial.allow_with.as_deref(), Some(line));
            assert!(denial.asked.contains(origin), "{denial}");
        }
    }
}
