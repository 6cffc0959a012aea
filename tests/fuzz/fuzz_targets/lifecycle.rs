//! Lifecycle items with anything in their fields.
#![no_main]
#![allow(dead_code)]

#[path = "../../../host/delivery/src/receive/notification.rs"]
mod notification;
#[path = "../../../host/delivery/src/receive/notification_law.rs"]
mod notification_law;

libfuzzer_sys::fuzz_target!(|words: (String, String, String)| {
    notification_law::holds_of_lifecycle(&words.0, &words.1, &words.2);
});
