//! In which Dynamics 365 apps chats are on.

use serde::Deserialize;

/// All apps, or those that were selected. The selection stays what it was while all are on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Apps {
    /// On for every app, also for those that are added in the future. The selection below is kept for the day on
    /// which this is turned off again.
    #[serde(default)]
    pub all: bool,
    /// On for these apps, by name, while `all` is off.
    #[serde(default = "selected_at_first")]
    pub selected: Vec<String>,
}

impl Default for Apps {
    fn default() -> Self {
        Self { all: false, selected: selected_at_first() }
    }
}

impl Apps {
    /// Whether chats are on in an app.
    pub fn are_on_in(&self, app: &str) -> bool {
        self.all || self.selected.iter().any(|selected| selected.eq_ignore_ascii_case(app.trim()))
    }
}

/// Those in which Teams chats are on in an organisation that never chose.
fn selected_at_first() -> Vec<String> {
    ["Customer Service workspace", "Customer Service Hub", "Contact Center workspace"]
        .map(str::to_owned)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apps(json: &str) -> Apps {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn at_first_the_service_apps_are_on() {
        let apps = apps("{}");
        assert!(apps.are_on_in("Customer Service Hub") && apps.are_on_in("customer service workspace"));
        assert!(!apps.are_on_in("Sales Hub"));
    }

    #[test]
    fn all_means_future_apps_too_and_forgets_no_selection() {
        let on = apps(r#"{"all":true,"selected":["Sales Hub"]}"#);
        assert!(on.are_on_in("An app of next year"));
        let off_again = Apps { all: false, ..on };
        assert!(off_again.are_on_in("Sales Hub") && !off_again.are_on_in("Customer Service Hub"));
    }
}
