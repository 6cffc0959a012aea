//! Call records: a Global Administrator authorises their collection, two calls end, and a chart's numbers follow.

use serde_json::json;
use tieline_types::InstallationKey;

use super::{
    messages::until,
    scene,
    sim::Person,
    steps::{Steps, Stopped},
    walk::{Record, Walk},
};
use crate::Failure;

/// Who authorises.
const ADMINISTRATOR: usize = 1;
const ROLE: &str = "Global Administrator";

/// The walk of a collection.
#[derive(Debug)]
pub(crate) struct Calls<'a>(pub(crate) Walk<'a>);

impl Calls<'_> {
    /// Takes the collection through all its steps. The calls whose rows were read back.
    pub(crate) async fn follow(&self, steps: &mut Steps) -> Result<Vec<Record>, Stopped> {
        let key = scene::calls();
        let administrator = self.0.person(ADMINISTRATOR)?;
        steps.take("calls: authorised", self.authorised(&key, administrator)).await?;
        let calls = steps.take("calls: two ended", self.ended()).await?;
        steps.take("calls: rows", self.collected(&key, &calls)).await?;
        steps.take("calls: numbers", self.charted(&key)).await?;
        Ok(calls.iter().map(|id| Record::new("graph", "callRecord", id)).collect())
    }

    /// As a person says it who has the role, and from then on it goes by itself.
    async fn authorised(&self, key: &InstallationKey, who: &Person) -> Result<((), String), Failure> {
        self.0.control.gives_role(&who.id, ROLE).await?;
        self.0.sign_in(&[who]).await?;
        self.0.switch_on(key, "authorize", who).await?;
        let subscribed = until("the subscription to call records", async || {
            let subscriptions = self.0.client.subscriptions(&key.tenant).await?;
            Ok(subscriptions.into_iter().find(|one| one.id.is_some() && one.resource.contains("callRecords")))
        });
        subscribed.await?;
        Ok(((), format!("by {}, a {ROLE}", who.name)))
    }

    async fn ended(&self) -> Result<(Vec<String>, String), Failure> {
        let good = self.0.control.call_ends(&json!({ "network": "wired" })).await?;
        let poor = json!({ "network": "wifi", "jitter_ms": 45, "loss": 0.05, "round_trip_ms": 240 });
        let poor = self.0.control.call_ends(&poor).await?;
        let seen = format!("{good} over a cable, {poor} over a poor wireless network");
        Ok((vec![good, poor], seen))
    }

    /// Each has its row.
    async fn collected(&self, key: &InstallationKey, calls: &[String]) -> Result<((), String), Failure> {
        let query = [("by", "call_id".to_owned()), ("measure", "count".to_owned())];
        let numbers = until("the rows of the calls", async || {
            let numbers = self.0.client.dataset_numbers(key, "calls", &query).await?;
            let has = |id: &String| numbers.groups.iter().any(|group| group.by["call_id"] == **id);
            Ok(calls.iter().all(has).then_some(numbers))
        });
        Ok(((), format!("{} rows of calls", numbers.await?.rows)))
    }

    async fn charted(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        let query = [
            ("by", "sender_network".to_owned()),
            ("measure", "count,mean:mos".to_owned()),
            ("where", "is_audio:true".to_owned()),
        ];
        let numbers = self.0.client.dataset_numbers(key, "streams", &query).await?;
        let shown = numbers.groups.iter().map(|group| {
            let mos = group.measures["mean:mos"].as_f64().unwrap_or_default();
            format!("{} {mos:.2}", group.by["sender_network"].as_str().unwrap_or("unknown"))
        });
        Ok(((), format!("mean opinion score by network: {}", shown.collect::<Vec<_>>().join(", "))))
    }
}
