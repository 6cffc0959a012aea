//! What happens in a tenant, as it happens: server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::State,
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, stream};
use tieline_access::{Access, Held, Refused, Verdict};
use tieline_delivery::{Host, Listener};
use tieline_types::{Role, TenantId, api::Happened};
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

use crate::{extract::Path, refusal::Refusal};

/// So often something is sent where nothing happens, so that nobody on the way takes the connection for dead.
const BREATH: Duration = Duration::from_secs(15);
/// So often is looked whether whoever listens still may: a credential that expires tells nobody.
const LOOKING: Duration = Duration::from_secs(15);

/// Somebody who listens, as long as their credential lets them.
struct Hearer {
    listener: Listener,
    access: Arc<Access>,
    held: Held,
    tenant: TenantId,
    endings: watch::Receiver<u64>,
    looking: Interval,
}

impl Hearer {
    fn new(listener: Listener, access: Arc<Access>, held: Held, tenant: TenantId) -> Self {
        let mut endings = access.endings();
        // What ended between the beginning of the request and now is looked at first.
        endings.mark_changed();
        let mut looking = interval_at(Instant::now() + LOOKING, LOOKING);
        looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { listener, access, held, tenant, endings, looking }
    }

    /// What happens next; none at the end, and from when on whoever listens may not.
    async fn next(&mut self) -> Option<Happened> {
        loop {
            tokio::select! {
                biased;
                ended = self.endings.changed() => ended.ok()?,
                _ = self.looking.tick() => {}
                happened = self.listener.next() => return happened,
            }
            if !self.may_still().await {
                return None;
            }
        }
    }

    async fn may_still(&self) -> bool {
        match self.access.still(&self.held).await {
            Ok(principal) => matches!(principal.judged(Some(&self.tenant), Role::Viewer), Verdict::May(_)),
            // A store that does not answer takes nobody's right away.
            Err(Refused::Store(_)) => true,
            Err(_) => false,
        }
    }
}

/// What happens, as it happens.
///
/// Server-sent events, each with a JSON document as its `data` and with what it is as its name: `event`, `alert`,
/// `alert-cleared`, `missed`. After `missed`, which also begins every connection with a `Last-Event-ID`, everything that
/// is shown is to be read anew. The stream ends within an hour, and is then asked for again; and when the token or session
/// ends with which it was asked for.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/live",
    operation_id = "listenToTenant",
    tag = "live",
    params(("last-event-id" = Option<String>, Header, description = "The last one that was heard before.")),
    responses((status = 200, body = Happened, content_type = "text/event-stream"))
)]
pub(crate) async fn listen(
    State(host): State<Arc<Host>>,
    State(access): State<Arc<Access>>,
    Extension(held): Extension<Held>,
    Path(tenant): Path<TenantId>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let listener = host.listen(&tenant).await?;
    let missed = headers.contains_key("last-event-id").then_some(Happened::Missed);
    let hearer = Hearer::new(listener, access, held, tenant);
    let told = stream::unfold((missed, hearer, 1_u64), |(missed, mut hearer, number)| async move {
        let happened = match missed {
            Some(missed) => missed,
            None => hearer.next().await?,
        };
        Some((Ok(event(&happened, number)), (None, hearer, number + 1)))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::new().interval(BREATH)))
}

fn event(happened: &Happened, number: u64) -> Event {
    let name = match happened {
        Happened::Event { .. } => "event",
        Happened::Alert { .. } => "alert",
        Happened::AlertCleared { .. } => "alert-cleared",
        Happened::Missed => "missed",
    };
    let data = serde_json::to_string(happened).expect("plain data always serialises");
    Event::default().event(name).id(number.to_string()).data(data)
}
