//! Content of notifications, as Graph encrypts it with one bit changed, and as strangers would make it up.
#![no_main]
#![allow(dead_code)]

#[path = "../../../host/delivery/src/rich/envelope.rs"]
mod envelope;
#[path = "../../../host/delivery/src/rich/envelope_law.rs"]
mod envelope_law;

static PAIR: std::sync::LazyLock<envelope_law::Pair> = std::sync::LazyLock::new(envelope_law::Pair::generate);

type Input = (Vec<u8>, Vec<u8>, Vec<u8>, String, [u8; 32], u32);

libfuzzer_sys::fuzz_target!(|input: Input| {
    let (data, signature, wrapped, raw, key, bit) = input;
    envelope_law::holds_of_anything([&data, &signature, &wrapped], &raw, &PAIR);
    let content = serde_json::Value::from(raw).to_string();
    envelope_law::holds(&content, &key, &PAIR, bit as usize);
});
