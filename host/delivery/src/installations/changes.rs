//! What an apply changed about an installation, in words.

use super::Stored;

/// What is different, thing by thing; of a new installation its version.
pub(super) fn details(before: Option<&Stored>, after: &Stored) -> Vec<String> {
    let hooks = before.map(|before| &before.plan.webhooks);
    let new = after.plan.webhooks.keys().filter(|key| hooks.is_none_or(|hooks| !hooks.contains_key(*key)));
    let new = new.map(|key| format!("webhook {key}, see `tieline hooks show`"));
    let Some(before) = before else { return std::iter::once(after.version.clone()).chain(new).collect() };
    let mut details = Vec::new();
    let (was, is) = (&before.installation, &after.installation);
    if before.version != after.version {
        details.push(format!("{} → {}", before.version, after.version));
    } else if was.package != is.package {
        details.push(format!("another package of {}", after.version));
    }
    let others = [
        ("grant", was.grant != is.grant),
        ("configuration", was.config != is.config),
        ("journal", was.journal != is.journal),
        ("plan", before.plan != after.plan),
    ];
    details.extend(new);
    details.extend(others.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what.to_owned()));
    details
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tieline_types::Digest;

    fn stored(version: &str, package: &[u8], config: serde_json::Value) -> Stored {
        let installation = serde_json::from_value(json!({
            "id": "desk", "connector": "t", "package": Digest::of(package), "config": config}));
        Stored { installation: installation.unwrap(), version: version.into(), plan: Default::default() }
    }

    #[test]
    fn names_versions_and_what_else_is_different() {
        let one = stored("1.0.0", b"a", json!({}));
        assert_eq!(details(None, &one), ["1.0.0"]);
        assert!(details(Some(&one), &one).is_empty());
        assert_eq!(
            details(Some(&one), &stored("1.1.0", b"b", json!({"x": 1}))),
            ["1.0.0 → 1.1.0", "configuration"]
        );
        assert_eq!(details(Some(&one), &stored("1.0.0", b"b", json!({}))), ["another package of 1.0.0"]);
    }
}
