//! The Graph subscriptions that bring events: brought about, kept alive and shared, as the plans of all
//! installations wish.

mod alarms;
mod audit;
mod auditor;
mod book;
mod consent;
pub(crate) mod desired;
pub(crate) mod downtime;
mod failure;
mod gaps;
mod graph;
mod lane;
mod leaving;
mod licensing;
pub(crate) mod lifetime;
pub(crate) mod notice;
mod pace;
mod raising;
mod reconcile;
mod record;
pub(crate) mod service;
mod steps;
mod trouble;
mod wishing;

pub(crate) use leaving::LeaveError;
pub(crate) use service::Subscriptions;
