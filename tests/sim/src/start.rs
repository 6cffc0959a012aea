//! Starting and stopping.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempPath;
use tokio::task::JoinSet;

use crate::call::Place;
use crate::manifest::Manifest;
use crate::options::Options;
use crate::tls::{self, TlsError};
use crate::upstream::Upstream;
use crate::world::{Addresses, World};
use crate::{control, entra, graph, listen, smtp};

/// Why the simulators could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port is taken, or there are none.
    #[error("no listener on port {port} of the loopback interface")]
    Bind {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// No certificate could be made.
    #[error("no TLS")]
    Tls(#[from] TlsError),
    /// The certificate of the authority could not be written.
    #[error("the CA certificate could not be written to {path}")]
    Ca {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The signing key of the directory could not be made.
    #[error("no signing key for the directory")]
    Key(#[from] entra::KeyError),
    /// The client that delivers notifications could not be made.
    #[error("no HTTP client for notifications")]
    Client(#[from] reqwest::Error),
}

/// Running simulators. They stop when this is dropped.
#[derive(Debug)]
pub struct Sim {
    world: Arc<World>,
    tasks: JoinSet<()>,
    /// Removes the temporary CA file at the end.
    _ca: Option<TempPath>,
}

/// Starts all simulators and seeds them.
pub async fn start(options: Options) -> Result<Sim, StartError> {
    let tls = tls::make()?;
    let (ca_path, ca_guard) = write_ca(&options, &tls.ca_pem)?;
    let keys = entra::Keys::generate()?;
    let client = graph::notification_client(&tls.ca_pem)?;

    let ports = options.ports;
    let wanted = [
        (Upstream::Entra, "http", ports.entra),
        (Upstream::Entra, "https", ports.entra_tls),
        (Upstream::Graph, "http", ports.graph),
        (Upstream::Graph, "https", ports.graph_tls),
        (Upstream::Salesforce, "http", ports.salesforce),
        (Upstream::Salesforce, "https", ports.salesforce_tls),
        (Upstream::Dataverse, "http", ports.dataverse),
        (Upstream::Dataverse, "https", ports.dataverse_tls),
        (Upstream::Vault, "http", ports.vault),
        (Upstream::Vault, "https", ports.vault_tls),
        (Upstream::ContactCenter, "http", ports.contact_center),
        (Upstream::ContactCenter, "https", ports.contact_center_tls),
        (Upstream::Inbox, "http", 0),
        (Upstream::Inbox, "https", 0),
    ];
    let mut listeners = Vec::with_capacity(wanted.len());
    let mut addresses = Addresses::default();
    for (upstream, scheme, port) in wanted {
        let (listener, authority) = bind(port).await?;
        addresses.set(upstream, scheme, &authority);
        listeners.push((listener, Place { upstream, scheme, authority }));
    }
    let (mail, authority) = bind(0).await?;
    addresses.smtp = authority;
    let (mail_tls, authority) = bind(0).await?;
    addresses.smtp_tls = authority;
    let (control_listener, authority) = bind(ports.control).await?;
    addresses.control = format!("http://{authority}");
    addresses.ca = ca_path.display().to_string();

    let world = Arc::new(World::new(options, addresses, keys, client));
    let mut tasks = JoinSet::new();
    for (listener, place) in listeners {
        let tls = (place.scheme == "https").then(|| tls.acceptor.clone());
        tasks.spawn(listen::accept(listener, tls, world.clone(), place));
    }
    tasks.spawn(smtp::accept(mail, tls.acceptor.clone(), false, world.clone()));
    tasks.spawn(smtp::accept(mail_tls, tls.acceptor.clone(), true, world.clone()));
    tasks.spawn(control::serve(control_listener, world.clone()));
    tasks.spawn(graph::keep_time(world.clone()));
    Ok(Sim { world, tasks, _ca: ca_guard })
}

impl Sim {
    /// Where everything is.
    pub fn manifest(&self) -> &Manifest {
        self.world.manifest()
    }

    /// The state, for use in the same process.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Closes listeners and connections, and waits until they are closed.
    pub async fn stop(mut self) {
        self.world.stop_deliveries();
        self.world.stop_dataverse_hooks();
        self.world.stop_contact_center();
        self.tasks.shutdown().await;
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        // Deliveries share the world, so that it would outlive us with them.
        self.world.stop_deliveries();
        self.world.stop_dataverse_hooks();
        self.world.stop_contact_center();
    }
}

async fn bind(port: u16) -> Result<(tokio::net::TcpListener, String), StartError> {
    let bound = async {
        let listener = listen::bind(port).await?;
        let authority = listener.local_addr()?.to_string();
        Ok((listener, authority))
    };
    bound.await.map_err(|source| StartError::Bind { port, source })
}

fn write_ca(options: &Options, pem: &str) -> Result<(PathBuf, Option<TempPath>), StartError> {
    match &options.ca_out {
        Some(path) => match std::fs::write(path, pem) {
            Ok(()) => Ok((path.clone(), None)),
            Err(source) => Err(StartError::Ca { path: path.clone(), source }),
        },
        None => {
            let written = || {
                let file = tempfile::Builder::new().prefix("tieline-sim-").suffix(".pem").tempfile()?;
                std::fs::write(file.path(), pem)?;
                Ok(file.into_temp_path())
            };
            match written() {
                Ok(path) => Ok((path.to_path_buf(), Some(path))),
                Err(source) => Err(StartError::Ca { path: std::env::temp_dir(), source }),
            }
        }
    }
}
