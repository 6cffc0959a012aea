//! Connections: the credentialed links from tenants to their upstreams.
//!
//! The host holds the credential and adds it to calls; a connector only says the connection's name. Secrets
//! are sealed before they reach the disk ([`Vault`]), tokens are got when first needed and kept in memory
//! ([`Connections::authorize`]), and what goes wrong at sign-in becomes a named problem with a remedy. People sign
//! in with a browser ([`Connections::link`], [`Connections::follow`], [`Connections::returned`]); a guest can
//! act for the one who called it and for nobody else. At an [`Entrance`] people sign in to the host itself.

mod access;
mod browser;
mod certificate;
mod claims;
mod clouds;
mod connection_test;
mod connections;
mod consent;
mod directory;
mod endpoint;
mod error;
mod kept;
mod master_key;
mod oauth;
mod people;
mod providers;
mod publisher;
mod records;
mod refusal;
mod revoke;
mod sealed;
mod session;
mod sign_in;
mod signed;
mod tokens;
mod validate;
mod vault;

pub use access::{Access, ActorRef, Identity};
pub use browser::{
    Arrival, Callback, Departure, Entrance, EntranceApp, Errand, Outcome as Came, Visit, Visitor, is_ours,
};
pub use certificate::certificate_ends;
pub use claims::Claims;
pub use clouds::{Clouds, InvalidCloud};
pub use connection_test::Needed;
pub use connections::{Application, Connections, Prepared, Registration};
pub use consent::{
    Consent, Forbidden, Meaning, SPREADING as CONSENT_SPREADING, Said, consent_link, who_may_consent,
};
pub use error::ConnectionError;
pub use kept::ShownConnection;
pub use master_key::{InvalidMasterKey, KeyFile, KeyFileError, MasterKey};
pub use people::Whose;
pub use providers::answers::{Answers, Batch, Done, Ended, Item, Outcome, Pair, Verdict};
pub use publisher::{Unproven, Untrusted};
pub use revoke::Revoked;
pub use sealed::Sealed;
pub use vault::{DataKey, Pass, Passed, RewrapError, TenantKeys, Vault, VaultError};
