//! Bodies that strangers send to a hook.
#![no_main]
#![allow(dead_code)]

#[path = "../../../host/delivery/src/receive/notification.rs"]
mod notification;
#[path = "../../../host/delivery/src/receive/notification_law.rs"]
mod notification_law;

libfuzzer_sys::fuzz_target!(|body: &[u8]| notification_law::holds(body));
