//! Whose files they are: what is not recorded is removed, so nobody may look at another host's files.

use object_store::{ObjectStoreExt as _, PutPayload};
use tieline_store::{Batch, Key, Space};

use crate::{DatasetError, Datasets};

impl Datasets {
    /// Makes sure, once, that the place is this store's: it holds the store's own mark, or none yet.
    pub(crate) async fn claim(&self) -> Result<(), DatasetError> {
        self.claimed.get_or_try_init(|| self.claim_now()).await.map(drop)
    }

    async fn claim_now(&self) -> Result<(), DatasetError> {
        let own = self.mark().await?;
        let path = self.place.claim();
        let there = match self.place.store.get(&path).await {
            Ok(found) => {
                let bytes = found.bytes().await;
                Some(bytes.map_err(DatasetError::object("reading", &path))?)
            }
            Err(object_store::Error::NotFound { .. }) => None,
            Err(error) => return Err(DatasetError::object("reading", &path)(error)),
        };
        match there {
            Some(mark) if mark == own.as_bytes() => Ok(()),
            Some(_) => {
                let place = self.place.shown().to_owned();
                Err(DatasetError::Claimed { place, path: path.to_string() })
            }
            None => {
                let written = self.place.store.put(&path, PutPayload::from(own.into_bytes())).await;
                written.map(drop).map_err(DatasetError::object("writing", &path))
            }
        }
    }

    /// This store's mark, which is made once.
    async fn mark(&self) -> Result<String, DatasetError> {
        let key = Key::new(Space::Host).part("datasets");
        let found = self.store.get(&key).await.map_err(DatasetError::read("reading the store's mark"))?;
        if let Some(found) = found {
            return Ok(String::from_utf8_lossy(&found.bytes).into_owned());
        }
        let mark = uuid::Uuid::new_v4().simple().to_string();
        let committed =
            self.store.commit(Batch::new().expect(key.clone(), None).put(key, mark.clone())).await;
        committed.map_err(DatasetError::commit("writing the store's mark"))?;
        Ok(mark)
    }
}
