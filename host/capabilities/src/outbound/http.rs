//! A call to a granted origin, with a connection's credential or without any, as `http` and `wasi:http` share it.

use http::Method;
use tieline_egress::Permit;
use tieline_types::{ConnectionKey, ConnectionName, manifest::Capability};
use url::Url;

use super::{
    Address, Call,
    taped::{Asked, Heard},
    without_query,
};
use crate::{
    bindings::{
        http::Request,
        types::{CallError, Denial, Response},
    },
    run::Run,
};

/// The connection whose calls are judged one by one, by `graph`: what goes this way would be judged by nobody.
const JUDGED: &str = "microsoft";

impl Run {
    /// Sends a guest's request, if this installation may make it.
    pub(crate) async fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, CallError>> {
        if let Some(told) = self.taped(&request)? {
            return Ok(told.into());
        }
        let told = match self.checked(request) {
            Ok(call) => self.call(call).await?,
            Err(error) => Err(error),
        };
        self.told(&Heard::from(&told));
        Ok(told)
    }

    fn taped(&mut self, request: &Request) -> wasmtime::Result<Option<Heard<'static>>> {
        let through = request.connection.as_deref().unwrap_or("–");
        let about = format_args!("{} {through} {}", request.method, without_query(&request.url));
        self.asked("http.send", about, &Asked::from(request), Heard::unreachable)
    }

    /// The call, if this installation may make it. Nothing is sent before.
    fn checked(&mut self, request: Request) -> Result<Call, CallError> {
        if let Err(denial) = self.may_call(Capability::Http) {
            return Err(self.record_denial("http", &request.method, &request.url, denial));
        }
        let method = super::method(&request.method)?;
        let mutating = !method.is_safe();
        let (through, credential, address) = match &request.connection {
            Some(name) => {
                let connection = self.connection(name, &request)?;
                let tenant = self.spec.installation.tenant.clone();
                let key = ConnectionKey { tenant, connection };
                let identity = self.identity(request.identity, name, &method, &request.url)?;
                (name.clone(), Some((key, identity)), Address::Credential(request.url))
            }
            None => {
                let (url, permit) = self.permitted(&method, &request.url)?;
                ("http".to_owned(), None, Address::Granted(url, permit))
            }
        };
        let outgoing = self.outgoing(credential, method, address, &request.headers, request.body)?;
        Ok(Call { through, outgoing, mutating, effect_key: request.effect_key })
    }

    /// The connection of this name, if it is granted. An unknown one and one that is not granted look the same.
    fn connection(&mut self, name: &str, request: &Request) -> Result<ConnectionName, CallError> {
        match name.parse::<ConnectionName>() {
            Ok(_) if name == JUDGED => {
                let asked = format!("the connection `{JUDGED}` past `graph`, which judges each call");
                let denial = Denial { asked, allow_with: None };
                Err(self.record_denial("http", &request.method, &request.url, denial))
            }
            Ok(name) if self.spec.rights.connection(&name) => Ok(name),
            _ => {
                let shown = name.chars().take(63).collect::<String>().escape_debug().to_string();
                let denial = Denial {
                    asked: format!("the connection `{shown}`"),
                    allow_with: Some(format!("connections = [\"{shown}\"]")),
                };
                Err(self.record_denial("http", &request.method, &request.url, denial))
            }
        }
    }

    fn permitted(&mut self, method: &Method, given: &str) -> Result<(Url, Permit), CallError> {
        let url = Url::parse(given)
            .map_err(|_| CallError::Invalid(format!("`{}` is not an absolute URL", given.escape_debug())))?;
        match Permit::granted(&self.spec.rights, &url, method) {
            Ok(permit) => Ok((url, permit)),
            Err(denial) => Err(self.record_denial("http", method.as_str(), given, denial.into())),
        }
    }
}
