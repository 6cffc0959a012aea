//! Which subscriptions should exist: the union of what all installations plan. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tieline_identity::Identity;
use tieline_types::{ConnectionKey, Digest, InstallationKey, Subscriber, tenant::Licensing};

use super::licensing;
use crate::{installations::plan::Planned, receive::route::Interest};

/// Who owns a subscription at Graph: an app in a directory of a cloud. Graph allows it one subscription for
/// a resource, so installations that share an owner share subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Owner {
    /// The cloud's name.
    pub(crate) cloud: String,
    /// In lower case.
    pub(crate) directory_id: String,
    /// In lower case.
    pub(crate) client_id: String,
}

/// What a subscription is: its owner and what it watches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// Whose.
    pub(crate) owner: Owner,
    /// `/teams/{id}/channels/{id}/messages`
    pub(crate) resource: String,
}

impl Owner {
    /// The app of a connection: cloud, directory and client id.
    pub(crate) fn of((cloud, directory_id, client_id): &(String, String, String)) -> Self {
        Self {
            cloud: cloud.clone(),
            directory_id: directory_id.to_ascii_lowercase(),
            client_id: client_id.to_ascii_lowercase(),
        }
    }

    /// Of a fixed length, and no two alike.
    pub(crate) fn digest(&self) -> String {
        digest(self)
    }
}

fn digest(name: &impl Serialize) -> String {
    Digest::of(&serde_json::to_vec(name).expect("plain data always serialises")).hex()
}

impl Watched {
    /// A short name of it that stays, whatever Graph calls it.
    pub(super) fn key(&self) -> String {
        self.digest().chars().take(16).collect()
    }

    /// Of a fixed length, and no two alike.
    pub(super) fn digest(&self) -> String {
        digest(self)
    }
}

/// Whose credential is used for a subscription. The app's goes before those of people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Caller {
    /// As whom.
    #[serde(default)]
    pub(crate) subscriber: Subscriber,
    /// Of which connection.
    #[serde(flatten)]
    pub(crate) connection: ConnectionKey,
}

impl Caller {
    /// Whether Graph takes both for the same: all connections of an app are, a person is one only.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        match (self.subscriber, other.subscriber) {
            (Subscriber::App, Subscriber::App) => true,
            _ => self == other,
        }
    }

    pub(super) fn identity(&self) -> Identity {
        match self.subscriber {
            Subscriber::App => Identity::App,
            Subscriber::Service => Identity::Service,
        }
    }
}

/// An installation's plan, and whose credential serves it.
pub(crate) struct Wish<'a> {
    /// Who wishes.
    pub(crate) installation: InstallationKey,
    /// The connection whose app subscribes.
    pub(crate) via: ConnectionKey,
    /// That app.
    pub(crate) owner: Owner,
    /// How metered resources are paid for.
    pub(crate) licensing: Option<Licensing>,
    /// The wishes.
    pub(crate) plan: &'a [Planned],
}

/// How a subscription should be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Desired {
    /// All change types that somebody wants.
    pub(crate) change_types: BTreeSet<String>,
    /// Whether somebody wants the content too.
    pub(crate) with_content: bool,
    /// Who wants what, one entry an installation, by name.
    pub(crate) interests: Vec<Interest>,
    /// Who of the owner can act for it; the app first, then by name.
    pub(crate) via: Vec<Caller>,
}

/// Which subscriptions should exist.
pub(crate) fn desired<'a>(wishes: impl IntoIterator<Item = Wish<'a>>) -> BTreeMap<Watched, Desired> {
    let mut all: BTreeMap<Watched, Desired> = BTreeMap::new();
    for Wish { installation, via, owner, licensing, plan } in wishes {
        for planned in plan {
            let resource = licensing::paid(&planned.resource, licensing);
            let watched = Watched { owner: owner.clone(), resource };
            let desired = all.entry(watched).or_default();
            desired.change_types.extend(planned.change_types.iter().cloned());
            desired.with_content |= planned.with_content;
            desired.wanted_by(&installation, planned);
            let caller = Caller { subscriber: planned.subscriber, connection: via.clone() };
            if !desired.via.contains(&caller) {
                desired.via.push(caller);
            }
        }
    }
    for desired in all.values_mut() {
        desired.interests.sort_by(|a, b| a.installation.cmp(&b.installation));
        desired.via.sort();
    }
    all
}

