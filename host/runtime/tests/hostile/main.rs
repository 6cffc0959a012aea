//! Hostile guests, each with the outcome that it must get, in one runtime that serves a healthy one after each.

#![allow(clippy::unwrap_used, clippy::panic)]

mod stage;

use std::collections::BTreeMap;

use tieline_raw_guests::{Guest, all, with_section};
use tieline_runtime::PackageError;

use stage::{Ask, Stage, installation};

/// Guest, question, outcome: `done`, an answer, or the code of the problem.
const OUTCOMES: &[(&str, Ask, &str)] = &[
    ("nine_tables", Ask::Handle, "limit.tables"),
    ("a_large_table", Ask::Handle, "limit.table-elements"),
    ("a_large_memory", Ask::Handle, "limit.memory"),
    ("five_memories", Ask::Handle, "limit.memories"),
    ("many_instances", Ask::Handle, "limit.core-instances"),
    ("hidden_instances", Ask::Handle, "limit.core-instances"),
    ("an_undeclared_import", Ask::Handle, "package.undeclared-import"),
    ("an_interface_that_nobody_offers", Ask::Handle, "package.foreign-import"),
    ("code_that_is_none", Ask::Handle, "package.unusable"),
    ("spins_when_started", Ask::Handle, "limit.cpu"),
    ("spins_when_started", Ask::Plan, "limit.cpu"),
    ("spins", Ask::Handle, "limit.cpu"),
    ("spins", Ask::Plan, "done"),
    ("spins_when_it_plans", Ask::Plan, "limit.cpu"),
    ("asks_the_time_for_ever", Ask::Handle, "limit.host-calls"),
    ("lets_the_host_compute", Ask::Handle, "limit.cpu"),
    ("grows_its_memory", Ask::Handle, "limit.memory"),
    ("grows_a_table", Ask::Handle, "limit.table-elements"),
    ("recurses", Ask::Handle, "guest.trapped"),
    ("leaks_handles", Ask::Handle, "limit.handles"),
    ("floods_its_output", Ask::Handle, "done"),
    ("waits_for_a_timer_for_ever", Ask::HandleSoon, "limit.wall"),
    ("leaks_timers", Ask::Handle, "limit.handles"),
    ("hands_over_a_huge_text", Ask::Handle, "limit.host-call-bytes"),
    ("hands_over_a_huge_list", Ask::Handle, "limit.host-call-bytes"),
    ("points_beyond_its_memory", Ask::Handle, "guest.trapped"),
    ("says_what_is_no_text", Ask::Handle, "guest.trapped"),
    ("names_a_level_that_is_none", Ask::Handle, "guest.trapped"),
    ("answers_beyond_its_memory", Ask::Handle, "guest.trapped"),
    ("answers_where_no_answer_can_stand", Ask::Handle, "guest.trapped"),
    ("answers_neither_yes_nor_no", Ask::Handle, "guest.trapped"),
    ("plans_more_than_it_holds", Ask::Plan, "guest.trapped"),
    ("allocates_nothing", Ask::Handle, "guest.trapped"),
    ("allocates_beyond_its_memory", Ask::Handle, "guest.trapped"),
    ("allocates_askew", Ask::Handle, "guest.trapped"),
    ("allocates_for_ever", Ask::Handle, "limit.cpu"),
    ("traps_when_it_plans", Ask::Plan, "guest.trapped"),
    ("traps_when_it_checks", Ask::Check, "guest.trapped"),
    ("traps", Ask::Handle, "guest.trapped"),
    ("traps_when_it_acts", Ask::Act, "guest.trapped"),
    ("traps_when_started", Ask::Handle, "guest.trapped"),
    ("logs_when_started", Ask::Handle, "guest.trapped"),
    ("asks_the_time_when_started", Ask::Handle, "done"),
    ("asks_the_time_when_started", Ask::Plan, "done"),
    ("never_again", Ask::Handle, "permanent"),
];

fn guests() -> BTreeMap<&'static str, Guest> {
    all().into_iter().map(|guest| (guest.name, guest)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_gets_its_outcome_and_the_next_one_is_served() {
    let (stage, guests) = (Stage::set().await, guests());
    let healthy = stage.load(guests["healthy"].package()).await.unwrap();
    let mut wrong = Vec::new();
    for (name, ask, outcome) in OUTCOMES {
        let came = stage.came(&guests[name], *ask).await;
        if came != *outcome {
            wrong.push(format!("{name}, asked to {ask:?}: {came}, not {outcome}"));
        }
        for tenant in ["acme", "umbra"] {
            let after = stage.ask(&healthy, installation(tenant, "healthy"), Ask::Handle).await;
            assert_eq!(after, "done", "a healthy event of {tenant} after {name}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_guest_is_without_an_outcome() {
    for guest in all() {
        let elsewhere = matches!(guest.name, "healthy" | "remembers_in_a_global");
        let listed = OUTCOMES.iter().any(|(name, ..)| *name == guest.name);
        assert!(listed || elsewhere, "{} has no outcome", guest.name);
    }
}

/// An instance may serve several events of one installation; its globals are a matter of that installation, and
/// the SDK makes its connectors anew. They never cross over to another installation, nor to another tenant.
#[tokio::test]
async fn what_a_guest_keeps_in_a_global_stays_with_its_installation() {
    let (stage, guests) = (Stage::set().await, guests());
    let package = stage.load(guests["remembers_in_a_global"].package()).await.unwrap();
    let (desk, twin, other) =
        (installation("acme", "desk"), installation("acme", "twin"), installation("umbra", "desk"));
    assert_eq!(stage.ask(&package, desk.clone(), Ask::Handle).await, "done");
    assert_eq!(stage.ask(&package, twin, Ask::Handle).await, "done", "another installation sees nothing");
    // Not a promise, but the proof that the other lines could fail.
    assert_eq!(stage.ask(&package, desk, Ask::Handle).await, "permanent", "the instance was used again");
    assert_eq!(stage.ask(&package, other, Ask::Handle).await, "done", "another tenant sees nothing");
}

#[tokio::test]
async fn what_is_broken_or_too_large_is_refused_by_name() {
    let (stage, guests) = (Stage::set().await, guests());
    let healthy = guests["healthy"].package();
    let code = async |package: Vec<u8>| stage.load(package).await.err().map(|error| error.problem().code);
    assert_eq!(code(healthy.clone()).await, None);
    assert_eq!(
        code(with_section(healthy.clone(), "padding", &vec![0; (1 << 20) + 1])).await.unwrap(),
        "limit.section"
    );
    for at in [0, 7, 9, 40, healthy.len() / 2, healthy.len() - 1] {
        assert_eq!(code(healthy[..at].to_vec()).await.unwrap(), "package.not-a-component", "cut off at {at}");
    }
    let mut inside_out = healthy.clone();
    // The code of the module: valid as a container, but no program.
    let at = healthy.len() / 3;
    inside_out[at..at + 64].fill(0xff);
    let refused = stage.load(inside_out).await;
    assert!(
        matches!(
            refused,
            Err(PackageError::NotAComponent(_) | PackageError::Compile(_) | PackageError::NotAConnector)
        ),
        "{:?}",
        refused.err()
    );
}
