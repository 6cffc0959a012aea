//! The `graph` capability: Microsoft Graph with the tenant's credentials, behind the permission firewall.

mod batch;
mod consent;
mod expand;
pub mod explain;
mod firewall;
#[cfg(test)]
mod laws;
mod meter;
mod path;
#[cfg(test)]
mod path_law;
mod subscribe;
mod table;

use http::Method;
use tieline_egress::Denial;
use tieline_types::{
    ConnectionKey, Rights,
    manifest::{Capability, PermissionKind},
};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{
        graph::{self, ApiVersion, Request},
        types::{CallError, Identity as As, Response},
    },
    outbound::{
        self, Address, Call,
        governor::Metered,
        taped::{Asked, Heard},
        without_query,
    },
    run::Run,
};
use batch::Item;
use consent::Asked as AskedOfGraph;
use path::{GraphPath, Version};

pub use subscribe::{allowing_subscription, may_subscribe};

/// The connection that serves this capability.
const CONNECTION: &str = "microsoft";

struct Graph;

impl HasData for Graph {
    type Data<'a> = View<'a>;
}

/// Why a call was not sent.
enum Refused {
    Denied(Denial),
    Invalid(String),
}

/// Judges a call, and each call that it carries. Says what it counts as, and what it carries.
fn judge(
    method: &Method,
    path: &GraphPath,
    kind: PermissionKind,
    body: &[u8],
    rights: &Rights,
) -> Result<(Metered, Vec<Item>), Refused> {
    if *method != Method::POST || !batch::is_batch(path) {
        firewall::judge(method, path, kind, rights).map_err(Refused::Denied)?;
        return Ok((Metered::One(meter::meter(method, path)), Vec::new()));
    }
    let items = batch::items(path, body).map_err(|invalid| Refused::Invalid(invalid.to_string()))?;
    let metered =
        items.iter().map(|Item { id, method, path }| match firewall::judge(method, path, kind, rights) {
            Ok(()) => Ok((id.clone(), meter::meter(method, path))),
            Err(denial) => {
                let asked = format!("request `{id}` of a batch: {}", denial.asked);
                Err(Refused::Denied(Denial { asked, ..denial }))
            }
        });
    let metered = Metered::Each(metered.collect::<Result<_, _>>()?);
    Ok((metered, items))
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/graph`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    graph::add_to_linker::<T, Graph>(linker, |state| View(state.as_mut()))
}

impl graph::Host for View<'_> {
    async fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, CallError>> {
        if let Some(told) = self.taped(&request)? {
            return Ok(told.into());
        }
        let told = match self.checked(request) {
            Ok((call, asked)) => {
                let told = self.0.call(call).await?;
                self.with_consent(asked, told).await
            }
            Err(error) => Err(error),
        };
        self.0.told(&Heard::from(&told));
        Ok(told)
    }

    async fn send_all(
        &mut self,
        requests: Vec<Request>,
    ) -> wasmtime::Result<Vec<Result<Response, CallError>>> {
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            answers.push(self.send(request).await?);
        }
        Ok(answers)
    }
}

impl View<'_> {
    fn taped(&mut self, request: &Request) -> wasmtime::Result<Option<Heard<'static>>> {
        let about = format_args!("{} {}", request.method, without_query(&request.path));
        self.0.asked("graph.send", about, &Asked::from(request), Heard::unreachable)
    }

    /// The call, if this installation may make it. Nothing is sent before.
    fn checked(&mut self, request: Request) -> Result<(Call, AskedOfGraph), CallError> {
        let run = &mut *self.0;
        if let Err(denial) = run.may_call(Capability::Graph) {
            return Err(run.record_denial("graph", &request.method, &request.path, denial));
        }
        let method = outbound::method(&request.method)?;
        let version = match request.version {
            ApiVersion::V1 => Version::V1,
            ApiVersion::Beta => Version::Beta,
        };
        let path = GraphPath::parse(&request.path, version).map_err(|e| CallError::Invalid(e.to_string()))?;
        let kind = match request.identity {
            As::App => PermissionKind::Application,
            As::Service | As::Actor => PermissionKind::Delegated,
        };
        let body = request.body.as_deref().unwrap_or_default();
        let (metered, carried) =
            judge(&method, &path, kind, body, &run.spec.rights).map_err(|refused| match refused {
                Refused::Denied(denial) => {
                    run.record_denial("graph", method.as_str(), &request.path, denial.into())
                }
                Refused::Invalid(why) => CallError::Invalid(why),
            })?;
        let connection =
            CONNECTION.parse().map_err(|_| CallError::Invalid("no Microsoft connection".into()))?;
        let key = ConnectionKey { tenant: run.spec.installation.tenant.clone(), connection };
        let identity = run.identity(request.identity, "graph", &method, &request.path)?;
        let asked = AskedOfGraph {
            key: key.clone(),
            identity: identity.clone(),
            kind,
            method: method.clone(),
            path: request.path,
            version,
            carried,
        };
        let credential = Some((key, identity));
        let address = Address::Checked(path.into_address());
        let mutating = !method.is_safe();
        let mut outgoing = run.outgoing(credential, method, address, &request.headers, request.body)?;
        outgoing.metered = Some(metered);
        let call = Call { through: "graph".into(), outgoing, mutating, effect_key: request.effect_key };
        Ok((call, asked))
    }
}
