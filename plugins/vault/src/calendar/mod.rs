//! Calendars and meetings of the person who asks: their own, those that others share with them, and those that they manage for
//! others. Outlook decides what they may do there.

pub(crate) mod artefacts;
pub mod event;
pub(crate) mod events;
pub mod matching;
pub(crate) mod meeting;
pub mod place;
