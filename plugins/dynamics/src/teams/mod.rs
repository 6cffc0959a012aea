//! Chats and channels of Teams, through Graph.

pub mod card;
pub mod chat;
pub mod html;
pub mod members;
pub mod message;
pub mod place;
pub(crate) mod service;
