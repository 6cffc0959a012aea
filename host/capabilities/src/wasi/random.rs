//! `wasi:random`: bytes seeded by the event. WASI calls some of them secure; these are for no keys and secrets.

use wasmtime_wasi::p2::bindings::random::{insecure, insecure_seed, random};

use super::{View, fault::Fault};

impl View<'_> {
    fn bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        let len = u16::try_from(len).map_err(|_| Fault::TooMuchRandom)?;
        self.0.random_bytes(len)
    }

    fn number(&mut self) -> wasmtime::Result<u64> {
        let bytes = self.0.random_bytes(8)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

impl random::Host for View<'_> {
    fn get_random_bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        self.bytes(len)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        self.number()
    }
}

impl insecure::Host for View<'_> {
    fn get_insecure_random_bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        self.bytes(len)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        self.number()
    }
}

impl insecure_seed::Host for View<'_> {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.number()?, self.number()?))
    }
}