impl Desired {
    /// A resource that a connector plans twice is one interest, or it would get everything twice.
    fn wanted_by(&mut self, installation: &InstallationKey, planned: &Planned) {
        match self.interests.iter_mut().find(|interest| interest.installation == *installation) {
            Some(interest) => {
                interest.change_types.extend(planned.change_types.iter().cloned());
                interest.with_content |= planned.with_content;
                interest.ordering_key = interest.ordering_key.take().or_else(|| planned.ordering_key.clone());
            }
            None => self.interests.push(Interest {
                installation: installation.clone(),
                change_types: planned.change_types.clone(),
                with_content: planned.with_content,
                ordering_key: planned.ordering_key.clone(),
            }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn owner(client: &str) -> Owner {
        Owner { cloud: "sim".into(), directory_id: "d".into(), client_id: client.into() }
    }

    pub(crate) fn planned(resource: &str, change_types: &[&str]) -> Planned {
        Planned {
            resource: resource.into(),
            subscriber: Subscriber::App,
            change_types: change_types.iter().map(|kind| (*kind).into()).collect(),
            with_content: false,
            ordering_key: None,
        }
    }

    pub(crate) fn wish<'a>(name: &str, client: &str, plan: &'a [Planned]) -> Wish<'a> {
        let tenant: tieline_types::TenantId = "acme".parse().unwrap();
        Wish {
            installation: InstallationKey { tenant: tenant.clone(), installation: name.parse().unwrap() },
            via: ConnectionKey { tenant, connection: "microsoft".parse().unwrap() },
            owner: owner(client),
            licensing: None,
            plan,
        }
    }

    #[test]
    fn an_app_has_one_subscription_for_a_resource() {
        let (one, two) =
            ([planned("/a", &["created"])], [planned("/a", &["updated"]), planned("/b", &["created"])]);
        let all = desired([wish("two", "app", &two), wish("one", "app", &one)]);
        assert_eq!(all.len(), 2);
        let shared = &all[&Watched { owner: owner("app"), resource: "/a".into() }];
        assert_eq!(shared.change_types.iter().collect::<Vec<_>>(), ["created", "updated"]);
        let names: Vec<_> = shared.interests.iter().map(|i| i.installation.installation.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
        assert_eq!(shared.interests[0].change_types.iter().collect::<Vec<_>>(), ["created"]);
        assert_eq!(shared.via.len(), 1);
    }

    #[test]
    fn the_app_goes_before_service_users_and_one_subscription_serves_both() {
        let (app, service) = (
            [planned("/a", &["created"])],
            [Planned { subscriber: Subscriber::Service, ..planned("/a", &["created"]) }],
        );
        let all = desired([wish("one", "app", &service), wish("two", "app", &app)]);
        let shared = all.values().next().unwrap();
        let who: Vec<_> = shared.via.iter().map(|caller| caller.subscriber).collect();
        assert_eq!((all.len(), who), (1, vec![Subscriber::App, Subscriber::Service]));
        assert!(!shared.via[0].is_alike(&shared.via[1]) && shared.via[1].is_alike(&shared.via[1]));
    }

    #[test]
    fn different_apps_share_nothing() {
        let plan = [planned("/a", &["created"])];
        assert_eq!(desired([wish("one", "app", &plan), wish("two", "other", &plan)]).len(), 2);
    }

    #[test]
    fn content_comes_for_all_and_is_for_those_who_asked() {
        let (plain, rich) =
            ([planned("/a", &["created"])], [Planned { with_content: true, ..planned("/a", &["created"]) }]);
        let all = desired([wish("one", "app", &plain), wish("two", "app", &rich)]);
        let shared = all.values().next().unwrap();
        assert!(shared.with_content && all.len() == 1);
        assert!(!shared.interests[0].with_content && shared.interests[1].with_content);
        assert!(!desired([wish("one", "app", &plain)]).values().next().unwrap().with_content);
    }

    #[test]
    fn planning_twice_is_one_interest() {
        let plan = [planned("/a", &["created"]), planned("/a", &["deleted"])];
        let all = desired([wish("one", "app", &plan)]);
        let interests = &all.values().next().unwrap().interests;
        assert_eq!(interests.len(), 1);
        assert_eq!(interests[0].change_types.len(), 2);
    }
}
