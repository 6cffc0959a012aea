//! As much of WASI as the hostile guests misuse, and an interface that no host of ours offers.

use wit_parser::{Resolve, WorldId};

const IO: &str = "package wasi:io@0.2.0;
interface error { resource error; }
interface poll { resource pollable { block: func(); } }
interface streams {
    use error.{error};
    variant stream-error { last-operation-failed(error), closed }
    resource output-stream {
        blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
    }
}";

const OTHERS: [&str; 3] = [
    "package wasi:cli@0.2.0;
    interface stdout {
        use wasi:io/streams@0.2.0.{output-stream};
        get-stdout: func() -> output-stream;
    }",
    "package wasi:clocks@0.2.0;
    interface monotonic-clock {
        use wasi:io/poll@0.2.0.{pollable};
        subscribe-duration: func(when: u64) -> pollable;
    }",
    "package wasi:keyvalue@0.2.0;
    interface store { erase: func(); }",
];

/// The connector's world with these imports beside it.
pub(crate) fn world(resolve: &mut Resolve, imports: &str) -> WorldId {
    let world = format!(
        "package tieline:raw;
        world guest {{ include tieline:connector/connector-world@0.1.0; {imports} }}"
    );
    let mut last = None;
    for (name, text) in
        [("io", IO)].into_iter().chain(OTHERS.map(|text| ("of wasi", text))).chain([("world", &*world)])
    {
        last = Some(resolve.push_str(name, text).expect("WASI as it is written above"));
    }
    resolve.select_world(&[last.expect("the world is the last")], Some("guest")).expect("the world above")
}
