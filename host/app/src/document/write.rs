//! From what the host says of a tenant to the document that an operator would write. [`super::read`] reads it back. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
};

use serde::Serialize;
use tieline_types::{
    Digest, TenantId,
    tenant::{Connection, Document, Installation, SecretRef, Tenant, TenantFile},
};

/// A document as the host shows it: where a secret is set stands `true`.
pub(crate) type Shown = Document<bool, Digest>;

/// A document as text, and what it refers to.
#[derive(Debug)]
pub(crate) struct Written {
    /// TOML.
    pub(crate) text: String,
    /// The packages, and where they must lie beside the document.
    pub(crate) packages: BTreeMap<Digest, PathBuf>,
    /// The environment variables that must hold its secrets when it is applied.
    pub(crate) variables: BTreeSet<String>,
}

/// A value that no TOML can hold: a null, or a number beyond 64 bits.
#[derive(Debug, thiserror::Error)]
#[error("{what} of tenant {tenant} cannot be written as TOML")]
pub(crate) struct Unwritable {
    tenant: TenantId,
    what: String,
    source: toml::ser::Error,
}

/// The document that an operator would write. Secrets are references to the environment: their values are not known here.
pub(crate) fn written(shown: Shown) -> Result<Written, Unwritable> {
    let (mut packages, mut variables) = (BTreeMap::new(), BTreeSet::new());
    let file = referring(shown, &mut packages, &mut variables);
    Ok(Written { text: text(&file)?, packages, variables })
}

fn referring(
    shown: Shown,
    packages: &mut BTreeMap<Digest, PathBuf>,
    variables: &mut BTreeSet<String>,
) -> TenantFile {
    let id = shown.tenant.id.clone();
    let tenant = shown.tenant.with_receivers(|receiver| {
        let variable = variable(&id, format_args!("alerts_{}", receiver.name), "secret");
        let secret = receiver.secret.map(|_| SecretRef::Env(variable.clone()));
        variables.extend(secret.is_some().then_some(variable));
        receiver.with_secret(secret)
    });
    let connections = shown.connections.into_iter().map(|(name, mut connection)| {
        if connection.certificate.is_some() {
            // It says itself when it ends.
            connection.expires_at = None;
        }
        let mut secrets = [const { None }; 5];
        let named = Connection::<bool>::SECRETS.into_iter().zip(connection.secrets());
        for (place, (field, _)) in secrets.iter_mut().zip(named).filter(|(_, (_, set))| set.is_some()) {
            let variable = variable(&tenant.id, &name, field);
            variables.insert(variable.clone());
            *place = Some(SecretRef::Env(variable));
        }
        (name, connection.with_secrets(secrets))
    });
    let connections = connections.collect();
    let installations = shown.installations.into_iter().map(|installation| {
        let Installation { id, connector, package: digest, grant, journal, watchdog, config } = installation;
        let package = PathBuf::from(format!("packages/{connector}-{}.wasm", &digest.hex()[..12]));
        packages.insert(digest, package.clone());
        Installation { id, connector, package, grant, journal, watchdog, config }
    });
    Document { installations: installations.collect(), connections, tenant }
}

/// `ACME_MICROSOFT_CLIENT_SECRET`
fn variable(tenant: &TenantId, place: impl fmt::Display, field: &str) -> String {
    let letters = format!("{tenant}_{place}_{field}").to_ascii_uppercase().replace('-', "_");
    // No variable begins with a digit.
    if letters.starts_with(|first: char| first.is_ascii_digit()) { format!("_{letters}") } else { letters }
}

