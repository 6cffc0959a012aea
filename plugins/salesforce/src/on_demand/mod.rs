//! What a person asks for: one message, or a whole chat, as an activity of a record.

mod input;
mod log_chat;
mod log_message;

pub(crate) use log_chat::log_chat;
pub use log_chat::words;
pub(crate) use log_message::log_message;
