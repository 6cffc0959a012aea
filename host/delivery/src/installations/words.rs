//! Rights in words, for the operator.

use std::collections::BTreeSet;

use tieline_types::{Grant, Manifest, Rights};

/// What an installation may touch, and what it asked for and was not granted.
pub(crate) fn rights(manifest: &Manifest, grant: &Grant) -> (Vec<String>, Vec<String>) {
    let rights = Rights::of(manifest, grant);
    let (mut held, mut wanting) = (BTreeSet::new(), BTreeSet::new());
    let mut note = |granted: bool, words: String| {
        if granted {
            held.insert(words)
        } else {
            wanting.insert(words)
        };
    };
    for permission in &manifest.graph_permissions {
        note(rights.graph(permission.kind, &permission.name), permission.to_string());
    }
    for asked in &manifest.http_origins {
        let granted = grant.http.iter().any(|granted| granted.includes(&asked.origin));
        note(granted, asked.words(&asked.origin));
        for narrower in grant.http.iter().filter(|narrower| !granted && asked.origin.includes(narrower)) {
            note(true, asked.words(narrower));
        }
    }
    for needed in &manifest.connections {
        note(rights.connection(&needed.name), needed.to_string());
    }
    if rights.service() {
        held.insert("acts as the service user of a connection".to_owned());
    }
    held.extend(manifest.datasets.iter().map(ToString::to_string));
    (held.into_iter().collect(), wanting.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_granted_and_what_is_not() {
        let manifest = Manifest::parse(
            r#"
            [connector]
            id = "t"
            version = "1.0.0"
            name = "T"
            vendor = "T"
            licence = "MIT"
            description = "T"
            minimum_host = "0.1.0"
            [[graph_permissions]]
            name = "User.Read.All"
            kind = "application"
            reason = "names"
            [[http_origins]]
            origin = "https://*.example.com"
            methods = ["GET"]
            reason = "sends"
            [[connections]]
            name = "crm"
            provider = "salesforce"
            reason = "records"
            "#,
        )
        .unwrap();
        let (held, wanting) = rights(&manifest, &Grant::default());
        assert!(held.is_empty());
        assert_eq!(wanting.len(), 3);
        let some: Grant = grant(
            r#"{"graph": ["User.Read.All"], "http": ["https://a.example.com"], "connections": ["crm"]}"#,
        );
        let (held, wanting) = rights(&manifest, &some);
        assert_eq!(
            held,
            ["GET https://a.example.com", "Graph User.Read.All as the app", "connection crm (salesforce)"]
        );
        assert_eq!(wanting, ["GET https://*.example.com"]);
        let (held, _) = rights(&manifest, &grant(r#"{"service": true}"#));
        assert_eq!(held, ["acts as the service user of a connection"]);
    }

    fn grant(json: &str) -> Grant {
        serde_json::from_str(json).unwrap()
    }
}