/// In the order in which people read it: the tenant, its connections with each secret on its own line, its installations.
fn text(file: &TenantFile) -> Result<String, Unwritable> {
    #[derive(Serialize)]
    struct Head<'a> {
        tenant: &'a Tenant<SecretRef>,
    }
    #[derive(Serialize)]
    struct One<'a> {
        installations: [&'a Installation<PathBuf>; 1],
    }
    let unwritable = |what: String| {
        let tenant = file.tenant.id.clone();
        move |source| Unwritable { tenant, what, source }
    };
    let head = toml::to_string_pretty(&Head { tenant: &file.tenant });
    let mut text = head.map_err(unwritable("the head".into()))?;
    for (name, connection) in &file.connections {
        let plain = connection.clone().with_secrets([const { None::<bool> }; 5]);
        let plain = toml::to_string_pretty(&plain).map_err(unwritable(format!("the connection {name}")))?;
        text.push_str(&format!("\n[connections.{name}]\n{plain}"));
        for (field, secret) in Connection::<SecretRef>::SECRETS.into_iter().zip(connection.secrets()) {
            if let Some(SecretRef::Env(variable)) = secret {
                text.push_str(&format!("{field} = {{ env = \"{variable}\" }}\n"));
            }
        }
    }
    for installation in &file.installations {
        let one = toml::to_string_pretty(&One { installations: [installation] });
        let one = one.map_err(unwritable(format!("the installation {}", installation.id)))?;
        text.push_str(&format!("\n{one}"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    fn shown(document: Value) -> Shown {
        serde_json::from_value(document).unwrap()
    }

    fn json_of(document: &impl Serialize) -> Value {
        serde_json::to_value(document).unwrap()
    }

    /// What is read back is what was written.
    fn survives(document: Shown) {
        let expected = referring(document.clone(), &mut BTreeMap::new(), &mut BTreeSet::new());
        let written = written(document).unwrap();
        let read: TenantFile =
            toml::from_str(&written.text).unwrap_or_else(|e| panic!("{e}\n{}", written.text));
        assert_eq!(json_of(&read), json_of(&expected), "{}", written.text);
    }

    #[test]
    fn secrets_become_references_and_packages_files() {
        let digest = Digest::of(b"");
        let written = written(shown(json!({
            "tenant": {"id": "7-eleven", "name": "7 \"Eleven\""},
            "connections": {"vault": {"provider": "vault", "url": "https://a.veevavault.com", "username": true, "password": true}},
            "installations": [{"id": "cases", "connector": "vault", "package": digest, "config": {"a": [{"b": 1}]}}],
        })))
        .unwrap();
        assert!(
            written.text.contains("password = { env = \"_7_ELEVEN_VAULT_PASSWORD\" }\n"),
            "{}",
            written.text
        );
        assert_eq!(written.variables.len(), 2);
        let package = written.packages[&digest].to_str().unwrap().to_owned();
        assert!(package.starts_with("packages/vault-e3b0c4") && written.text.contains(&package));
    }

    #[test]
    fn says_what_toml_cannot_hold() {
        let config = json!({"a": {"b": null}});
        let document = json!({"tenant": {"id": "acme", "name": "Acme"}, "installations": [
            {"id": "desk", "connector": "c", "package": Digest::of(b""), "config": config}]});
        let error = written(shown(document)).unwrap_err().to_string();
        assert!(error.contains("installation desk"), "{error}");
    }

    /// As they are applied in end-to-end tests, one of each connector.
    #[test]
    fn documents_of_all_connectors_survive() {
        for module in ["salesforce", "dynamics", "vault", "call_records", "contact_center"] {
            let path = format!("{}/../../tests/e2e/cases/{module}/acme.toml", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap();
            let file: TenantFile = toml::from_str(&filled(&text)).unwrap_or_else(|e| panic!("{path}: {e}"));
            assert!(!file.connections.is_empty() && !file.installations.is_empty(), "{path}");
            let connections = file.connections.into_iter().map(|(name, found)| (name, found.with_each(true)));
            let installations = file.installations.into_iter().map(|found| {
                let Installation { id, connector, package, grant, journal, watchdog, config } = found;
                let package = Digest::of(package.to_string_lossy().as_bytes());
                Installation { id, connector, package, grant, journal, watchdog, config }
            });
            let (connections, installations) = (connections.collect(), installations.collect());
            let tenant = file.tenant.with_receivers(|receiver| {
                let set = receiver.secret.as_ref().map(|_| true);
                receiver.with_secret(set)
            });
            survives(Document { tenant, connections, installations });
        }
    }

    /// References of the case's language: one that stands alone is left out, others are an address, which passes for a name.
    fn filled(text: &str) -> String {
        let mut filled = String::new();
        for line in text.lines().filter(|line| !line.starts_with("${")) {
            let mut rest = line;
            while let Some((before, after)) = rest.split_once("${") {
                filled.push_str(before);
                filled.push_str("https://a.example");
                rest = after.split_once('}').unwrap().1;
            }
            filled.push_str(rest);
            filled.push('\n');
        }
        filled
    }

    fn config() -> impl Strategy<Value = Value> {
        let text = "[a-zäé\"'\\\\\n\r\t \u{7f}\u{1}#=.\\[\\]{}]{0,8}";
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("JSON has no other", |n| n.is_finite()).prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        let value = leaf.prop_recursive(4, 32, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(text, inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            ]
        });
        prop::collection::btree_map("[a-z.\" ]{0,4}", value, 0..5)
            .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>()))
    }

    proptest! {
        #[test]
        fn every_document_survives(name in ".{0,12}", secrets: [bool; 5], title in ".{0,8}", configs in prop::collection::vec(config(), 0..3)) {
            let mut connection = json!({"provider": "microsoft", "name": title, "expires_at": "2027-01-31", "licensing": "a"});
            for (field, _) in Connection::<bool>::SECRETS.iter().zip(secrets).filter(|(_, set)| *set) {
                connection[*field] = true.into();
            }
            let installations: Vec<_> = configs.into_iter().enumerate().map(|(n, config)| json!({
                "id": format!("i-{n}"), "connector": "c", "package": Digest::of(&[n as u8]), "config": config,
                "grant": {"graph": ["A", "B"], "http": ["https://*.example.com"], "limits": {"calls": n}},
                "watchdog": {"silent_minutes": 5, "hours": ["08:00", "24:00"]}, "journal": "full",
            })).collect();
            survives(shown(json!({
                "tenant": {"id": "acme", "name": name, "quotas": {"pending_events": 5, "journal_bytes": 7}, "alert_receivers": [
                    {"name": "desk", "webhook": "https://desk.example.com/hook", "secret": secrets[0].then_some(true)},
                    {"name": "mail", "email": [name], "min_severity": "critical"}]},
                "connections": {"microsoft": connection, "crm-2": {"provider": "salesforce"}},
                "installations": installations,
            })));
        }
    }
}
