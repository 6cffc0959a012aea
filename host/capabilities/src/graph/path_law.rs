//! What holds of every path, whoever wrote it. Tests try it with made-up paths, and `tests/fuzz` for as long as it runs.

use http::Method;

use super::{
    expand::expanded,
    path::{GraphPath, Kind, Segment, Version},
    table,
};

/// A path that is taken is read in one way only: decoded once more, written with every byte encoded, or with its
/// names in capitals, it is the same call.
pub(super) fn holds(given: &str) {
    for version in [Version::V1, Version::Beta] {
        let Ok(path) = GraphPath::parse(given, version) else { continue };
        let segments: Vec<Segment<'_>> = path.segments().collect();
        for segment in &segments {
            let text = segment.text;
            assert!(
                !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '\\', '%']),
                "{given}"
            );
        }
        let _ = expanded(path.query());
        let plain = segments.iter().all(|segment| segment.kind == Kind::Plain);
        if plain && !segments.iter().any(|segment| segment.text.contains('#')) {
            let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            let encoded: Vec<String> = segments.iter().map(|segment| encode(segment.text)).collect();
            let again = GraphPath::parse(&encoded.join("/"), version);
            // What grew too long is refused, which is no other call either.
            let Ok(again) = again else { continue };
            assert!(again.segments().eq(segments.iter().copied()), "{given}");
        }
        for method in [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
            let rule = |segments: &[Segment<'_>]| {
                table::find(&method, version, segments.iter().copied())
                    .map(|found| std::ptr::from_ref(found.rule))
            };
            let capitals: Vec<String> = segments.iter().map(|s| s.text.to_ascii_uppercase()).collect();
            let shouted: Vec<Segment<'_>> = segments
                .iter()
                .zip(&capitals)
                .map(|(segment, text)| Segment { text, kind: segment.kind })
                .collect();
            assert_eq!(rule(&segments), rule(&shouted), "{method} {given}");
        }
    }
}
