//! The words of the project as types: ids, manifest, grant, event, configuration, clock.
//!
//! Nothing here does I/O. Whatever crosses a boundary (a file, a hook, the API) is parsed into these
//! types once, at that boundary.

pub mod alert;
pub mod api;
mod asker;
pub mod clock;
pub mod config;
mod connection;
pub mod dataset;
pub mod difference;
pub mod digest;
pub mod event;
pub mod frame;
pub mod grant;
pub mod ids;
pub mod limits;
pub mod manifest;
pub mod network;
pub mod origin;
pub mod problem;
mod readiness;
pub mod receiver;
mod role;
pub mod run;
pub mod secret;
mod subscriber;
pub mod tape;
pub mod tenant;
pub mod throttle;
pub mod timer;
mod trace;
pub mod wasi;
pub mod watchdog;
pub mod webhook;

pub use alert::{Alert, AlertKey, AlertNews, AlertSource, AlertTurn, Severity};
pub use asker::Asker;
pub use clock::{Clock, ClockAhead, ManualClock, SystemClock, Timestamp};
pub use digest::Digest;
pub use event::{Actor, Delivery, DeliveryState, Event, EventRef, Payload};
pub use frame::FrameAncestors;
pub use grant::{Grant, Rights};
pub use ids::{
    ConnectionKey, ConnectionName, ConnectorId, EventId, InstallationId, InstallationKey, ReceiverName,
    RouteKey, TenantId,
};
pub use limits::{Doors, Exceeded, GrantedLimits, Limit, Limits};
pub use manifest::Manifest;
pub use network::Network;
pub use origin::{Origin, OriginPattern};
pub use problem::Problem;
pub use readiness::{PartHealth, Readiness};
pub use receiver::AlertReceiver;
pub use role::Role;
pub use secret::{GivenSecret, Secret, SetSecret};
pub use subscriber::Subscriber;
pub use timer::{Course, Timer, TimerKey, TimerKind, Timing};
pub use trace::TraceContext;
pub use webhook::Verification;
