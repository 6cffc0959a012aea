//! What should exist: nothing but what people ask for. Pure.

use tieline_sdk::{Plan, Problem};

use crate::settings::{Config, problems};

/// The plan, or everything that is wrong with the settings.
pub(crate) fn plan(config: &Config) -> Result<Plan, Vec<Problem>> {
    let problems = problems(config);
    if problems.is_empty() { Ok(Plan::default()) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_are_refused_as_a_whole_and_right_ones_want_nothing() {
        let config = serde_json::from_str(r#"{"vault_url":"ftp://x","team_id":"a/b"}"#).unwrap();
        assert_eq!(plan(&config).unwrap_err().len(), 2);
        let config =
            serde_json::from_str(r#"{"vault_url":"https://c.veevavault.com","team_id":"t"}"#).unwrap();
        assert_eq!(plan(&config).unwrap(), Plan::default());
    }
}
