//! Recognising a notification that was already taken: Graph delivers at least once.

use aws_lc_rs::digest::{Context, SHA256};
use tieline_types::InstallationKey;

/// The key under which the inbox remembers an item for seven days. With the resource's version, the same
/// change is taken once, and two changes are two. Without it only `created` can be recognised, since a
/// thing is created once; then there is no key for the others, and they are all taken.
pub(crate) fn key(
    installation: &InstallationKey,
    resource: &str,
    change_type: &str,
    version: Option<&str>,
) -> Option<[u8; 32]> {
    if version.is_none() && change_type != "created" {
        return None;
    }
    let (tenant, name) = (installation.tenant.as_str(), installation.installation.as_str());
    let mut context = Context::new(&SHA256);
    for part in [tenant, name, resource, change_type, version.unwrap_or_default()] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut key = [0; 32];
    key.copy_from_slice(context.finish().as_ref());
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installation(name: &str) -> InstallationKey {
        InstallationKey { tenant: "acme".parse().unwrap(), installation: name.parse().unwrap() }
    }

    #[test]
    fn without_a_version_only_creation_is_recognised() {
        let one = installation("one");
        assert_eq!(key(&one, "r", "updated", None), None);
        assert_eq!(key(&one, "r", "deleted", None), None);
        assert_eq!(key(&one, "r", "created", None), key(&one, "r", "created", None));
        assert!(key(&one, "r", "created", None).is_some());
    }

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let one = installation("one");
        let keys = [
            key(&one, "r", "updated", Some("1")),
            key(&one, "r", "updated", Some("2")),
            key(&one, "r", "created", Some("1")),
            key(&one, "rupdated", "", Some("1")),
            key(&one, "s", "updated", Some("1")),
            key(&installation("two"), "r", "updated", Some("1")),
        ];
        for (i, a) in keys.iter().enumerate() {
            assert!(keys[i + 1..].iter().all(|b| a != b), "{i}");
        }
    }
}
