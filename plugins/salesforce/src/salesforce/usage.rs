//! How much of the day's API requests is used, as every answer says. Pure.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm>

use serde::{Deserialize, Serialize};

/// API requests of the last 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// How many were made.
    pub used: u64,
    /// How many may be made.
    pub max: u64,
}

impl Usage {
    /// Reads `Sforce-Limit-Info`: `api-usage=18/5000; per-app-api-usage=17/250(appName=x)`. None if it does not say it.
    pub fn read(header: &str) -> Option<Self> {
        let of_org = header.split([';', ',']).find_map(|part| part.trim().strip_prefix("api-usage="))?;
        let (used, max) = of_org.split_once('/')?;
        Some(Self { used: used.trim().parse().ok()?, max: max.trim().parse().ok()? })
            .filter(|usage| usage.max > 0)
    }

    /// Whether so many per cent are used.
    pub fn reaches(self, percent: u8) -> bool {
        u128::from(self.used) * 100 >= u128::from(self.max) * u128::from(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organisation_s_usage_is_read_and_nothing_else() {
        let cases = [
            ("api-usage=18/5000", Some((18, 5_000))),
            ("api-usage=18/5000; per-app-api-usage=17/250(appName=sample-app)", Some((18, 5_000))),
            ("per-app-api-usage=17/250(appName=x); api-usage=1/2", Some((1, 2))),
            ("per-app-api-usage=17/250(appName=x)", None),
            ("api-usage=1/0", None),
            ("api-usage=a/b", None),
            ("", None),
        ];
        for (header, usage) in cases {
            assert_eq!(Usage::read(header).map(|usage| (usage.used, usage.max)), usage, "{header}");
        }
    }

    #[test]
    fn a_share_is_reached_exactly_there() {
        let of_a_thousand = |used| Usage { used, max: 1_000 };
        assert!(!of_a_thousand(799).reaches(80) && of_a_thousand(800).reaches(80));
        assert!(
            of_a_thousand(0).reaches(0)
                && of_a_thousand(1_000).reaches(100)
                && !of_a_thousand(999).reaches(100)
        );
        assert!(Usage { used: u64::MAX, max: u64::MAX }.reaches(100));
    }
}
