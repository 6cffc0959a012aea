//! The security roles, and what each grants.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::roles::{self, Depth, Grants, Verb};
use super::super::schema;
use super::{Seed, role_id};

/// Roles: those that may disconnect chats by default, a reader, and the application user's.
const ROLES: [(&str, Role); 8] = [
    ("System Administrator", Role { write: Some(Depth::Global), disconnects: true, all: true }),
    ("CSR Manager", Role { write: Some(Depth::Global), disconnects: true, all: false }),
    ("Customer Service Representative", Role { write: Some(Depth::Basic), disconnects: true, all: false }),
    ("Omnichannel administrator", Role { write: Some(Depth::Global), disconnects: true, all: false }),
    ("Omnichannel supervisor", Role { write: Some(Depth::Global), disconnects: true, all: false }),
    ("Omnichannel agent", Role { write: Some(Depth::Basic), disconnects: true, all: false }),
    ("Case Reader", Role { write: None, disconnects: false, all: false }),
    ("Tieline Service", Role { write: Some(Depth::Global), disconnects: false, all: false }),
];

struct Role {
    /// How far writing reaches; reading reaches everything.
    write: Option<Depth>,
    disconnects: bool,
    all: bool,
}

/// The roles, and what each grants.
pub(super) fn fill(seed: &mut Seed) -> Grants {
    for name in roles::all() {
        let right = Verb::ALL.iter().find(|verb| name.starts_with(&format!("prv{}", verb.name())));
        let right = right.map_or(0, |verb| verb.bit());
        seed.plain("privilege", &roles::id(&name), json!({"name": name, "accessright": right}));
    }
    let mut grants = Grants::new();
    for (name, role) in ROLES {
        let unit = seed.unit.clone();
        seed.add("role", &role_id(name), json!({"name": name}), &[("businessunitid", "businessunit", unit)]);
        grants.insert(role_id(name), granted(name, &role));
    }
    grants
}

fn granted(name: &str, role: &Role) -> BTreeMap<String, Depth> {
    if role.all {
        return roles::all().into_iter().map(|name| (name, Depth::Global)).collect();
    }
    let mut granted = BTreeMap::new();
    for table in schema::all() {
        // Configuration can be read by everybody, and changed by administrators.
        let records = table.traits.is_custom || table.owner != schema::Ownership::Organization;
        for verb in Verb::ALL {
            let depth = match (verb, records) {
                (Verb::Read, _) => Some(Depth::Global),
                (Verb::Create | Verb::AppendTo, true) => role.write.map(|_| Depth::Global),
                (_, true) => role.write,
                _ => None,
            };
            if let Some(depth) = depth {
                granted.insert(verb.privilege(table), depth);
            }
        }
    }
    granted.insert("prvReadEntity".to_owned(), Depth::Global);
    granted.insert("prvReadAttribute".to_owned(), Depth::Global);
    if role.disconnects {
        granted.insert(roles::DISCONNECT.to_owned(), Depth::Global);
    }
    if name == "Tieline Service" {
        granted.insert(roles::IMPERSONATE.to_owned(), Depth::Global);
        for table in ["ServiceEndpoint", "SdkMessageProcessingStep", "SdkMessageProcessingStepImage"] {
            for verb in [Verb::Create, Verb::Write, Verb::Delete, Verb::Append, Verb::AppendTo] {
                granted.insert(format!("prv{}{table}", verb.name()), Depth::Global);
            }
        }
    }
    granted
}
