//! Messages of channels and chats.

mod delta;
mod endpoints;
mod import;
mod render;
mod script;
mod threads;

pub(super) use delta::delta;
pub(super) use endpoints::{get_in_channel, get_in_chat, list_channel, list_chat, list_replies};
pub(super) use import::{post_to_channel, post_to_chat};
pub use script::{BadPost, ChangedMessage, NewMessage, Posted};
pub(super) use threads::{Spot, Threads};
