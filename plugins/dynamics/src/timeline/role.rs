//! Who may turn the synchronisation on: global administrators, as their directory says at that moment.

use tieline_sdk::graph::Role;
use tieline_sdk::{Actor, Problem, graph};

/// Lets nobody else through.
pub(super) fn global_administrator(actor: &Actor) -> Result<(), Problem> {
    if graph::global_administrator(&actor.object_id)? == Role::Has {
        return Ok(());
    }
    Err(Problem::new(
        "dynamics.not-global-administrator",
        "only a global administrator can turn this on or off",
    )
    .remedy("ask a global administrator of your directory"))
}
