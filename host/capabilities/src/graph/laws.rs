//! The laws of the firewall: what the table allows is allowed, and nothing that differs from it in anything is.

use std::collections::BTreeSet;

use http::Method;
use proptest::prelude::*;
use serde_json::json;
use tieline_types::{Grant, Manifest, Rights, manifest::PermissionKind};

use super::{
    Refused, judge,
    path::{GraphPath, Version},
    path_law, table,
};

/// A call that one row of the table is about, with made-up ids.
#[derive(Debug, Clone)]
struct Row {
    method: Method,
    path: String,
    kind: PermissionKind,
    version: Version,
    permissions: Vec<String>,
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for written in table::written() {
        let rule = written.rule();
        let version = if rule.is_in(Version::V1) { Version::V1 } else { Version::Beta };
        for kind in [PermissionKind::Application, PermissionKind::Delegated] {
            // What can only be subscribed to is no call.
            if written.methods.iter().any(|method| method == "SUBSCRIBE") {
                continue;
            }
            for (method, path) in
                written.methods.iter().flat_map(|m| written.paths.iter().map(move |p| (m, p)))
            {
                let permissions = rule.permissions(kind).to_vec();
                if !permissions.is_empty() {
                    let (method, path) = (method.parse().unwrap(), called(path));
                    rows.push(Row { method, path, kind, version, permissions });
                }
            }
        }
    }
    rows
}

/// `/teams/19:a-1/channels/19:a-2`
fn called(pattern: &str) -> String {
    let segments = pattern.split('/').enumerate().map(|(place, segment)| match segment {
        "{id}" | "{name}" => format!("19:a-{place}"),
        name => name.replace("()", "(a=1,b='2')"),
    });
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

fn rights(kind: PermissionKind, permission: &str) -> Rights {
    let kind = if kind == PermissionKind::Application { "application" } else { "delegated" };
    let manifest = Manifest::parse(&format!(
        "connector = {{ id = \"t\", version = \"1.0.0\", name = \"T\", vendor = \"T\", licence = \"MIT\", \
         description = \"T\", minimum_host = \"0.1.0\" }}\n\
         [[graph_permissions]]\nname = \"{permission}\"\nkind = \"{kind}\"\nreason = \"r\"\n"
    ));
    Rights::of(&manifest.unwrap(), &Grant { graph: [permission.to_owned()].into(), ..Grant::default() })
}

impl Row {
    fn allows(&self, method: &Method, path: &str, permission: &str) -> bool {
        let Ok(path) = GraphPath::parse(path, self.version) else { return false };
        judge(method, &path, self.kind, b"", &rights(self.kind, permission)).is_ok()
    }

    /// The same as the only request of a batch.
    fn allows_in_batch(&self, method: &Method, path: &str, permission: &str) -> bool {
        let batch = GraphPath::parse("/$batch", self.version).unwrap();
        let body = json!({"requests": [{"id": "1", "method": method.as_str(), "url": path}]}).to_string();
        let judged = judge(&Method::POST, &batch, self.kind, body.as_bytes(), &rights(self.kind, permission));
        if let Err(Refused::Denied(denial)) = &judged {
            assert!(denial.asked.starts_with("request `1` of a batch"), "{}", denial.asked);
        }
        judged.is_ok()
    }

    /// Whether some row is about this call and this permission: told by its text, and not by the tree.
    fn is_about(&self, method: &Method, path: &str, permission: &str) -> bool {
        let path = path.split('?').next().unwrap().trim_start_matches('/');
        let own = path.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case("me"));
        let asked: Vec<&str> = path.split('/').collect();
        table::written().iter().any(|written| {
            let rule = written.rule();
            rule.is_in(self.version)
                && rule.permissions(self.kind).iter().any(|p| p == permission)
                && written.methods.iter().any(|m| m == method.as_str())
                && written.paths.iter().any(|pattern| {
                    like(pattern, &asked) || own && like(pattern, &[&["users", "0"], &asked[1..]].concat())
                })
        })
    }
}

fn like(pattern: &str, asked: &[&str]) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    pattern.len() == asked.len()
        && pattern.iter().zip(asked).all(|(pattern, asked)| match *pattern {
            "{id}" | "{name}" => !asked.is_empty(),
            name => asked.split('(').next().unwrap().eq_ignore_ascii_case(name.trim_end_matches("()")),
        })
}

#[test]
fn every_row_is_allowed_with_each_of_its_permissions_and_with_no_other() {
    let all: BTreeSet<String> = rows().into_iter().flat_map(|row| row.permissions).collect();
    for row in rows() {
        for permission in &all {
            let wanted = row.permissions.contains(permission);
            assert_eq!(row.allows(&row.method, &row.path, permission), wanted, "{row:?} {permission}");
        }
        let least = &row.permissions[0];
        assert!(row.allows_in_batch(&row.method, &row.path, least), "{row:?}");
        let root = if row.version == Version::V1 { "v1.0" } else { "beta" };
        let link = format!("https://graph.microsoft.com/{root}{}?$skiptoken=x", row.path);
        assert!(row.allows(&row.method, &link, least), "{row:?}");
        let keyed: String = row.path[1..]
            .split('/')
            .map(|segment| match segment.starts_with("19:a-") {
                true => format!("('{segment}')"),
                false => format!("/{segment}"),
            })
            .collect();
        assert!(row.allows(&row.method, &keyed, least), "{keyed}");
    }
}

