//! What happens in a tenant, as it happens: server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, stream};
use tieline_delivery::Host;
use tieline_types::{TenantId, api::Happened};

use crate::{extract::Path, refusal::Refusal};

/// So often something is sent where nothing happens, so that nobody on the way takes the connection for dead.
const BREATH: Duration = Duration::from_secs(15);

/// What happens, as it happens.
///
/// Server-sent events, each with a JSON document as its `data` and with what it is as its name: `event`, `alert`,
/// `alert-cleared`, `missed`. After `missed`, which also begins every connection with a `Last-Event-ID`, everything that
/// is shown is to be read anew. The stream ends within an hour, and is then asked for again.
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
    Path(tenant): Path<TenantId>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let listener = host.listen(&tenant).await?;
    let missed = headers.contains_key("last-event-id").then_some(Happened::Missed);
    let told = stream::unfold((missed, listener, 1_u64), |(missed, mut listener, number)| async move {
        let happened = match missed {
            Some(missed) => missed,
            None => listener.next().await?,
        };
        Some((Ok(event(&happened, number)), (None, listener, number + 1)))
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
