//! Microsoft's clouds.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use tieline_types::{Origin, config::Cloud, origin::Scheme, throttle::CallLimit};
use url::Url;

/// The clouds by name: the built-in ones and the operator's.
#[derive(Debug, Clone)]
pub struct Clouds(BTreeMap<String, Cloud>);

/// A `[clouds.…]` table that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCloud {
    /// A token sent without TLS is everybody's.
    #[error("cloud `{0}`: `login` and `graph` must be https, unless the cloud is `simulated = true`")]
    PlainHttp(String),
    /// An address that nothing can be sent to.
    #[error("cloud `{0}`: `login` and `graph` must be addresses without user name, query and fragment")]
    Address(String),
    /// A tenant that says `global` means Microsoft's.
    #[error("cloud `{0}` is built in and cannot be another one")]
    BuiltIn(String),
    /// A limit that no call could keep to.
    #[error("cloud `{0}`: each of its `limits` needs families, and `calls` and `seconds` above 0")]
    Limit(String),
}

/// Name, sign-in and Graph origins (learn.microsoft.com: "National clouds" and "Microsoft Graph national
/// cloud deployments").
const BUILT_IN: [(&str, &str, &str); 4] = [
    (Clouds::DEFAULT, "https://login.microsoftonline.com", "https://graph.microsoft.com"),
    ("us-gov-l4", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
    ("us-gov-dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    ("china", "https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
];

impl Clouds {
    /// The cloud of a connection that names none.
    pub const DEFAULT: &str = "global";
    /// How long a consent takes to spread, at most, where a cloud does not say otherwise.
    pub const CONSENT_SPREADS: Duration = Duration::from_secs(Cloud::CONSENT_SPREADS_S);

    /// The built-in clouds and these.
    ///
    /// # Errors
    /// When one of these cannot be used.
    pub fn new(configured: BTreeMap<String, Cloud>) -> Result<Self, InvalidCloud> {
        for (name, cloud) in &configured {
            if BUILT_IN.iter().any(|(built_in, ..)| built_in == name) {
                return Err(InvalidCloud::BuiltIn(name.clone()));
            }
            if !cloud.limits.iter().all(CallLimit::is_possible) {
                return Err(InvalidCloud::Limit(name.clone()));
            }
            for url in [&cloud.login, &cloud.graph] {
                let origin = Origin::of(url).map_err(|_| InvalidCloud::Address(name.clone()))?;
                if url.query().is_some() || url.fragment().is_some() {
                    return Err(InvalidCloud::Address(name.clone()));
                }
                if origin.scheme() == Scheme::Http && !cloud.simulated {
                    return Err(InvalidCloud::PlainHttp(name.clone()));
                }
            }
        }
        let url = |text: &str| Url::parse(text).expect("a test parses all of them");
        let built_in = BUILT_IN.map(|(name, login, graph)| {
            let cloud = Cloud { limits: microsofts_limits(), ..Cloud::at(url(login), url(graph)) };
            (name.to_owned(), cloud)
        });
        Ok(Self(configured.into_iter().chain(built_in).collect()))
    }

    /// The cloud with this name.
    pub fn get(&self, name: &str) -> Option<&Cloud> {
        self.0.get(name)
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[derive(Deserialize)]
struct Limits {
    limits: Vec<CallLimit>,
}

/// What Microsoft says of its own clouds.
fn microsofts_limits() -> Vec<CallLimit> {
    toml::from_str::<Limits>(include_str!("limits.toml"))
        .expect("it is compiled in, and a test reads it")
        .limits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, login: &str, graph: &str, simulated: bool) -> Result<Clouds, InvalidCloud> {
        let (login, graph) = (login.parse().unwrap(), graph.parse().unwrap());
        Clouds::new([(name.to_owned(), Cloud { simulated, ..Cloud::at(login, graph) })].into())
    }

    #[test]
    fn refuses_clouds_that_would_give_tokens_away() {
        let (plain, tls) = ("http://127.0.0.1:1", "https://127.0.0.1:1");
        assert_eq!(with("sim", plain, tls, false).unwrap_err(), InvalidCloud::PlainHttp("sim".into()));
        assert_eq!(with("sim", tls, plain, false).unwrap_err(), InvalidCloud::PlainHttp("sim".into()));
        assert_eq!(with("global", tls, tls, true).unwrap_err(), InvalidCloud::BuiltIn("global".into()));
        for bad in ["https://u:p@a.b", "ftp://a.b", "https://a.b/?x", "https://a.b/#x"] {
            assert_eq!(
                with("sim", bad, tls, true).unwrap_err(),
                InvalidCloud::Address("sim".into()),
                "{bad}"
            );
        }
        assert!(with("sim", plain, plain, true).is_ok());
    }

    #[test]
    fn knows_the_built_in_clouds() {
        let clouds = Clouds::new(BTreeMap::new()).unwrap();
        assert_eq!(clouds.names().collect::<Vec<_>>(), ["china", "global", "us-gov-dod", "us-gov-l4"]);
        assert_eq!(clouds.get("global").unwrap().graph.as_str(), "https://graph.microsoft.com/");
        assert!(clouds.get("germany").is_none());
        assert!(clouds.get("china").unwrap().limits.iter().all(CallLimit::is_possible));
    }
}
