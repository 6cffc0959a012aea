//! The hostile ones.

use crate::Guest;

const LOG: &str = r#"(import "tieline:connector/log@0.1.0" "write" (func $log (param i32 i32 i32 i32 i32)))"#;
const CLOCK: &str = r#"(import "tieline:connector/clock@0.1.0" "now" (func $now (result i64)))"#;
const RANDOM: &str = r#"(import "tieline:connector/random@0.1.0" "bytes" (func $bytes (param i32 i32)))"#;
/// `storage.get(key) -> result<option<entry>, error>`
const STORAGE: &str = r#"(import "tieline:connector/storage@0.1.0" "get" (func $get (param i32 i32 i32)))"#;
/// An answer "never again" at 2048: an error, which is `permanent`, with an empty problem.
const NEVER: &str = r#"(data (i32.const 2048) "\01\00\00\00\00\00\00\00\01")"#;

/// `get-stdout() -> output-stream`, and `blocking-write-and-flush(contents) -> result<_, stream-error>`
const PRINT: &str = r#"(import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
    (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
        (func $print (param i32 i32 i32 i32)))"#;
/// Lines without end, 4 KiB at once, as often as it says in `$left`.
const FLOOD: &str = "(local $to i32) (local.set $to (call $stdout))
    (loop
        (call $print (local.get $to) (i32.const 8192) (i32.const 4096) (i32.const 128))
        (global.set $left (i32.sub (global.get $left) (i32.const 1)))
        (br_if 0 (global.get $left)))
    i32.const 0";
/// `subscribe-duration(nanoseconds) -> pollable`, and `block()` of it
const TIMER: &str = r#"(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
        (func $subscribe (param i64) (result i32)))
    (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))"#;

