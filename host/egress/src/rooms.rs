//! One pooled client for each set of rules about where connections may lead.

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use tieline_types::{Origin, origin::Scheme};

use crate::{
    InvalidPolicy, Policy,
    door::Door,
    resolver::{Lookup, Resolver},
    tls::Tls,
};

/// A client, and the door that all its connections pass.
pub(crate) struct Room {
    pub(crate) door: Arc<Door>,
    pub(crate) resolver: Resolver,
    pub(crate) tls: Arc<rustls::ClientConfig>,
    pub(crate) client: reqwest::Client,
}

/// All clients. Nearly all calls use `https`; ports that the operator opened have rooms of their own, since
/// a resolver does not learn the port it resolves for; origins with an authority of their own likewise.
pub(crate) struct Rooms {
    https: Room,
    http: Room,
    opened: HashMap<(Scheme, u16), Room>,
    trusted: HashMap<Origin, Room>,
    /// The operator's further authorities, for connections that are not HTTP.
    pub(crate) extra_ca_pem: Option<String>,
}

impl Rooms {
    pub(crate) fn new(policy: &Policy, lookup: &Lookup) -> Result<Self, InvalidPolicy> {
        let mut tls = Tls::new(policy.extra_ca_pem.as_deref())?;
        let common = tls.common()?;
        let room = |scheme, port, opened: &HashSet<SocketAddr>, tls: &rustls::ClientConfig| {
            let door = Arc::new(Door::new(scheme, port, opened));
            let resolver = Resolver { lookup: lookup.clone(), door: door.clone() };
            let client = client(resolver.clone(), tls.clone())?;
            Ok::<_, InvalidPolicy>(Room { door, resolver, tls: Arc::new(tls.clone()), client })
        };
        let nothing = HashSet::new();
        let mut rooms = Self {
            https: room(Scheme::Https, 443, &nothing, &common)?,
            http: room(Scheme::Http, 80, &nothing, &common)?,
            opened: HashMap::new(),
            trusted: HashMap::new(),
            extra_ca_pem: policy.extra_ca_pem.clone(),
        };
        for port in policy.allow_private.iter().map(SocketAddr::port) {
            for scheme in [Scheme::Https, Scheme::Http] {
                rooms.opened.insert((scheme, port), room(scheme, port, &policy.allow_private, &common)?);
            }
        }
        for (origin, pem) in &policy.origin_ca_pem {
            let tls = tls.with(&origin.to_string(), pem)?;
            let room = room(origin.scheme(), origin.port(), &policy.allow_private, &tls)?;
            rooms.trusted.insert(origin.clone(), room);
        }
        Ok(rooms)
    }

    /// The room for calls to an origin.
    pub(crate) fn of(&self, origin: &Origin) -> &Room {
        let default = match origin.scheme() {
            Scheme::Https => &self.https,
            Scheme::Http => &self.http,
        };
        let trusted = (!self.trusted.is_empty()).then(|| self.trusted.get(origin)).flatten();
        trusted.or_else(|| self.opened.get(&(origin.scheme(), origin.port()))).unwrap_or(default)
    }
}

fn client(resolver: Resolver, tls: rustls::ClientConfig) -> Result<reqwest::Client, InvalidPolicy> {
    reqwest::Client::builder()
        .user_agent(concat!("tieline/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls)
        .dns_resolver(resolver)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // What happened to a call is the caller's to know; the pool still moves a request that was never
        // written off a connection that died while idle.
        .retry(reqwest::retry::never())
        // One call, one connection: a reset puts one call in doubt, not a hundred.
        .http1_only()
        .tcp_nodelay(true)
        .pool_max_idle_per_host(256)
        // Shorter than upstreams and their balancers keep idle connections, so that we are the one who
        // closes: a call on a connection that the other side is just closing would be in doubt.
        .pool_idle_timeout(Duration::from_secs(20))
        // Well below any call's own time-out, so that a silent address is known to be unreachable.
        .connect_timeout(Duration::from_secs(5))
        .build()
        .map_err(InvalidPolicy::Client)
}
