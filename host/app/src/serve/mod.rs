//! `tieline serve`: the composition root. What a host is made of, from the bottom up.

mod announce;
mod beside;
mod error;
mod listen;
mod logging;
pub(crate) mod master_key;
pub(crate) mod stop;
mod traces;

use std::{net::SocketAddr, sync::Arc};

use tieline_access::{Access, AccessOptions};
use tieline_api::Api;
use tieline_audit::Audit;
use tieline_capabilities::Services;
use tieline_datasets::Place;
use tieline_delivery::{Endings, Host, HostOptions};
use tieline_egress::Egress;
use tieline_identity::Connections;
use tieline_runtime::{Runtime, RuntimeOptions};
use tieline_telemetry::metrics as metrics_of_process;
use tieline_types::{Clock, ClockAhead, SystemClock, config::Tls};
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};
use url::Url;

use self::{
    error::ServeError,
    listen::{Certificates, Server},
};
use crate::{
    Answer, Failure,
    cli::Serve,
    config::{self, Config},
};

/// How long open requests may take to end once the host is asked to stop.
const LAST_REQUESTS: std::time::Duration = std::time::Duration::from_secs(10);
/// Guests that plan, test or act run beside those that handle events.
const SPARE_INSTANCES: u32 = 16;

/// Runs the host until it is asked to stop; then everything that was acknowledged is durable, and what was under
/// way has ended or will be done at the next start.
pub(crate) async fn run(args: Serve, json: bool) -> Result<Answer, Failure> {
    if args.print_config {
        return Ok(Answer::done(config::DEFAULT).with("config", config::DEFAULT));
    }
    let mut config = config::read(&args.config)?;
    config.listen = args.listen.unwrap_or(config.listen);
    let egress = Egress::new(&config.egress).map_err(ServeError::from)?;
    let traces = config.traces.take().map(|traces| traces::start(traces, egress.clone()));
    let (exporter, tracer) = traces.transpose().map_err(ServeError::Traces)?.unzip();
    logging::start(args.log_format, tracer);
    let served = serve(config, egress, &args, json).await;
    if let Some(exporter) = exporter {
        exporter.finish().await;
    }
    served?;
    Ok(Answer::done(""))
}

async fn serve(config: Config, egress: Egress, args: &Serve, json: bool) -> Result<(), ServeError> {
    let Config {
        listen,
        public_url,
        trusted_proxies,
        metrics_listen,
        tls,
        server_limits,
        tenants_counted,
        traces: _,
        store,
        base,
        data,
        datasets,
        clouds,
        sign_in,
        egress: _,
        delivery,
        subscriptions,
        keys,
        alerts,
        sandbox,
        limits,
        doors,
    } = config;

    // Bound before any work starts: Graph's validation of a hook waits in the queue instead of failing.
    let (listener, address) = bind(listen).await?;
    let certificates =
        tls.map(|Tls { certificate, key }| Certificates::read(certificate, key)).transpose()?;
    let scheme = if certificates.is_some() { "https" } else { "http" };
    let listening = Url::parse(&format!("{scheme}://{address}")).map_err(ServeError::Address)?;
    let metrics = match metrics_listen {
        Some(listen) => Some(bind(listen).await?),
        None => None,
    };
    metrics_of_process().name_tenants(tenants_counted);

    let clock: Arc<dyn Clock> = match args.clock_ahead {
        0 => Arc::new(SystemClock),
        seconds => Arc::new(ClockAhead(std::time::Duration::from_secs(seconds))),
    };
    let master = master_key::load(&data, master_key::Given::read())?;
    let store = tieline_store::open(&store, &base, clock.clone())?;
    let token = tieline_access::bootstrap(&*store, args.new_token).await?;
    let audit = Arc::new(Audit::start(store.clone(), clock.clone()));
    let place = Place::open(&datasets.url, &base, &datasets.options, &egress)?;
    let (vault, master, key_file) = master.open(store.clone()).await?;
    let connections = Connections::new(store.clone(), egress.clone(), vault.clone(), clouds, clock.clone());
    let entrance = sign_in.map(|(app, roles)| Ok((connections.entrance(app)?, roles))).transpose();
    let entrance = entrance.map_err(ServeError::SignIn)?;
    let public_url = public_url.unwrap_or_else(|| listening.clone());
    let access = Arc::new(Access::new(AccessOptions {
        store: store.clone(),
        clock: clock.clone(),
        bootstrap: token.digest,
        entrance,
        public_url: public_url.clone(),
    }));
    let services = Services {
        store: store.clone(),
        egress,
        connections: Arc::new(connections),
        circuits: Default::default(),
        governor: Default::default(),
        datasets: Default::default(),
        clock,
    };
    let services = Arc::new(services);
    let options = RuntimeOptions {
        cache_dir: data.join("compiled"),
        cache_key: master.derive("compiled code"),
        instances: u32::try_from(delivery.concurrency).unwrap_or(u32::MAX).saturating_add(SPARE_INSTANCES),
        limits: limits.clone(),
        doors: doors.clone(),
        reuse: sandbox.reuse_instances,
    };
    let runtime = Arc::new(Runtime::new(options)?);
    let tokens = beside::Tokens { store: store.clone(), clock: services.clock.clone() };
    let mut endings: Vec<Arc<dyn Endings>> = vec![Arc::new(tokens.clone())];
    if let Some(certificates) = &certificates {
        endings.push(Arc::new(beside::Server(certificates.clone())));
    }
    let host = Host::start(HostOptions {
        services,
        runtime,
        vault,
        key_file,
        keys,
        files: place,
        rows_wait: datasets.patience,
        public_url,
        delivery,
        subscriptions,
        alerts,
        endings,
        forgets: vec![Arc::new(tokens)],
        limits,
        doors,
    })
    .await?;

    let router = tieline_api::router(Api::new(host.clone(), access, audit, trusted_proxies));
    // What goes on beside; it ends with this function.
    let mut beside = JoinSet::new();
    if let Some(certificates) = &certificates {
        beside.spawn(certificates.clone().keep_fresh());
    }
    if let Some((listener, address)) = metrics {
        let router = tieline_api::metrics_alone(host.clone());
        let server = Server { listener, router, certificates: None, limits: server_limits };
        tracing::info!(%address, "counts are shown without a token");
        beside.spawn(server.answer(std::future::pending()));
    }
    announce::up(&listening, token.fresh.as_ref(), json);
    let server = Server { listener, router, certificates, limits: server_limits };
    answer_requests(server, host.clone(), args.exit_with_parent).await;
    host.shutdown().await;
    store.close().await?;
    tracing::info!("stopped");
    Ok(())
}

async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Answers requests until the host is asked to stop. While the runs under way end, hooks say "not now", so that
/// senders come again; then requests that are still open end, within bounds.
async fn answer_requests(server: Server, host: Arc<Host>, with_parent: bool) {
    let (asked, was_asked) = oneshot::channel();
    let stop = async move {
        stop::asked(with_parent).await;
        tracing::info!("asked to stop: ending what is under way");
        host.shutdown().await;
        let _ = asked.send(());
    };
    let too_late = async {
        // Closed without a message only when the server has ended by itself.
        if was_asked.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    tokio::select! {
        () = server.answer(stop) => {}
        () = too_late => {}
    }
}
