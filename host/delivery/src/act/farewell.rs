//! The last thing that an installation is asked for: to end what would otherwise be left standing upstream.

use serde_json::{Value, json};
use tieline_types::{Asker, InstallationKey, Problem, api::ActRequest};

use crate::{Host, HostError};

/// How often it is asked again when it says that there is more.
const ROUNDS: usize = 100;

impl Host {
    /// Asks an installation that is about to be removed for the action that its manifest names for that. Why it was not
    /// done to its end, if so; it is removed all the same.
    pub(crate) async fn farewell(&self, key: &InstallationKey) -> Option<Problem> {
        let installation = self.installation(key).ok()?;
        let package = installation.package.as_ref().ok()?;
        let mut actions = package.inspection.manifest.actions.iter();
        let name = &actions.find(|action| action.at_removal)?.name;
        for _ in 0..ROUNDS {
            let request = ActRequest { input: json!({}), record: None, idempotency_key: None, user: None };
            match self.act_to_the_end(key, name, request, Asker::operator()).await {
                Ok(answer) if answer.output["more"] == Value::Bool(true) => {}
                Ok(_) => return None,
                Err(HostError::Failed { problem }) => return Some(unfinished(name, &problem.message)),
                Err(error) => return Some(unfinished(name, &error.to_string())),
            }
        }
        Some(unfinished(name, "it never came to an end"))
    }
}

fn unfinished(action: &str, why: &str) -> Problem {
    Problem::new("installation.farewell-failed", format!("`{action}` was not done before the removal: {why}"))
}
