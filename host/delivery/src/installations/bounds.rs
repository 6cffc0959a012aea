//! Whether an installation keeps within the limits of its host, and of its own grant.

use tieline_types::{Digest, Exceeded, Limit, Limits, Problem, tenant::Installation};

/// What is too much about one installation, each with its place.
pub(super) fn exceeded(at: &str, installation: &Installation<Digest>, host: &Limits) -> Vec<Problem> {
    let granted = &installation.grant.limits;
    let beyond = granted.beyond(host).into_iter().map(|Exceeded { limit, allowed }| {
        let (setting, name) = (limit.setting, limit.setting.trim_start_matches("limits."));
        Problem::new("grant.limit-beyond-host", format!("This host allows {setting} = {allowed} at most."))
            .remedy(format!("Lower it, or raise {setting} in tieline.toml."))
            .at(format!("{at}/grant/limits/{name}"))
    });
    let allowed = granted.within(host).config_bytes;
    let config = (installation.config.to_string().len() > allowed)
        .then(|| Exceeded::new(Limit::CONFIG_BYTES, allowed).problem().at(format!("{at}/config")));
    beyond.chain(config).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn found(grant: Value, config: Value) -> Vec<(String, String)> {
        let installation: Installation<Digest> = serde_json::from_value(json!({
            "id": "desk", "connector": "salesforce", "package": Digest::of(b""), "grant": grant, "config": config,
        }))
        .unwrap();
        let found = exceeded("/installations/0", &installation, &Limits::default());
        found.into_iter().map(|problem| (problem.code, problem.field.unwrap())).collect()
    }

    #[test]
    fn refuses_what_the_host_does_not_allow_and_names_the_place() {
        let raised = found(json!({"limits": {"cpu_ms": 1_001, "calls": 100}}), json!({}));
        let place = "/installations/0/grant/limits/cpu_ms";
        assert_eq!(raised, [("grant.limit-beyond-host".to_owned(), place.to_owned())]);
        let large = found(json!({"limits": {"config_bytes": 10}}), json!({"words": "more than ten bytes"}));
        assert_eq!(large, [("limit.config".to_owned(), "/installations/0/config".to_owned())]);
        assert!(found(json!({}), json!({"words": "more than ten bytes"})).is_empty());
    }
}
