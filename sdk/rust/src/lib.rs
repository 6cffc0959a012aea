//! Write a Tieline connector in Rust.
//!
//! A connector answers six questions ([`Connector`]); everything else is the host's work: credentials,
//! subscriptions, durable delivery, retries, rate limits. It sees the world through the capabilities below,
//! each of which it may use as far as its installation was granted it.
//!
//! ```no_run
//! use std::rc::Rc;
//!
//! use tieline_sdk::{Connector, Event, Failure, Payload, Plan, Problem, Subscription, graph, log, path};
//!
//! struct Greeter {
//!     config: Rc<Config>,
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct Config {
//!     chat_id: String,
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct Chat {
//!     topic: Option<String>,
//! }
//!
//! impl Connector for Greeter {
//!     type Config = Config;
//!
//!     fn new(config: Rc<Config>) -> Self {
//!         Self { config }
//!     }
//!
//!     fn plan(&self, _wants: &[tieline_sdk::Entry]) -> Result<Plan, Vec<Problem>> {
//!         let messages = Subscription::created(format!("/chats/{}/messages", self.config.chat_id));
//!         Ok(Plan { subscriptions: vec![messages], ..Plan::default() })
//!     }
//!
//!     fn handle(&self, event: &Event) -> Result<(), Failure> {
//!         if let Payload::Notification(_) = &event.payload {
//!             let chat: Chat = graph::get(path(["chats", &self.config.chat_id])).select(&["topic"]).fetch()?;
//!             log::info("somebody wrote", [("chat", chat.topic.as_deref().unwrap_or("without a topic"))]);
//!         }
//!         Ok(())
//!     }
//! }
//!
//! tieline_sdk::register!(Greeter);
//! # fn main() {}
//! ```
//!
//! The component imports what the connector calls and nothing else, so its imports are its powers. The same
//! source compiles natively, where it cannot call the host: keep the translation in pure functions, and
//! `cargo test` proves them without a sandbox.

pub mod alert;
#[doc(hidden)]
pub mod bindings;
mod call_error;
mod connector;
pub mod dataset;
mod decoded;
pub mod graph;
pub mod html;
pub mod http;
pub mod log;
mod path;
mod plan;
mod problem;
#[doc(hidden)]
pub mod register;
mod response;
pub mod schedule;
mod stage;
pub mod storage;
pub mod time;
mod view;
mod webhook;

pub use bindings::exports::tieline::connector::connector::{
    Action, ActionState, Event, Failure, Gap, HookCall, Notification, Offered, Payload, PlanResult as Plan,
    Stage, Subscription, Table, Timer, Timing, Verdict, Verification, ViewResult as View, Webhook,
};
pub use bindings::tieline::connector::types::{
    Actor, CallError, Denial, Duration, Entry, Header, Identity, Problem, RecordRef, Refusal, Response,
    Timestamp,
};
pub use bindings::tieline::connector::{activity, clock, events, random};
pub use connector::Connector;
pub use path::{encode, path};

/// The first connector of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
