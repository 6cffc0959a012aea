//! What a run is told of redirects beside the answer.

use tieline_egress::Redirects;
use tieline_types::run::LogLine;

use crate::run::journal::Journal;

/// Says in the run's log which redirect was not followed, and the line that would allow it: the guest sees the
/// redirect as the answer.
pub(crate) fn note(redirects: &Redirects, journal: &mut Journal) {
    let Some(denial) = &redirects.refused else { return };
    tracing::info!(asked = denial.asked, allow_with = denial.allow_with, "a redirect was not followed");
    let fields = denial.allow_with.iter().map(|line| ("allow_with".to_owned(), line.clone()));
    journal.log.push(LogLine {
        level: "warn".into(),
        message: format!("a redirect was not followed: {denial}"),
        fields: fields.collect(),
    });
}

/// The target of a call with all the hops that its redirects took.
pub(crate) fn trail(target: String, redirects: &Redirects) -> String {
    redirects.followed.iter().fold(target, |trail, hop| format!("{trail} → {hop}"))
}
