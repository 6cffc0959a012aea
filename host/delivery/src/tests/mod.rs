//! The crate as a whole, over a real store and real sockets. Guests are the business of the end-to-end
//! tests: here installations have no code, so their events wait, and what happens before and after a run can
//! be looked at in peace.

mod alerts;
mod apply;
mod calendar;
mod clock_jumps;
mod compare;
mod configuration;
mod departures;
mod fake_graph;
mod hooks;
mod keys;
mod packages;
mod replay;
mod restart;
mod rich;
mod schedules;
mod stage;
mod subscriptions;
mod tapes;
mod telling;
mod webhooks;
