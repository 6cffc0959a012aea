//! What the token endpoint is scripted to refuse with.

use std::borrow::Cow;

use parking_lot::Mutex;

/// Refusals to come.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<Option<Scripted>>);

#[derive(Debug)]
struct Scripted {
    error: String,
    description: String,
    /// None: for ever.
    times: Option<u32>,
}

impl Refusals {
    /// Refuses so many times from now on, or for ever; without an error never.
    pub(super) fn script(&self, error: Option<(String, String)>, times: Option<u32>) {
        *self.0.lock() = error.map(|(error, description)| Scripted { error, description, times });
    }

    /// The refusal of this request, if it is to be refused.
    pub(super) fn next(&self) -> Option<(Cow<'static, str>, Cow<'static, str>)> {
        let mut scripted = self.0.lock();
        let found = scripted.as_mut()?;
        if let Some(times) = &mut found.times {
            match times.checked_sub(1) {
                Some(left) => *times = left,
                None => return None,
            }
        }
        Some((found.error.clone().into(), found.description.clone().into()))
    }
}
