//! Whom TLS connections trust.

use std::{collections::HashMap, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::InvalidPolicy;

/// TLS configurations that share what is costly: the machine's own authorities are read once, and
/// configurations with the same further authorities share their session cache.
pub(crate) struct Tls {
    roots: RootCertStore,
    with: HashMap<String, ClientConfig>,
}

impl Tls {
    /// Reads the machine's authorities and adds the operator's. A machine without any is no error: then only
    /// origins with an authority of their own can be reached.
    pub(crate) fn new(extra_ca_pem: Option<&str>) -> Result<Self, InvalidPolicy> {
        let mut roots = RootCertStore::empty();
        let native = rustls_native_certs::load_native_certs();
        for error in &native.errors {
            tracing::warn!(%error, "reading an authority of this machine failed");
        }
        roots.add_parsable_certificates(native.certs);
        if let Some(pem) = extra_ca_pem {
            add(&mut roots, "[egress] ca", pem)?;
        }
        Ok(Self { roots, with: HashMap::new() })
    }

    /// The configuration that trusts the machine's authorities and the operator's.
    pub(crate) fn common(&mut self) -> Result<ClientConfig, InvalidPolicy> {
        self.config(String::new(), |_| Ok(()))
    }

    /// The configuration that trusts these authorities too.
    pub(crate) fn with(&mut self, whose: &str, pem: &str) -> Result<ClientConfig, InvalidPolicy> {
        self.config(pem.into(), |roots| add(roots, whose, pem))
    }

    fn config(
        &mut self,
        key: String,
        extend: impl FnOnce(&mut RootCertStore) -> Result<(), InvalidPolicy>,
    ) -> Result<ClientConfig, InvalidPolicy> {
        if let Some(config) = self.with.get(&key) {
            return Ok(config.clone());
        }
        let mut roots = self.roots.clone();
        extend(&mut roots)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        self.with.insert(key, config.clone());
        Ok(config)
    }
}

fn add(roots: &mut RootCertStore, whose: &str, pem: &str) -> Result<(), InvalidPolicy> {
    let invalid = |reason: String| InvalidPolicy::Certificates { whose: whose.into(), reason };
    let mut any = false;
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| invalid(error.to_string()))?;
        roots.add(certificate).map_err(|error| invalid(error.to_string()))?;
        any = true;
    }
    if any { Ok(()) } else { Err(invalid("there is no certificate in the file".into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_certificates_that_are_none() {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for bad in ["", "hello", broken] {
            assert!(matches!(Tls::new(Some(bad)), Err(InvalidPolicy::Certificates { .. })), "{bad}");
        }
    }
}
