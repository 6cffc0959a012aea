//! Whether a tenant document can stand: pure judgements, each fault with its place.

use std::collections::{BTreeMap, BTreeSet};

use tieline_runtime::Inspection;
use tieline_types::{
    ConnectionName, Digest, Problem,
    manifest::Capability,
    tenant::{Connection, Installation, TenantDocument},
};

use super::schema;
use crate::watchdog;

/// The connection that serves the `graph` capability, and its provider.
pub(crate) const MICROSOFT: &str = "microsoft";

/// What is wrong with the document as such.
pub(super) fn document(document: &TenantDocument) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let ids = document.installations.iter().enumerate();
    let twice =
        ids.filter(|(_, installation)| !seen.insert(&installation.id)).map(|(index, installation)| {
            let message = format!("There are two installations called `{}`.", installation.id);
            Problem::new("installation.duplicate", message).at(format!("/installations/{index}/id"))
        });
    let microsoft = document.connections.iter().filter(|(_, connection)| connection.provider == MICROSOFT);
    let others = microsoft.filter(|(name, _)| name.as_str() != MICROSOFT).map(|(name, _)| {
        let message =
            format!("A tenant has one Microsoft connection, and it is called `{MICROSOFT}`, not `{name}`.");
        Problem::new("connection.microsoft-elsewhere", message)
            .remedy("For another directory make another tenant.")
            .at(format!("/connections/{name}"))
    });
    twice.chain(others).collect()
}

/// What is wrong with one installation, given what its package says of itself and the connections that
/// the same document makes.
pub(super) fn installation<S>(
    at: &str,
    installation: &Installation<Digest>,
    package: &Inspection,
    connections: &BTreeMap<ConnectionName, Connection<S>>,
) -> Vec<Problem> {
    let manifest = &package.manifest;
    let mut problems = Vec::new();
    if manifest.connector.id != installation.connector {
        let message = format!(
            "The package is the connector `{}`, not `{}`.",
            manifest.connector.id, installation.connector
        );
        problems.push(Problem::new("package.other-connector", message).at(format!("{at}/connector")));
    }
    if !runs_on(&manifest.connector.minimum_host, env!("CARGO_PKG_VERSION")) {
        let message = format!(
            "The connector needs host {} or newer; this is {}.",
            manifest.connector.minimum_host,
            env!("CARGO_PKG_VERSION")
        );
        problems.push(Problem::new("package.needs-newer-host", message).at(format!("{at}/package")));
    }
    if let Some(watchdog) = &installation.watchdog {
        problems.extend(watchdog::faults(watchdog, &format!("{at}/watchdog")));
    }
    problems.extend(granted_connections(at, installation, package, connections));
    if let Some(schema) = &package.config_schema {
        problems.extend(schema::faults(schema, &installation.config, &format!("{at}/config")));
    }
    problems
}

/// What is wrong with the connections that it was granted.
pub(super) fn granted_connections<S>(
    at: &str,
    installation: &Installation<Digest>,
    package: &Inspection,
    connections: &BTreeMap<ConnectionName, Connection<S>>,
) -> Vec<Problem> {
    let manifest = &package.manifest;
    let needed = manifest.connections.iter().map(|needed| (needed.name.as_str(), needed.provider.as_str()));
    let granted =
        needed.filter(|(name, _)| installation.grant.connections.iter().any(|g| g.as_str() == *name));
    let graph =
        manifest.capabilities.contains_key(&Capability::Graph) && !installation.grant.graph.is_empty();
    let graph = graph.then_some((MICROSOFT, MICROSOFT));
    let problem = |(name, provider): (&str, &str)| {
        let given = connections.iter().find(|(given, _)| given.as_str() == name);
        let (code, message) = match given {
            None => (
                "connection.missing",
                format!("It needs the connection `{name}` of the provider `{provider}`."),
            ),
            Some((_, given)) if given.provider != provider => (
                "connection.other-provider",
                format!("It needs the connection `{name}` to be `{provider}`, not `{}`.", given.provider),
            ),
            Some(_) => return None,
        };
        let remedy = format!("Add [connections.{name}] with provider = \"{provider}\".");
        Some(Problem::new(code, message).remedy(remedy).at(format!("{at}/grant/connections")))
    };
    granted.chain(graph).filter_map(problem).collect()
}

