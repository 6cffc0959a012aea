//! The staged test of an installation, with the connection's own credential: nobody is signed in during it. Reads only.

use tieline_sdk::{Failure, Problem, Stage, Verdict};

use crate::mode::{Mode, setting};
use crate::plan;
use crate::settings::{Config, KeptBy};
use crate::vault::{Vault, objects};

/// Every stage, in the order in which they should be mended. What depends on a failed stage is skipped.
pub(crate) fn check(config: &Config) -> Vec<Stage> {
    if let Err(problems) = plan::plan(config) {
        return problems.into_iter().map(|problem| Stage::failed("settings", problem)).collect();
    }
    let vault = Vault { version: &config.api_version };
    let mut stages = vec![Stage::ok("settings"), stage("vault", vault.own_user())];
    let signed_in = stages.iter().all(|stage| stage.verdict == Verdict::Ok);
    for (name, object) in [
        ("cases", objects::CASE),
        ("case notes", objects::NOTE),
        ("timeline", objects::TIMELINE),
        ("people", objects::USER),
    ] {
        stages.push(if signed_in { stage(name, readable(&vault, object)) } else { Stage::skipped(name) });
    }
    let mode = if signed_in { setting::read(&vault).map(|setting| setting.mode) } else { Ok(Mode::None) };
    match mode {
        _ if !signed_in => stages.push(Stage::skipped("microsoft integration")),
        Ok(mode) => stages.extend(of_mode(config, mode)),
        Err(failure) => stages.push(Stage::failed("microsoft integration", failure.into())),
    }
    stages
}

fn stage(name: &str, result: Result<(), Failure>) -> Stage {
    match result {
        Ok(()) => Stage::ok(name),
        Err(failure) => Stage::failed(name, failure.into()),
    }
}

/// The integration user may read the object.
fn readable(vault: &Vault<'_>, object: &str) -> Result<(), Failure> {
    let found: Result<Vec<serde_json::Value>, _> =
        vault.query(&format!("SELECT id FROM {object} WHERE id = 'none'"));
    found.map(drop)
}

/// What the vault has, and what that needs of people.
fn of_mode(config: &Config, mode: Mode) -> Vec<Stage> {
    let said = |name: &str, code: &str, message: String, remedy: &str| {
        Stage::warning(name, Problem::new(code, message).remedy(remedy))
    };
    let mut stages = vec![match mode {
        Mode::None => said(
            "microsoft integration",
            "vault.integration-off",
            "the vault's Microsoft Integration is None: case notes are standard, and nothing of Microsoft is offered".into(),
            "a Business Admin chooses in the Console Application Settings, or with the action set-integration",
        ),
        _ => Stage::ok("microsoft integration"),
    }];
    if mode.onenote() {
        let whose = match config.notes.kept_by {
            KeptBy::Team => "the team's",
            KeptBy::Person => "each person's",
        };
        let message = format!(
            "OneNote has taken no app's own credential since 31 March 2025: notes are written to {whose} notebook as the \
             person who asks, and cannot be tried without one"
        );
        stages.push(said(
            "onenote",
            "vault.onenote-delegated-only",
            message,
            "let a representative who is signed in write the first note",
        ));
    }
    stages
}
