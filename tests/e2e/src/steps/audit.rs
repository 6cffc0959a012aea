//! What somebody does to the audit who reaches the store behind the host's back, while the host is down.

use std::sync::Arc;

use serde_json::{Value, json};
use tieline_store::{Batch, Key, Space, Store};
use tieline_types::SystemClock;

use crate::scene::Scene;

impl Scene {
    /// Changes a record of a tenant's chain: { tenant, record = 4, replace = ["a", "b"] }; or cuts the chain off behind a record,
    /// with a head that says that it ends there: { tenant, cut = 2 }.
    pub(crate) async fn tampered(&mut self, step: &Value) -> Result<(), String> {
        if self.host.is_some() {
            return Err("the host runs, and has its store open".into());
        }
        let store = tieline_store::open("sled:./data", self.home.path(), Arc::new(SystemClock));
        let store = store.map_err(|error| error.to_string())?;
        let chain = Key::new(Space::Audit).part("tenant").part(step["tenant"].as_str().ok_or("`tenant`")?);
        let records = chain.clone().part("record");
        let batch = match (step["record"].as_u64(), step["cut"].as_u64()) {
            (Some(seq), None) => {
                let key = records.number(seq);
                let kept = text(&*store, &key).await?;
                let words = (step["replace"][0].as_str(), step["replace"][1].as_str());
                let (Some(from), Some(to)) = words else { return Err("`replace` takes two texts".into()) };
                let changed = kept.replace(from, to);
                if changed == kept {
                    return Err(format!("`{from}` is not in {kept}"));
                }
                Batch::new().put(key, changed)
            }
            (None, Some(last)) => {
                let kept = text(&*store, &records.clone().number(last)).await?;
                let kept: Value = serde_json::from_str(&kept).map_err(|error| error.to_string())?;
                let head = json!({ "seq": last, "digest": kept["digest"] });
                let behind = store.scan(&records, Some(&records.clone().number(last)), 1_000).await;
                let behind = behind.map_err(|error| error.to_string())?;
                let cut = behind.into_iter().fold(Batch::new(), |batch, (key, _)| batch.delete(key));
                cut.put(chain.part("head"), head.to_string())
            }
            _ => return Err("one of `record` and `cut`".into()),
        };
        store.commit(batch).await.map_err(|error| error.to_string())?;
        store.close().await.map_err(|error| error.to_string())
    }
}

async fn text(store: &dyn Store, key: &Key) -> Result<String, String> {
    let found = store.get(key).await.map_err(|error| error.to_string())?;
    let found = found.ok_or_else(|| format!("there is no {key}"))?;
    String::from_utf8(found.bytes.to_vec()).map_err(|error| error.to_string())
}
