//! The life of an event: receive → inbox → dispatch → run → settle; and the Graph subscriptions that bring
//! events in the first place.
//!
//! [`Host`] is the whole of it behind one door. Nothing here knows HTTP statuses of ours or reads the
//! environment: the API maps [`Received`] and [`HostError`] to answers, the application gives [`HostOptions`].

mod act;
mod alerts;
mod answers;
mod backup;
mod calendar;
mod check;
mod configuration;
mod connections;
mod consent;
mod coverage;
mod datasets;
mod dead_letters;
mod departures;
mod dispatch;
mod error;
mod health;
mod host;
mod housekeeping;
mod installations;
mod keys;
mod lists;
mod live;
mod observed;
mod options;
mod people;
mod problems;
mod query;
mod receive;
mod replay;
mod resume;
mod rich;
mod run;
mod schedules;
mod stream;
mod subscriptions;
mod tapes;
mod telling;
mod view;
mod watchdog;
mod webhooks;

pub use answers::{Asked as AskedOnce, KeptAnswer, Once, Ticket};
pub use calendar::{Endings, Ends};
pub use configuration::{Edition, Expected};
pub use departures::Forgets;
pub use error::HostError;
pub use host::Host;
pub use live::Listener;
pub use options::{AlertOptions, HostOptions, MailOptions};
pub use query::{ActivityQuery, EventQuery};
pub use receive::{HookCounts, Received};
pub use stream::Export;
pub use telling::validate::receiver_faults;
pub use tieline_datasets::{export::Format, summary::Asked};
pub use webhooks::{Called, HookRequest};

#[cfg(test)]
mod tests;
