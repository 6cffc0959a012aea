//! What a 403 of Graph means. One that comes of consent is nobody's fault who runs: its event waits, as for a
//! connection that cannot be used, and whatever else was asked of Graph goes on.

use http::{Method, StatusCode};
use tieline_identity::{Forbidden, Identity, Meaning, Said};
use tieline_types::{
    ConnectionKey, Problem,
    manifest::PermissionKind,
    run::{CallRecord, CallResult},
};

use super::{
    View, firewall,
    path::{GraphPath, Version},
};
use crate::{
    News, Park,
    bindings::types::{CallError, Response},
};

/// A call as it was asked for, in case that Graph refuses it.
pub(super) struct Asked {
    pub(super) key: ConnectionKey,
    pub(super) identity: Identity,
    pub(super) kind: PermissionKind,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) version: Version,
}

impl View<'_> {
    /// What the guest is told of an answer: a refusal that comes of consent is a connection that cannot be used.
    pub(super) async fn with_consent(
        &mut self,
        asked: Asked,
        told: Result<Response, CallError>,
    ) -> Result<Response, CallError> {
        let response = told?;
        let connections = self.0.services().connections.clone();
        if response.status == StatusCode::FORBIDDEN.as_u16() {
            return self.refused(asked, response).await;
        }
        if response.status < 400 && connections.is_troubled() && self.was_sent() {
            let permitted = connections.permitted(&asked.key, &asked.identity, &self.allowing(&asked)).await;
            if let Err(error) = permitted {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(connection = %asked.key, error, "a permission that works again could not be noted");
            }
        }
        Ok(response)
    }

    async fn refused(&mut self, asked: Asked, response: Response) -> Result<Response, CallError> {
        let services = self.0.services().clone();
        let (allowing, said) = (self.allowing(&asked), Said::read(&response.body));
        let call = Forbidden { identity: &asked.identity, allowing: &allowing, said: &said };
        match services.connections.forbidden(&asked.key, call).await {
            Ok(Meaning::Answer(problem)) => {
                self.explain(problem);
                Ok(response)
            }
            Ok(Meaning::Wait { problem, until, news }) => {
                self.explain(problem.clone());
                let connection = asked.key.connection.clone();
                if self.0.outbound.park.as_ref().is_none_or(|before| !before.promised) {
                    let problem = problem.clone();
                    self.0.outbound.park = Some(Park { connection, problem, until, promised: true });
                }
                if news {
                    services.circuits.tell(asked.key, News::Waiting);
                }
                Err(CallError::ConnectionUnusable(problem.into()))
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(connection = %asked.key, error, "what a refusal of Graph means could not be found out");
                Ok(response)
            }
        }
    }

    fn allowing(&self, asked: &Asked) -> Vec<String> {
        let path = GraphPath::parse(&asked.path, asked.version);
        path.map(|path| firewall::allowing(&asked.method, &path, asked.kind, &self.0.spec.rights))
            .unwrap_or_default()
    }

    /// Whether the last call was answered by Graph itself, and not from memory.
    fn was_sent(&self) -> bool {
        matches!(self.0.journal.calls.last(), Some(CallRecord { result: CallResult::Answered { .. }, .. }))
    }

    fn explain(&mut self, problem: Problem) {
        if let Some(call) = self.0.journal.calls.last_mut() {
            call.problem = Some(problem);
        }
    }
}
