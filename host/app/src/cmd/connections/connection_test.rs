//! `tieline connections test`: the staged test.

use std::time::Duration;

use indicatif::ProgressBar;

use super::super::staged::staged;
use crate::{Answer, Failure, cli::connections::OfConnection, client::Client};

/// Fails when a stage failed; a warning is not a failure.
pub(super) async fn run(args: OfConnection) -> Result<Answer, Failure> {
    let client = Client::new(&args.remote)?;
    let progress = ProgressBar::new_spinner();
    progress.enable_steady_tick(Duration::from_millis(100));
    progress.set_message(format!("testing {} …", args.connection));
    let test = client.test_connection(&args.connection).await;
    progress.finish_and_clear();
    let test = test?;
    Ok(Answer::done(staged(&test.stages)).failed_if(!test.passed()).with("stages", test.stages))
}
