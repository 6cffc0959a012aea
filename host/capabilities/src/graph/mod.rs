//! The `graph` capability: Microsoft Graph with the tenant's credentials, behind the permission firewall.

mod consent;
mod firewall;
mod path;

use tieline_types::{
    ConnectionKey,
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
        taped::{Asked, Heard},
        without_query,
    },
    run::Run,
};
use consent::Asked as AskedOfGraph;
use path::GraphPath;

/// The connection that serves this capability.
const CONNECTION: &str = "microsoft";

struct Graph;

impl HasData for Graph {
    type Data<'a> = View<'a>;
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
            ApiVersion::V1 => "v1.0",
            ApiVersion::Beta => "beta",
        };
        let path = GraphPath::parse(&request.path, version).map_err(|e| CallError::Invalid(e.to_string()))?;
        let kind = match request.identity {
            As::App => PermissionKind::Application,
            As::Service | As::Actor => PermissionKind::Delegated,
        };
        if let Err(denial) = firewall::judge(&method, &path, kind, &run.spec.rights) {
            return Err(run.record_denial("graph", method.as_str(), &request.path, denial.into()));
        }
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
        };
        let credential = Some((key, identity));
        let address = Address::Checked(path.into_address());
        let mutating = !method.is_safe();
        let outgoing = run.outgoing(credential, method, address, &request.headers, request.body)?;
        let call = Call { through: "graph".into(), outgoing, mutating, effect_key: request.effect_key };
        Ok((call, asked))
    }
}
