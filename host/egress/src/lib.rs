//! The one door out of the host. Guests, Graph, sign-in and every other outbound call pass here, so what
//! is refused here is refused everywhere.
//!
//! A call needs a [`Permit`] (somebody asked the origin policy), goes only to addresses that the operator's
//! [`Policy`] admits (public ones, and private ones opened one by one), follows a redirect only where the next
//! hop has a permit of its own, and is bounded in time, size and number. A failure says whether the request can
//! have reached anybody: see [`EgressError`].

mod address;
mod client;
mod denial;
mod door;
mod error;
mod mail;
mod permit;
#[cfg(test)]
mod permit_law;
mod policy;
mod probe;
mod redirect;
mod request;
mod resolver;
mod rooms;
mod tls;
mod turns;

pub use address::Class;
pub use client::Egress;
pub use denial::Denial;
pub use error::EgressError;
pub use mail::{Mail, MailError, MailServer, MailSession, Protection};
pub use permit::Permit;
pub use policy::{InvalidPolicy, Policy};
pub use probe::Unreached;
pub use redirect::Taken;
pub use request::{Answer, Redirects, Request};
