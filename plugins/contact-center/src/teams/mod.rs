//! Teams, through Graph: the chat of a person with the service user.

pub(crate) mod chat;
pub mod html;
pub mod message;
pub mod plain;
pub(crate) mod service;
