//! What the command line takes, and what it refuses.

use super::*;
use clap::CommandFactory as _;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split_whitespace())
}

#[test]
fn refuses_what_it_cannot_place() {
    for line in [
        "tieline frobnicate",
        "tieline apply",
        "tieline check acme",
        "tieline check acme/Deal",
        "tieline connections",
        "tieline connections sign-in acme",
        "tieline connections sign-out acme/microsoft",
        "tieline connections sign-out acme/microsoft --service --everybody",
        "tieline connections test acme",
        "tieline act acme/desk log --record Opportunity",
        "tieline events list --tenant acme --state lost",
        "tieline tenants --host nowhere",
        "tieline installations",
        "tieline installations resume acme",
        "tieline subscriptions",
        "tieline datasets list acme",
        "tieline datasets export acme/calls streams",
        "tieline datasets summary acme/calls streams --from yesterday",
        "tieline hooks show acme/desk",
        "tieline hooks rotate desk changes",
        "tieline view acme/desk Opportunity",
        "tieline audit",
        "tieline audit list --since yesterday",
        "tieline export --force",
        "tieline alerts calendar",
        "tieline alerts test-receiver --tenant acme",
        "tieline subscriptions coverage",
        "tieline tokens create nightly",
        "tieline tokens create nightly --role viewer",
        "tieline tokens create nightly --role king --tenant acme",
        "tieline tokens create nightly --role viewer --tenant acme --days 400",
        "tieline tokens create nightly --role viewer --tenant acme --every-tenant",
        "tieline tokens revoke",
        "tieline keys rotate",
        "tieline keys rotate --all --master",
        "tieline backup",
        "tieline backup b --config t.toml",
        "tieline events replay --tenant acme",
        "tieline events replay --tenant acme --since yesterday",
        "tieline events replay 0198c2f0-aaaa-7bbb-8ccc-dddddddddddd --tenant acme --all",
    ] {
        let error = parse(line).expect_err(line);
        assert_eq!(error.exit_code(), 2, "{line}");
    }
}

#[test]
fn lists_and_what_stands_below_them() {
    for line in [
        "tieline installations --tenant acme",
        "tieline apply -f acme.toml -f more --dry-run --json",
        "tieline export --tenant acme --tenant globex --out documents --force",
        "tieline audit list --tenant acme --who ci --since 2026-11-21T08:30:00Z --limit 5",
        "tieline audit verify --against heads.json --json",
        "tieline connections --tenant acme",
        "tieline connections sign-in acme/microsoft --service",
        "tieline connections people acme/microsoft --json",
        "tieline connections sign-out acme/microsoft --user priya@lakeside.example",
        "tieline act acme/desk log --as priya@lakeside.example",
        "tieline installations resume acme/desk --token t",
        "tieline tokens create nightly --role viewer --tenant acme --tenant umbra --days 30",
        "tieline keys list --json",
        "tieline keys rotate --tenant acme --no-wait",
        "tieline keys rotate --master",
        "tieline backup b --without-datasets",
        "tieline backup b --offline --config t.toml",
        "tieline restore b --config t.toml",
        "tieline restore b --check",
        "tieline tokens list --json",
        "tieline tokens revoke 0123456789abcdef",
        "tieline hooks list --tenant acme",
        "tieline alerts list",
        "tieline alerts calendar --tenant acme --json",
        "tieline alerts test-receiver pager --tenant acme",
        "tieline datasets summary acme/calls streams --by day,network --measure mean:jitter_ms --where a:b",
        "tieline datasets export acme/calls streams --format parquet --out s.parquet --to 2026-11-22",
        "tieline hooks show acme/desk changes --json",
        "tieline hooks rotate acme/desk changes --overlap 0",
        "tieline view acme/desk Opportunity 006 --as priya@lakeside.example",
        "tieline connections --tenant acme",
        "tieline connections test acme/microsoft --json",
        "tieline connections consent acme/microsoft --accept --by Ada",
        "tieline explain graph GET /teams/1/channels/2/messages --delegated --json",
        "tieline events replay --tenant acme --fingerprint 0123 --dry-run",
        "tieline events replay 0198c2f0-aaaa-7bbb-8ccc-dddddddddddd --tenant acme --as-new",
    ] {
        parse(line).expect(line);
    }
}

#[test]
fn is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn a_token_is_not_printed() {
    let cli = parse("tieline tenants --token tl_canary").expect("parses");
    assert!(!format!("{cli:?}").contains("canary"));
    let help = Cli::command().render_long_help().to_string();
    assert!(help.contains("Exit codes:"));
}

#[test]
fn json_stands_before_and_after_the_command() {
    for line in ["tieline --json tenants", "tieline tenants --json"] {
        assert!(parse(line).expect(line).json);
    }
}

#[test]
fn every_line_that_the_console_offers_is_one() {
    let lines = include_str!("../../../api/console/src/cli/lines.json");
    let lines: Vec<Vec<String>> = serde_json::from_str(lines).expect("is JSON");
    for line in lines {
        Cli::try_parse_from(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    }
}
