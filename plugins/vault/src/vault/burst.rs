//! The burst limit: 2,000 calls or so in five minutes. Over it Vault refuses nothing, it answers later and later, which
//! everybody who works in the vault feels. So what can wait does, until the five minutes are over.

use tieline_sdk::{Failure, Response, Timestamp, clock, storage};

/// The time over which Vault counts.
const WINDOW: u64 = 5 * 60_000;
/// Below this share of the limit the rest is left to people.
const LEFT: f64 = 0.1;
/// Until when work that can wait does.
const KEY: &str = "burst";

/// What the header fields of an answer say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Burst {
    /// By how many milliseconds Vault delayed this answer.
    pub delayed: u64,
    /// What is left of the limit, in hundredths; none where it does not say.
    pub left: Option<u8>,
}

impl Burst {
    /// Reads them.
    pub fn of(response: &Response) -> Self {
        let number = |name: &str| response.header(name).and_then(|value| value.trim().parse::<u64>().ok());
        let limit = number("X-VaultAPI-BurstLimit").filter(|limit| *limit > 0);
        let remaining = number("X-VaultAPI-BurstLimitRemaining");
        let left = limit
            .zip(remaining)
            .map(|(limit, remaining)| u8::try_from(remaining.min(limit) * 100 / limit).unwrap_or(100));
        Self { delayed: number("X-VaultAPI-ResponseDelay").unwrap_or_default(), left }
    }

    /// Whether what can wait should.
    pub fn is_near(self) -> bool {
        self.delayed > 0 || self.left.is_some_and(|left| f64::from(left) < LEFT * 100.0)
    }
}

/// Takes note of an answer, where something may be kept: a view and a check write nothing.
pub(super) fn heard(response: &Response) -> Result<(), Failure> {
    if !Burst::of(response).is_near() {
        return Ok(());
    }
    let until = clock::now().saturating_add(WINDOW);
    match storage::put_json(KEY, &until, Some(WINDOW)) {
        Err(failure) if failure.problem().code == "storage.read-only" => Ok(()),
        kept => kept,
    }
}

/// Until when work that can wait should, if it should.
pub(crate) fn paused() -> Result<Option<Timestamp>, Failure> {
    let until: Option<Timestamp> = storage::get_json(KEY)?;
    Ok(until.filter(|until| *until > clock::now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_sdk::Header;

    fn of(fields: &[(&str, &str)]) -> Burst {
        let headers = fields
            .iter()
            .map(|(name, value)| Header { name: (*name).into(), value: (*value).into() })
            .collect();
        Burst::of(&Response { status: 200, headers, body: vec![] })
    }

    #[test]
    fn a_delay_or_the_last_tenth_of_the_limit_is_near() {
        let limit = ("X-VaultAPI-BurstLimit", "2000");
        for (fields, near) in [
            (vec![], false),
            (vec![limit, ("X-VaultAPI-BurstLimitRemaining", "1990")], false),
            (vec![limit, ("x-vaultapi-burstlimitremaining", "200")], false),
            (vec![limit, ("X-VaultAPI-BurstLimitRemaining", "199")], true),
            (vec![limit, ("X-VaultAPI-BurstLimitRemaining", "9999")], false),
            (vec![("X-VaultAPI-ResponseDelay", "500")], true),
            (vec![("X-VaultAPI-ResponseDelay", "0")], false),
            (vec![("X-VaultAPI-ResponseDelay", "soon")], false),
            (vec![("X-VaultAPI-BurstLimit", "0"), ("X-VaultAPI-BurstLimitRemaining", "0")], false),
        ] {
            assert_eq!(of(&fields).is_near(), near, "{fields:?}");
        }
    }
}
