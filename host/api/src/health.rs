//! Health, for supervisors and load balancers.

/// The process runs and answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// It can also take events: there is no router before its host has started, and none after it has stopped.
pub(crate) async fn ready() -> &'static str {
    "ok\n"
}
