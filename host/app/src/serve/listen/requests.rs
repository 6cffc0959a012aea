//! A request on its way to the routes, and its answer on the way back.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, header::STRICT_TRANSPORT_SECURITY},
};
use hyper::{
    body::{Body as _, Incoming},
    service::Service,
};
use hyper_util::service::TowerToHyperService;
use tieline_types::config::ServerLimits;

use super::{
    body::{Answer, Pace, Timed},
    line::Line,
};

/// A year: whoever came by TLS once comes by TLS.
const ALWAYS_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// What answers the requests of one connection.
pub(super) struct Requests {
    routes: TowerToHyperService<Router>,
    peer: SocketAddr,
    tls: bool,
    line: Arc<Line>,
    limits: ServerLimits,
}

impl Requests {
    pub(super) fn new(
        routes: Router,
        peer: SocketAddr,
        tls: bool,
        line: Arc<Line>,
        limits: &ServerLimits,
    ) -> Self {
        Self { routes: TowerToHyperService::new(routes), peer, tls, line, limits: *limits }
    }

    pub(super) fn limits(&self) -> ServerLimits {
        self.limits
    }
}

impl Service<Request<Incoming>> for Requests {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.line.asked();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let (line, tls) = (self.line.clone(), self.tls);
        let patience = Duration::from_secs(self.limits.answer_s);
        // Only a body that has not come yet can be slow.
        let too_slow = (!request.body().is_end_stream()).then(|| Arc::new(AtomicBool::new(false)));
        let (pace, told) = (Pace::of(&self.limits), too_slow.clone());
        let answered = self.routes.call(request.map(|body| Timed::new(body, pace, told)));
        Box::pin(async move {
            let answered = tokio::time::timeout(patience, answered).await;
            let was_slow = too_slow.is_some_and(|too_slow| too_slow.load(Ordering::Relaxed));
            let mut answer = match answered {
                _ if was_slow => tieline_api::body_too_slow(),
                Ok(Ok(answer)) => answer,
                Ok(Err(never)) => match never {},
                Err(_) => tieline_api::answer_too_late(),
            };
            if tls {
                answer.headers_mut().insert(STRICT_TRANSPORT_SECURITY, ALWAYS_TLS);
            }
            Ok(answer.map(|body| Answer { body, line }))
        })
    }
}
