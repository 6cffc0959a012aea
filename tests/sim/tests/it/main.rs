//! The simulators over real sockets. One binary, because linking is most of what each more would
//! cost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(missing_docs, reason = "a test is its own documentation")]

mod batch;
mod binary;
mod calendar;
mod calls;
mod channels;
mod chats;
mod contact_center;
mod control;
mod dataverse;
mod delivery;
mod delta;
mod entra;
mod faults;
mod graph;
mod lifecycle;
mod onenote;
mod people;
mod rich;
mod salesforce;
mod scene;
mod subscriptions;
mod vault;
