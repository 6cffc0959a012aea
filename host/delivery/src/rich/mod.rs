//! Notifications with content ("rich" in Graph's words): the certificates that Graph encrypts it with, and the opening
//! of what came, after it was acknowledged and before a guest sees it.

mod certificate;
mod envelope;
#[cfg(test)]
mod envelope_law;
mod keyring;
mod opener;

pub(crate) use keyring::{Certificate, Keyring, KeyringError};
pub(crate) use opener::Opener;
