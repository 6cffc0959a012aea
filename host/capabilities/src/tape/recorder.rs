//! Writing a tape: once, while the guest runs.

use std::fmt;

use serde::Serialize;

/// Longest tape, in bytes. One that would be longer is dropped whole: half a tape replays nothing.
const TAPE_BYTES: usize = 4 << 20;

/// Writes the calls of one run as they happen: the inside of a JSON array of
/// [`TapedCall`](tieline_types::tape::TapedCall).
#[derive(Debug)]
pub struct Recorder {
    calls: Vec<u8>,
    /// Whether the last call was not answered yet.
    open: bool,
    cut: bool,
    limit: usize,
}

/// What was written.
#[derive(Debug, PartialEq, Eq)]
pub enum Recorded {
    /// All calls, as the inside of a JSON array.
    Whole(Vec<u8>),
    /// More than this many bytes; nothing was kept.
    Cut {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl Default for Recorder {
    fn default() -> Self {
        Self { calls: Vec::new(), open: false, cut: false, limit: TAPE_BYTES }
    }
}

impl Recorder {
    pub(crate) fn asked(&mut self, call: &str, about: fmt::Arguments<'_>, asked: &impl Serialize) {
        self.close();
        if !self.calls.is_empty() {
            self.calls.push(b',');
        }
        self.write(b"{\"call\":", &call);
        self.write(b",\"about\":", &about);
        self.write(b",\"asked\":", asked);
        self.open = true;
    }

    pub(crate) fn told(&mut self, told: &impl Serialize) {
        self.write(b",\"told\":", told);
        self.close();
    }

    pub(crate) fn finish(mut self) -> Recorded {
        self.close();
        if self.cut { Recorded::Cut { limit: self.limit } } else { Recorded::Whole(self.calls) }
    }

    fn write(&mut self, name: &[u8], value: &impl Serialize) {
        if self.cut {
            return;
        }
        self.calls.extend_from_slice(name);
        serde_json::to_writer(&mut self.calls, value).expect("plain data always serialises");
        if self.calls.len() > self.limit {
            self.cut = true;
            self.calls = Vec::new();
        }
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) && !self.cut {
            self.calls.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::tape::TapedCall;

    fn read(recorder: Recorder) -> Vec<TapedCall> {
        let Recorded::Whole(calls) = recorder.finish() else { panic!("it was cut") };
        serde_json::from_slice(&[b"[", &calls[..], b"]"].concat()).unwrap()
    }

    #[test]
    fn a_call_that_nobody_answered_stays_unanswered() {
        let mut recorder = Recorder::default();
        assert_eq!(read(Recorder::default()), []);
        recorder.asked("clock.now", format_args!(""), &());
        recorder.told(&7);
        recorder.asked("storage.get", format_args!("{} \"{}\"", "key", 1), &["k"]);
        let calls = read(recorder);
        assert_eq!(calls[0].told, Some(7.into()));
        assert_eq!((calls[1].about.as_str(), &calls[1].told), ("key \"1\"", &None));
    }

    #[test]
    fn what_is_too_long_is_dropped_whole() {
        let mut recorder = Recorder { limit: 60, ..Recorder::default() };
        for _ in 0..9 {
            recorder.asked("log.write", format_args!("a line"), &"a line");
            recorder.told(&());
        }
        assert_eq!(recorder.finish(), Recorded::Cut { limit: 60 });
    }
}
