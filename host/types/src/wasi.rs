//! The part of WASI 0.2 that a component may import beside the contract. None of it gives anything away: there
//! are no files, no sockets, no arguments and no environment behind it.

/// Every interface, with what a guest finds there.
pub const PROVIDED: [(&str, &str); 29] = [
    ("wasi:cli/environment", "no variables, no arguments"),
    ("wasi:cli/exit", "ends the run as a trap does"),
    ("wasi:cli/stderr", "lines of the run's log"),
    ("wasi:cli/stdin", "nothing"),
    ("wasi:cli/stdout", "lines of the run's log"),
    ("wasi:cli/terminal-input", "none"),
    ("wasi:cli/terminal-output", "none"),
    ("wasi:cli/terminal-stderr", "none"),
    ("wasi:cli/terminal-stdin", "none"),
    ("wasi:cli/terminal-stdout", "none"),
    ("wasi:clocks/monotonic-clock", "the host's clock, as `clock`"),
    ("wasi:clocks/wall-clock", "the host's clock, as `clock`"),
    ("wasi:filesystem/preopens", "no folders"),
    ("wasi:filesystem/types", "no files"),
    ("wasi:http/outgoing-handler", "as `http`, which the manifest must declare"),
    ("wasi:http/types", "as `http`, which the manifest must declare"),
    ("wasi:io/error", "what the others need"),
    ("wasi:io/poll", "what the others need"),
    ("wasi:io/streams", "what the others need"),
    ("wasi:random/insecure", "seeded by the event, as `random`"),
    ("wasi:random/insecure-seed", "seeded by the event, as `random`"),
    ("wasi:random/random", "seeded by the event, as `random`"),
    // The C libraries of several languages import these whether or not they are used.
    ("wasi:sockets/instance-network", "no network"),
    ("wasi:sockets/ip-name-lookup", "no names"),
    ("wasi:sockets/network", "no network"),
    ("wasi:sockets/tcp", "no sockets"),
    ("wasi:sockets/tcp-create-socket", "every socket is refused"),
    ("wasi:sockets/udp", "no sockets"),
    ("wasi:sockets/udp-create-socket", "every socket is refused"),
];

/// The provided interface behind an import such as `wasi:cli/stdout@0.2.9`; none, if it is not one of them or of
/// another version than 0.2.
pub fn provided(import: &str) -> Option<&'static str> {
    let (name, version) = import.split_once('@')?;
    let patch = version.strip_prefix("0.2.")?;
    let known = PROVIDED.iter().find(|(provided, _)| *provided == name)?;
    (!patch.is_empty() && patch.bytes().all(|digit| digit.is_ascii_digit())).then_some(known.0)
}

/// Whether it makes upstream calls, and so needs the capability `http`.
pub fn calls_upstream(interface: &str) -> bool {
    interface.starts_with("wasi:http/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_other_interfaces_and_other_versions() {
        for import in [
            "wasi:cli/run@0.2.0",
            "wasi:http/incoming-handler@0.2.0",
            "wasi:keyvalue/store@0.2.0",
            "wasi:cli/stdout",
            "wasi:cli/stdout@0.3.0",
            "wasi:cli/stdout@0.2.",
            "wasi:cli/stdout@0.2.0-rc-2023-11-10",
            "evil:cli/stdout@0.2.0",
        ] {
            assert_eq!(provided(import), None, "{import}");
        }
        assert_eq!(provided("wasi:cli/stdout@0.2.9"), Some("wasi:cli/stdout"));
        assert!(calls_upstream("wasi:http/types") && !calls_upstream("wasi:io/poll"));
    }
}
