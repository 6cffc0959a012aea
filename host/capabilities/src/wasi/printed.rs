//! What a guest prints: lines for the run's log.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tieline_types::Limits;
use tokio::io::{AsyncWrite, sink};
use wasmtime_wasi::{
    async_trait,
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

/// Bytes taken with one call.
const AT_ONCE: usize = 64 << 10;

/// Where it was printed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }

    pub(crate) fn level(self) -> &'static str {
        match self {
            Self::Stdout => "info",
            Self::Stderr => "warn",
        }
    }
}

/// Both streams of one run. No more is held than the run's log keeps.
#[derive(Clone)]
pub(crate) struct Printed(Arc<Mutex<Lines>>);

struct Lines {
    whole: Vec<(Stream, String)>,
    dropped: u32,
    begun: [Vec<u8>; 2],
    most: usize,
    line_bytes: usize,
}

impl Printed {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(Lines {
            whole: Vec::new(),
            dropped: 0,
            begun: [Vec::new(), Vec::new()],
            most: limits.log_lines as usize,
            line_bytes: limits.log_line_bytes,
        })))
    }

    pub(crate) fn stream(&self, stream: Stream) -> Printer {
        Printer { to: self.clone(), stream }
    }

    /// Everything so far; a line without an end counts as one.
    pub(crate) fn take(&self) -> (Vec<(Stream, String)>, u32) {
        let mut lines = self.0.lock();
        for stream in [Stream::Stdout, Stream::Stderr] {
            if !lines.begun[stream as usize].is_empty() {
                lines.end(stream);
            }
        }
        (std::mem::take(&mut lines.whole), std::mem::take(&mut lines.dropped))
    }
}

impl Lines {
    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ended) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            let begun = &mut self.begun[stream as usize];
            let fits = self.line_bytes.saturating_sub(begun.len()).min(text.len());
            begun.extend_from_slice(&text[..fits]);
            if ended {
                self.end(stream);
            }
        }
    }

    fn end(&mut self, stream: Stream) {
        let line = std::mem::take(&mut self.begun[stream as usize]);
        if self.whole.len() < self.most {
            self.whole.push((stream, String::from_utf8_lossy(&line).into_owned()));
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }
}

/// One stream, as WASI wants it.
#[derive(Clone)]
pub(crate) struct Printer {
    to: Printed,
    stream: Stream,
}

impl IsTerminal for Printer {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Printer {
    /// For versions of WASI that are not linked.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for Printer {
    async fn ready(&mut self) {}
}

impl OutputStream for Printer {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.to.0.lock().write(self.stream, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed() -> Printed {
        Printed::new(&Limits { log_lines: 3, log_line_bytes: 5, ..Limits::default() })
    }

    #[test]
    fn prints_become_lines() {
        let printed = printed();
        let (mut out, mut err) = (printed.stream(Stream::Stdout), printed.stream(Stream::Stderr));
        out.write(Bytes::from_static(b"he")).unwrap();
        err.write(Bytes::from_static(b"oh\n")).unwrap();
        out.write(Bytes::from_static(b"y\nyou")).unwrap();
        let lines = [(Stream::Stderr, "oh"), (Stream::Stdout, "hey"), (Stream::Stdout, "you")];
        assert_eq!(printed.take(), (lines.map(|(s, line)| (s, line.to_owned())).to_vec(), 0));
        assert_eq!(printed.take(), (Vec::new(), 0));
    }

    #[test]
    fn a_flood_is_counted_and_not_kept() {
        let printed = printed();
        let mut out = printed.stream(Stream::Stdout);
        out.write(vec![b'x'; 1 << 20].into()).unwrap();
        out.write(vec![b'\n'; 1000].into()).unwrap();
        let (lines, dropped) = printed.take();
        assert_eq!((lines.len(), dropped), (3, 997));
        assert_eq!(lines[0].1, "xxxxx");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_such() {
        let printed = printed();
        printed.stream(Stream::Stdout).write(Bytes::from_static(b"\xff\n")).unwrap();
        assert_eq!(printed.take().0[0].1, "\u{fffd}");
    }
}
