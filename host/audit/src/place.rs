//! Where chains lie in the store.

use tieline_store::{Key, Space};
use tieline_types::TenantId;

/// All that is about tenants.
pub(crate) fn tenants() -> Key {
    Key::new(Space::Audit).part("tenant")
}

fn chain(tenant: Option<&TenantId>) -> Key {
    match tenant {
        Some(tenant) => tenants().part(tenant.as_str()),
        None => Key::new(Space::Audit).part("host"),
    }
}

/// Behind everything of this tenant, and before everything of the next: `\0` is in no name.
pub(crate) fn behind(tenant: &TenantId) -> Key {
    tenants().starting(&format!("{tenant}\0"))
}

/// The head of a chain.
pub(crate) fn head(tenant: Option<&TenantId>) -> Key {
    chain(tenant).part("head")
}

/// All records of a chain, in order.
pub(crate) fn records(tenant: Option<&TenantId>) -> Key {
    chain(tenant).part("record")
}

/// One record.
pub(crate) fn record(tenant: Option<&TenantId>, seq: u64) -> Key {
    records(tenant).number(seq)
}

/// The tenant in whose chain a key lies.
pub(crate) fn tenant_of(key: &Key) -> Option<TenantId> {
    key.parts().get(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_one_tenant_comes_the_next() {
        let [a, ab] = ["a", "a-b"].map(|name| name.parse::<TenantId>().unwrap());
        assert!(behind(&a) > record(Some(&a), u64::MAX));
        assert!(behind(&a) < head(Some(&ab)));
        assert_eq!(tenant_of(&record(Some(&ab), 1)), Some(ab));
    }
}