/// Every raw guest, each by its name.
pub fn all() -> Vec<Guest> {
    let base = Guest::healthy;
    vec![
        base("healthy"),
        // What is refused before it is compiled.
        Guest {
            fields:
                "(table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref)
                (table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref)",
            ..base("nine_tables")
        },
        Guest { fields: "(table 20001 funcref)", ..base("a_large_table") },
        Guest { memory: "1041", ..base("a_large_memory") },
        Guest {
            beside: r#"(component (core module $m (memory 1))
                (core instance (instantiate $m)) (core module $n (memory 1)) (core instance (instantiate $n))
                (core module $o (memory 1)) (core instance (instantiate $o))
                (core module $p (memory 1)) (core instance (instantiate $p)))"#,
            ..base("five_memories")
        },
        Guest { beside: INSTANCES, ..base("many_instances") },
        // Four hidden in each of nine: only the engine counts them.
        Guest { beside: HIDDEN_INSTANCES, ..base("hidden_instances") },
        Guest { imports: STORAGE, capabilities: "", ..base("an_undeclared_import") },
        Guest {
            also: "import wasi:keyvalue/store@0.2.0;",
            imports: r#"(import "wasi:keyvalue/store@0.2.0" "erase" (func $erase))"#,
            handle: "(call $erase) i32.const 0",
            ..base("an_interface_that_nobody_offers")
        },
        // A value that is no address: valid as a container, but no program.
        Guest { handle: "i64.const 0", ..base("code_that_is_none") },
        // Processor time.
        Guest { fields: "(func $f (loop (br 0))) (start $f)", ..base("spins_when_started") },
        Guest { handle: "(loop (br 0)) unreachable", ..base("spins") },
        Guest { plan: "(loop (br 0)) unreachable", ..base("spins_when_it_plans") },
        Guest {
            imports: CLOCK,
            handle: "(loop (drop (call $now)) (br 0)) unreachable",
            ..base("asks_the_time_for_ever")
        },
        Guest {
            imports: RANDOM,
            handle: "(loop (call $bytes (i32.const 65535) (i32.const 8)) (br 0)) unreachable",
            ..base("lets_the_host_compute")
        },
        // Room.
        Guest {
            handle: "(loop (drop (memory.grow (i32.const 16))) (br 0)) unreachable",
            ..base("grows_its_memory")
        },
        Guest {
            fields: "(table $t 1 funcref)",
            handle: "(loop (drop (table.grow $t (ref.null func) (i32.const 100))) (br 0)) unreachable",
            ..base("grows_a_table")
        },
        Guest {
            fields: "(func $f (param i64) (result i64)
                (i64.add (i64.const 1) (call $f (i64.add (local.get 0) (i64.const 1)))))",
            handle: "(drop (call $f (i64.const 0))) i32.const 0",
            ..base("recurses")
        },
        Guest { beside: HANDLES, ..base("leaks_handles") },
        // What it finds of WASI.
        Guest {
            also: "import wasi:cli/stdout@0.2.0;",
            imports: PRINT,
            handle: FLOOD,
            fields: "(global $left (mut i32) (i32.const 100))",
            ..base("floods_its_output")
        },
        Guest {
            also: "import wasi:clocks/monotonic-clock@0.2.0;",
            imports: TIMER,
            handle: "(call $block (call $subscribe (i64.const -1))) i32.const 0",
            ..base("waits_for_a_timer_for_ever")
        },
        Guest {
            also: "import wasi:clocks/monotonic-clock@0.2.0;",
            imports: TIMER,
            handle: "(loop (drop (call $subscribe (i64.const -1))) (br 0)) unreachable",
            ..base("leaks_timers")
        },
        // What it hands to the host.
        Guest {
            imports: LOG,
            memory: "300",
            handle: "(call $log (i32.const 2) (i32.const 0) (i32.const 19000000) (i32.const 0) (i32.const 0)) i32.const 0",
            ..base("hands_over_a_huge_text")
        },
        Guest {
            imports: LOG,
            memory: "300",
            handle: "(call $log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1000000)) i32.const 0",
            ..base("hands_over_a_huge_list")
        },
        Guest {
            imports: LOG,
            handle: "(call $log (i32.const 2) (i32.const 0x7fff0000) (i32.const 16) (i32.const 0) (i32.const 0)) i32.const 0",
            ..base("points_beyond_its_memory")
        },
        Guest {
            imports: LOG,
            fields: r#"(data (i32.const 3000) "\ff\fe")"#,
            handle: "(call $log (i32.const 2) (i32.const 3000) (i32.const 2) (i32.const 0) (i32.const 0)) i32.const 0",
            ..base("says_what_is_no_text")
        },
        Guest {
            imports: LOG,
            handle: "(call $log (i32.const 99) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) i32.const 0",
            ..base("names_a_level_that_is_none")
        },
        Guest { handle: "i32.const -8", ..base("answers_beyond_its_memory") },
        Guest { handle: "i32.const 3", ..base("answers_where_no_answer_can_stand") },
        Guest {
            fields: r#"(data (i32.const 2048) "\07")"#,
            handle: "i32.const 2048",
            ..base("answers_neither_yes_nor_no")
        },
        Guest {
            fields: r#"(data (i32.const 2048) "\00\00\00\00\00\00\00\00\ff\ff\ff\0f")"#,
            plan: "i32.const 2048",
            ..base("plans_more_than_it_holds")
        },
        // Its allocator.
        Guest { realloc: "unreachable", ..base("allocates_nothing") },
        Guest { realloc: "i32.const -16", ..base("allocates_beyond_its_memory") },
        Guest { realloc: "i32.const 4097", ..base("allocates_askew") },
        Guest { realloc: "(loop (br 0)) unreachable", ..base("allocates_for_ever") },
        // Where it may trap.
        Guest { plan: "unreachable", ..base("traps_when_it_plans") },
        Guest { check: "unreachable", ..base("traps_when_it_checks") },
        Guest { handle: "unreachable", ..base("traps") },
        Guest { act: "unreachable", ..base("traps_when_it_acts") },
        Guest { fields: "(func $f unreachable) (start $f)", ..base("traps_when_started") },
        // A call before the host is ready for it, and one that needs nothing of the host's.
        Guest {
            imports: LOG,
            fields: "(func $f (call $log (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))) (start $f)",
            ..base("logs_when_started")
        },
        Guest {
            imports: CLOCK,
            fields: "(func $f (drop (call $now))) (start $f)",
            ..base("asks_the_time_when_started")
        },
        // What it keeps in a global: it handles the first event that an instance sees, and no other.
        Guest {
            fields: NEVER_AND_GLOBAL,
            handle: "(global.set $seen (i32.add (global.get $seen) (i32.const 1)))
                (if (result i32) (i32.gt_u (global.get $seen) (i32.const 1))
                    (then (i32.const 2048)) (else (i32.const 0)))",
            ..base("remembers_in_a_global")
        },
        Guest { fields: NEVER, handle: "i32.const 2048", ..base("never_again") },
    ]
}

const NEVER_AND_GLOBAL: &str =
    r#"(global $seen (mut i32) (i32.const 0)) (data (i32.const 2048) "\01\00\00\00\00\00\00\00\01")"#;

const INSTANCES: &str = r#"(component (core module $m)
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
    (core instance (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m)))"#;

const HIDDEN_INSTANCES: &str = r#"(component
    (component $c (core module $m)
        (core instance (instantiate $m)) (core instance (instantiate $m))
        (core instance (instantiate $m)) (core instance (instantiate $m)))
    (instance (instantiate $c)) (instance (instantiate $c)) (instance (instantiate $c))
    (instance (instantiate $c)) (instance (instantiate $c)) (instance (instantiate $c))
    (instance (instantiate $c)) (instance (instantiate $c)) (instance (instantiate $c)))"#;

/// A resource of its own, of which it makes more and more.
const HANDLES: &str = r#"(component
    (type $r (resource (rep i32)))
    (core func $new (canon resource.new $r))
    (core module $m
        (import "host" "new" (func $new (param i32) (result i32)))
        (func $f (loop (drop (call $new (i32.const 7))) (br 0)))
        (start $f))
    (core instance (instantiate $m (with "host" (instance (export "new" (func $new)))))))"#;
