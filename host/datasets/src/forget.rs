//! Forgetting an installation.

use tieline_store::{Key, Op, Space, Store, StoreError};
use tieline_types::InstallationKey;

use crate::records::BLOCKS;

/// What makes an installation have no tables, rows or files any more; to be committed with its removal. Its files are then
/// [swept](crate::Datasets::sweep), whatever happens meanwhile: a mark says that they are to be.
///
/// # Errors
/// When the store cannot be read.
pub async fn forgotten(store: &dyn Store, installation: &InstallationKey) -> Result<Vec<Op>, StoreError> {
    let mut ops = Vec::new();
    for space in [Space::Row, Space::Table, Space::File] {
        let prefix = of(space, installation);
        let mut after: Option<Key> = None;
        loop {
            let page = store.scan(&prefix, after.as_ref(), BLOCKS).await?;
            let ended = page.len() < BLOCKS;
            after = page.last().map(|(key, _)| key.clone()).or(after);
            ops.extend(page.into_iter().map(|(key, _)| Op::Delete { key }));
            if ended {
                break;
            }
        }
    }
    if !ops.is_empty() {
        ops.push(Op::Put { key: mark(installation), value: "removed".into(), expires: None });
    }
    Ok(ops)
}

fn of(space: Space, installation: &InstallationKey) -> Key {
    Key::new(space).part(installation.tenant.as_str()).part(installation.installation.as_str())
}

/// Says that there may be files of an installation that has no table: it stands beside its tables.
pub(crate) fn mark(installation: &InstallationKey) -> Key {
    of(Space::Table, installation)
}
