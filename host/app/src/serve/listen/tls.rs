//! The server's certificate, read again when its files change.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use parking_lot::RwLock;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
};
use tieline_identity::certificate_ends;
use tieline_types::Timestamp;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;

/// How often it is looked whether the files have changed.
const EVERY: Duration = Duration::from_secs(10);

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// A file cannot be read.
    #[error("server.tls: reading {} failed", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What it holds is not PEM.
    #[error("server.tls: {} holds no {what}", path.display())]
    Pem {
        /// Which.
        path: PathBuf,
        /// `certificate`, `private key`.
        what: &'static str,
        /// Why.
        source: pem::Error,
    },
    /// The two are no pair.
    #[error("server.tls: certificate and key cannot be used together")]
    Pair(#[source] rustls::Error),
}

/// The certificate and its key as they are now. Handshakes that have begun end with those that they began with.
pub(crate) struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    now: RwLock<Read>,
}

struct Read {
    /// As the files were.
    texts: Texts,
    acceptor: TlsAcceptor,
}

#[derive(PartialEq)]
struct Texts {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Certificates {
    /// Reads both files.
    pub(crate) fn read(certificate: PathBuf, key: PathBuf) -> Result<Arc<Self>, TlsError> {
        let texts = Texts::read(&certificate, &key)?;
        let acceptor = acceptor(&texts, &certificate, &key)?;
        Ok(Arc::new(Self { certificate, key, now: RwLock::new(Read { texts, acceptor }) }))
    }

    /// For the next handshake.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.now.read().acceptor.clone()
    }

    /// When the certificate ends that is shown now.
    pub(crate) fn ends(&self) -> Option<Timestamp> {
        certificate_ends(&self.now.read().texts.certificate)
    }

    /// Reads the files again. Whether they have changed; what cannot be used changes nothing.
    pub(crate) fn refresh(&self) -> Result<bool, TlsError> {
        let texts = Texts::read(&self.certificate, &self.key)?;
        if texts == self.now.read().texts {
            return Ok(false);
        }
        let acceptor = acceptor(&texts, &self.certificate, &self.key)?;
        *self.now.write() = Read { texts, acceptor };
        Ok(true)
    }

    /// Reads the files again now and then, and at SIGHUP. Runs until it is dropped.
    pub(crate) async fn keep_fresh(self: Arc<Self>) {
        let mut hung_up = signal(SignalKind::hangup()).ok();
        let mut failed = false;
        loop {
            let asked = async {
                match &mut hung_up {
                    Some(hung_up) => hung_up.recv().await.is_some(),
                    None => std::future::pending().await,
                }
            };
            let asked = tokio::select! {
                asked = asked => asked,
                () = tokio::time::sleep(EVERY) => false,
            };
            match self.refresh() {
                Ok(changed) => {
                    failed = false;
                    if changed || asked {
                        tracing::info!(changed, "read the server's certificate again");
                    }
                }
                // Said once: while somebody copies two files, the first does not fit the other for a moment.
                Err(error) if !failed || asked => {
                    failed = true;
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "the server's certificate stays as it was");
                }
                Err(_) => {}
            }
        }
    }
}

impl Texts {
    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let read =
            |path: &Path| std::fs::read(path).map_err(|source| TlsError::File { path: path.into(), source });
        Ok(Self { certificate: read(certificate)?, key: read(key)? })
    }
}

fn acceptor(texts: &Texts, certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let not_pem = |path: &Path, what| {
        let path = path.to_owned();
        move |source| TlsError::Pem { path, what, source }
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&texts.certificate).collect();
    let chain =
        chain.and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) });
    let chain = chain.map_err(not_pem(certificate, "certificate"))?;
    let private = PrivateKeyDer::from_pem_slice(&texts.key).map_err(not_pem(key, "private key"))?;
    // TLS 1.2 and 1.3, with the ciphers that rustls holds to be safe.
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, private));
    let mut config = config.map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn pair() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn what_cannot_be_used_is_named_and_never_shown() {
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = (dir.path().join("a.pem"), dir.path().join("a.key"));
        let read = || Certificates::read(certificate.clone(), key.clone()).err().unwrap().to_string();
        assert!(read().contains("a.pem"), "{}", read());
        let (own, own_key) = pair();
        fs::write(&certificate, &own).unwrap();
        assert!(read().contains("a.key"));
        fs::write(&key, "canary").unwrap();
        assert!(read().contains("holds no private key") && !read().contains("canary"));
        fs::write(&key, pair().1).unwrap();
        assert!(read().contains("together"));
        fs::write(&certificate, "").unwrap();
        fs::write(&key, own_key).unwrap();
        assert!(read().contains("holds no certificate"));
    }

    #[test]
    fn a_new_pair_is_taken_and_half_of_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = (dir.path().join("a.pem"), dir.path().join("a.key"));
        let write = |(first, second): &(String, String)| {
            fs::write(&certificate, first).unwrap();
            fs::write(&key, second).unwrap();
        };
        let (old, new) = (pair(), pair());
        write(&old);
        let certificates = Certificates::read(certificate.clone(), key.clone()).unwrap();
        assert!(!certificates.refresh().unwrap());
        assert!(certificates.ends().is_some());
        fs::write(&certificate, &new.0).unwrap();
        assert!(matches!(certificates.refresh(), Err(TlsError::Pair(_))));
        write(&new);
        assert!(certificates.refresh().unwrap() && !certificates.refresh().unwrap());
        fs::remove_file(&key).unwrap();
        assert!(certificates.refresh().is_err());
    }
}