/// Whether a host of this version is at least `minimum`, by the numbers before any pre-release mark.
fn runs_on(minimum: &str, host: &str) -> bool {
    let numbers = |version: &str| -> Option<[u64; 3]> {
        let core = version.split(['-', '+']).next()?;
        let mut parts = core.split('.').map(|part| part.parse().ok());
        let numbers = [parts.next()??, parts.next()??, parts.next()??];
        parts.next().is_none().then_some(numbers)
    };
    numbers(minimum).is_some_and(|minimum| numbers(host).is_some_and(|host| host >= minimum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::Manifest;

    const CONNECTOR: &str = r#"
        [connector]
        id = "salesforce"
        version = "1.0.0"
        name = "S"
        vendor = "T"
        licence = "MIT"
        description = "S"
        minimum_host = "0.1.0"
        [capabilities]
        graph = "reads"
        [[connections]]
        name = "crm"
        provider = "salesforce"
        reason = "writes"
    "#;

    fn codes(manifest: &str, installation: &str, connections: &str) -> Vec<String> {
        let package = Inspection {
            digest: Digest::of(b""),
            manifest: Manifest::parse(manifest).unwrap(),
            config_schema: Some(serde_json::json!({"type": "object", "required": ["rules"]})),
            imports: BTreeSet::new(),
            wasi: BTreeSet::new(),
        };
        let digest = Digest::of(b"");
        let document: TenantDocument = serde_json::from_value(serde_json::json!({
            "tenant": {"id": "acme", "name": "Acme"},
            "connections": serde_json::from_str::<serde_json::Value>(connections).unwrap(),
            "installations": [{"id": "desk", "connector": "salesforce", "package": digest,
                "grant": serde_json::from_str::<serde_json::Value>(installation).unwrap(), "config": {"rules": []}}],
        }))
        .unwrap();
        let found = super::installation("", &document.installations[0], &package, &document.connections);
        found.into_iter().map(|problem| problem.code).collect()
    }

    const GRANT: &str = r#"{"connections": ["crm"], "graph": ["User.Read.All"]}"#;
    #[test]
    fn refuses_a_second_microsoft_connection() {
        let codes = |connections: serde_json::Value| {
            let document =
                serde_json::json!({"tenant": {"id": "a", "name": "A"}, "connections": connections});
            let found = super::document(&serde_json::from_value(document).unwrap());
            found.into_iter().map(|problem| (problem.code, problem.field.unwrap())).collect::<Vec<_>>()
        };
        let microsoft = serde_json::json!({"provider": "microsoft"});
        assert_eq!(codes(serde_json::json!({"microsoft": microsoft})), []);
        let expected = ("connection.microsoft-elsewhere".to_owned(), "/connections/second".to_owned());
        assert_eq!(codes(serde_json::json!({"microsoft": microsoft, "second": microsoft})), [expected]);
    }

    const BOTH: &str = r#"{"crm": {"provider": "salesforce"}, "microsoft": {"provider": "microsoft"}}"#;

    #[test]
    fn refuses_what_could_not_work() {
        assert_eq!(codes(CONNECTOR, GRANT, "{}"), ["connection.missing", "connection.missing"]);
        let other = BOTH.replace(r#""provider": "salesforce""#, r#""provider": "vault""#);
        assert_eq!(codes(CONNECTOR, GRANT, &other), ["connection.other-provider"]);
        let newer = CONNECTOR.replace("0.1.0", "99.0.0");
        assert_eq!(codes(&newer, GRANT, BOTH), ["package.needs-newer-host"]);
        let other = CONNECTOR.replace("\"salesforce\"\n        version", "\"vault\"\n        version");
        assert_eq!(codes(&other, GRANT, BOTH), ["package.other-connector"]);
        assert!(codes(CONNECTOR, GRANT, BOTH).is_empty());
        assert!(codes(CONNECTOR, "{}", "{}").is_empty(), "what is not granted is not needed");
    }

    #[test]
    fn compares_versions_as_numbers() {
        assert!(runs_on("0.9.0", "0.10.0"));
        assert!(runs_on("0.1.0", "0.1.0-dev"));
        for refused in ["0.2.0", "1.0", "", "x.y.z", "1.0.0.0"] {
            assert!(!runs_on(refused, "0.1.0"), "{refused}");
        }
    }
}