#[test]
fn the_table_is_well_written() {
    let mut seen = BTreeSet::new();
    for written in table::written() {
        let rule = written.rule();
        for method in &written.methods {
            assert!(
                ["GET", "POST", "PUT", "PATCH", "DELETE", "SUBSCRIBE"].contains(&method.as_str()),
                "{method}"
            );
            for path in &written.paths {
                assert!(!path.starts_with('/') && !path.ends_with('/'), "{path}");
                assert!(
                    seen.insert((method.clone(), path.to_ascii_lowercase())),
                    "{method} {path} stands twice"
                );
            }
        }
        for kind in [PermissionKind::Application, PermissionKind::Delegated] {
            let permissions = rule.permissions(kind);
            let unique: BTreeSet<_> = permissions.iter().collect();
            assert_eq!(unique.len(), permissions.len(), "{permissions:?}");
        }
    }
    assert!(seen.len() > 250, "only {} calls", seen.len());
}

/// Ways to make another call of one, most of which no server should take for the same.
fn mutated() -> impl Strategy<Value = (Row, Method, String)> {
    let rows = rows();
    let methods = prop::sample::select(vec!["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
    (prop::sample::select(rows), methods, 0..16usize, any::<prop::sample::Index>(), "[a-z]{1,9}").prop_map(
        |(row, method, how, place, word)| {
            let segments: Vec<&str> = row.path[1..].split('/').collect();
            let at = place.index(segments.len());
            let with = |replaced: String| {
                let mut segments: Vec<String> = segments.iter().map(|s| (*s).to_owned()).collect();
                segments[at] = replaced;
                format!("/{}", segments.join("/"))
            };
            let segment = segments[at];
            let path = match how {
                0 => row.path.clone(),
                1 => with(word.clone()),
                2 => with(format!("{segment}/{word}")),
                3 => format!("/{}", segments[..segments.len() - 1].join("/")),
                4 => with(segment.to_uppercase()),
                5 => with(segment.bytes().map(|b| format!("%{b:02X}")).collect()),
                6 => with(segment.bytes().map(|b| format!("%25{b:02X}")).collect()),
                7 => with(format!("{segment}/..")),
                8 => with(format!("{segment}/%2e%2e/{word}")),
                9 => format!("{}/", row.path),
                10 => with(format!("/{segment}")),
                11 => with(format!("{segment}%2F{word}")),
                12 => format!("https://graph.microsoft.com/beta2{}", row.path),
                13 => format!("{}?$expand={word}", row.path),
                14 => with(format!("{segment}(a=1)")),
                _ => with(format!("microsoft.graph.{word}")),
            };
            (row, method.parse().unwrap(), path)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_differs_from_every_row_is_denied((row, method, path) in mutated()) {
        let least = &row.permissions[0];
        let about = decoded_once(&path).is_some_and(|plain| row.is_about(&method, &plain, least));
        if !about {
            prop_assert!(!row.allows(&method, &path, least), "{method} {path} with {least}");
            prop_assert!(!row.allows_in_batch(&method, &path, least), "batch: {method} {path} with {least}");
        }
    }

    #[test]
    fn without_rights_nothing_passes(path in "(/[a-z0-9$():%'=]{1,8}){1,6}", method in "GET|POST|PATCH|DELETE") {
        let method: Method = method.parse().unwrap();
        if let Ok(path) = GraphPath::parse(&path, Version::V1) {
            let judged = judge(&method, &path, PermissionKind::Application, b"", &Rights::default());
            prop_assert!(judged.is_err());
        }
    }

    #[test]
    fn a_path_is_read_in_one_way_only(
        any in "\\PC{0,80}", likely in "(/(teams|Me|users|\\$batch|delta|1%61|%27|a\\('b'\\)|f\\(x=1\\)|%2e|%2F|;|\\.)){1,7}(\\?\\$expand=[a-z(,)]{0,9})?",
    ) {
        path_law::holds(&any);
        path_law::holds(&likely);
    }
}

/// The path as a server reads it that decodes once, unless a dot segment or an encoded slash would move it.
fn decoded_once(path: &str) -> Option<String> {
    let (path, query) = path.split_once('?').map_or((path, ""), |(path, query)| (path, query));
    if path.contains("://") || query.contains("expand") {
        return None;
    }
    let plain = super::path::decoded(path)?.into_owned();
    let moved = plain.contains('%') || plain.matches('/').count() != path.matches('/').count();
    (!moved && !plain.split('/').any(|s| s == ".." || s == ".")).then_some(plain)
}
