//! Addresses that a guest asks for.
#![no_main]

use tieline_egress::Permit;

#[path = "../../../host/egress/src/permit_law.rs"]
mod permit_law;

libfuzzer_sys::fuzz_target!(|address: &str| permit_law::holds(address));
