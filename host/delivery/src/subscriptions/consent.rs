//! What a 403 about a subscription means: as of any other call, it may come of a consent that is missing or spreading.

use tieline_capabilities::{News, graph};
use tieline_identity::{Forbidden, Meaning};

use super::{
    desired::{Caller, Watched},
    failure::{GraphFailure, Kind},
    reconcile::Step,
    service::Subscriptions,
};

impl Subscriptions {
    /// How a step ended, with what a refusal means; one that went well shows that its permission is honoured.
    pub(super) async fn with_consent(
        &self,
        watched: &Watched,
        step: Step,
        ended: Result<(), GraphFailure>,
    ) -> Result<(), GraphFailure> {
        let needs_permission = matches!(step, Step::Create | Step::Replace | Step::Renew | Step::Reauthorize);
        let connections = &self.services.connections;
        match ended {
            Ok(()) if needs_permission && connections.is_troubled() => {
                if let Some((via, allowing)) = self.permission(watched)
                    && let Err(error) =
                        connections.permitted(&via.connection, &via.identity(), &allowing).await
                {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(connection = %via.connection, error, "a permission that works again could not be noted");
                }
                Ok(())
            }
            Err(failure) => Err(self.explained(watched, failure).await),
            ended => ended,
        }
    }

    async fn explained(&self, watched: &Watched, failure: GraphFailure) -> GraphFailure {
        let Kind::Refused(said) = &failure.kind else { return failure };
        let Some((via, allowing)) = self.permission(watched) else { return failure };
        let call = Forbidden { identity: &via.identity(), allowing: &allowing, said };
        match self.services.connections.forbidden(&via.connection, call).await {
            Ok(Meaning::Answer(problem)) => GraphFailure { problem: problem.into(), ..failure },
            Ok(Meaning::Wait { problem, until, news }) => {
                if news {
                    self.services.circuits.tell(via.connection, News::Waiting);
                }
                let wait = until.since(self.services.clock.now());
                GraphFailure { problem: problem.into(), after: failure.after.max(Some(wait)), ..failure }
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(connection = %via.connection, error, "what a refusal of Graph means could not be found out");
                failure
            }
        }
    }

    /// Who acts for a subscription, and the permissions of which its installations hold one that
    /// allows it, least first.
    fn permission(&self, watched: &Watched) -> Option<(Caller, Vec<String>)> {
        let (via, interests) = {
            let book = self.book.lock();
            let entry = book.entries.get(watched)?;
            (entry.via()?.clone(), entry.desired.as_ref()?.interests.clone())
        };
        let mut allowing = Vec::new();
        for installation in interests.iter().filter_map(|one| self.installations.get(&one.installation)) {
            for name in graph::allowing_subscription(&watched.resource, via.subscriber, &installation.rights)
            {
                if !allowing.contains(&name) {
                    allowing.push(name);
                }
            }
        }
        Some((via, allowing))
    }
}
