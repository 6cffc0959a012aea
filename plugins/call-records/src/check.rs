//! The staged test of an installation: may everything be read that is collected? Reads only, and begins nothing.

use tieline_sdk::{CallError, Failure, Problem, Stage, graph};

use crate::config::Config;
use crate::{authorize, devices, plan};

/// What is wrong while a consent spreads, which is no failure: it passes by itself within two hours.
const SPREADING: &str = "graph.consent-spreading";

/// Every stage, in the order in which they should be mended.
pub(crate) fn check(config: &Config) -> Vec<Stage> {
    if let Err(problems) = plan::plan(config, &[]) {
        return problems.into_iter().map(|problem| Stage::failed("configuration", problem)).collect();
    }
    let mut stages = vec![Stage::ok("configuration"), authorization(config), stage("call records", calls())];
    if config.devices {
        stages.push(match devices::state() {
            Ok(()) => Stage::ok("devices"),
            Err(problem) => Stage::warning("devices", problem),
        });
    }
    stages
}

fn authorization(config: &Config) -> Stage {
    let name = "authorization";
    match authorize::authorized() {
        Err(failure) => Stage::failed(name, failure.into()),
        Ok(Some(_)) => Stage::ok(name),
        Ok(None) if !config.require_global_administrator => Stage::ok(name),
        Ok(None) => Stage::warning(
            name,
            Problem::new(
                "calls.not-authorized",
                "nothing is collected before a Global Administrator authorises it",
            )
            .remedy(
                "let one sign in with `tieline connections sign-in`, then `tieline act TENANT/INSTALLATION \
                     authorize --as ADDRESS`",
            ),
        ),
    }
}

/// Asks for a page of calls.
fn calls() -> Result<(), Problem> {
    let asked = graph::get("/communications/callRecords").select(&["id"]);
    let response = asked.send().map_err(|error: CallError| error.problem())?;
    if response.is_success() {
        return Ok(());
    }
    Err(Failure::into(response.failure(graph::error(&response))))
}

fn stage(name: &str, result: Result<(), Problem>) -> Stage {
    match result {
        Ok(()) => Stage::ok(name),
        Err(problem) if problem.code == SPREADING => Stage::warning(name, problem),
        Err(problem) => Stage::failed(name, problem),
    }
}
