//! The Graph subscriptions that bring events: brought about, kept alive and shared, as the plans of all
//! installations wish.

mod book;
pub(crate) mod desired;
mod failure;
mod graph;
mod licensing;
mod lifetime;
pub(crate) mod notice;
mod reconcile;
mod record;
pub(crate) mod service;
mod steps;
mod trouble;

pub(crate) use service::Subscriptions;
