//! What a 403 of Graph means, of a call or of one that a batch carries. One that comes of consent is nobody's fault
//! who runs: its event waits, as for a connection that cannot be used, and whatever else was asked of Graph goes on.

use http::{Method, StatusCode};
use tieline_identity::{Forbidden, Identity, Meaning, Said};
use tieline_types::{
    ConnectionKey, Problem,
    manifest::PermissionKind,
    run::{CallRecord, CallResult},
};

use super::{
    View,
    batch::{self, Item},
    firewall,
    path::{GraphPath, Version},
};
use crate::{
    News, Park,
    bindings::types::{CallError, Response},
    outbound::unpaid,
};

const OK: u16 = StatusCode::OK.as_u16();
const PAYMENT_REQUIRED: u16 = StatusCode::PAYMENT_REQUIRED.as_u16();
const FORBIDDEN: u16 = StatusCode::FORBIDDEN.as_u16();

/// A call as it was asked for, in case that Graph refuses it.
pub(super) struct Asked {
    pub(super) key: ConnectionKey,
    pub(super) identity: Identity,
    pub(super) kind: PermissionKind,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) version: Version,
    /// The calls that it carries, if it is a batch.
    pub(super) carried: Vec<Item>,
}

impl View<'_> {
    /// What the guest is told of an answer: a refusal that comes of consent is a connection that cannot be used.
    pub(super) async fn with_consent(
        &mut self,
        asked: Asked,
        told: Result<Response, CallError>,
    ) -> Result<Response, CallError> {
        let response = told?;
        match response.status {
            OK if !asked.carried.is_empty() => self.judge_each(&asked, &response.body).await,
            FORBIDDEN => {
                let said = Said::read(&response.body);
                if let Some(problem) = self.refused(&asked, &self.allowing(&asked), &said).await {
                    return Err(CallError::ConnectionUnusable(problem.into()));
                }
            }
            PAYMENT_REQUIRED => self.explain(unpaid()),
            ..400 if self.heals() => self.permitted(&asked, &self.allowing(&asked)).await,
            _ => {}
        }
        Ok(response)
    }

    /// The same of the answers of a batch. The guest is told all of them as they are, since the other calls were made;
    /// one that is refused for want of consent holds the event whatever the guest makes of it.
    async fn judge_each(&mut self, asked: &Asked, body: &[u8]) {
        let answers = batch::answered(body);
        let heals = self.heals();
        let (mut refused, mut permitted) = (Vec::new(), Vec::new());
        for Item { id, method, path } in &asked.carried {
            let Some(answer) = answers.iter().find(|answer| answer.id == *id) else { continue };
            let allowing = || firewall::allowing(method, path, asked.kind, &self.0.spec.rights);
            match answer.status {
                FORBIDDEN => {
                    // Twenty calls that are refused alike are one refusal.
                    let call = (allowing(), Said::read(answer.body()));
                    if !refused.contains(&call) {
                        refused.push(call);
                    }
                }
                PAYMENT_REQUIRED => self.explain(unpaid()),
                ..400 if heals => permitted.push(allowing()),
                _ => {}
            }
        }
        for (allowing, said) in &refused {
            self.refused(asked, allowing, said).await;
        }
        // What an earlier attempt was answered stands beside what was refused now.
        for allowing in permitted.iter().filter(|allowing| refused.iter().all(|(one, _)| one != *allowing)) {
            self.permitted(asked, allowing).await;
        }
    }

    /// Finds out what a refusal means, for the journal. The problem, if it is one that the event waits for.
    async fn refused(&mut self, asked: &Asked, allowing: &[String], said: &Said) -> Option<Problem> {
        let services = self.0.services().clone();
        let call = Forbidden { identity: &asked.identity, allowing, said };
        match services.connections.forbidden(&asked.key, call).await {
            Ok(Meaning::Answer(problem)) => {
                self.explain(problem);
                None
            }
            Ok(Meaning::Wait { problem, until, news }) => {
                self.explain(problem.clone());
                if self.0.outbound.park.as_ref().is_none_or(|before| !before.promised) {
                    let (connection, problem) = (asked.key.connection.clone(), problem.clone());
                    self.0.outbound.park = Some(Park { connection, problem, until, promised: true });
                }
                if news {
                    services.circuits.tell(asked.key.clone(), News::Waiting);
                }
                Some(problem)
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(connection = %asked.key, error, "what a refusal of Graph means could not be found out");
                None
            }
        }
    }

    async fn permitted(&self, asked: &Asked, allowing: &[String]) {
        let connections = &self.0.services().connections;
        if let Err(error) = connections.permitted(&asked.key, &asked.identity, allowing).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(connection = %asked.key, error, "a permission that works again could not be noted");
        }
    }

    fn allowing(&self, asked: &Asked) -> Vec<String> {
        let path = GraphPath::parse(&asked.path, asked.version);
        path.map(|path| firewall::allowing(&asked.method, &path, asked.kind, &self.0.spec.rights))
            .unwrap_or_default()
    }

    /// Whether the last call may show that something works again: Graph itself answered it, and not the memory.
    fn heals(&self) -> bool {
        let last = self.0.journal.calls.last();
        self.0.services().connections.is_troubled()
            && matches!(last, Some(CallRecord { result: CallResult::Answered { .. }, .. }))
    }

    fn explain(&mut self, problem: Problem) {
        if let Some(call) = self.0.journal.calls.last_mut() {
            call.problem = Some(problem);
        }
    }
}
