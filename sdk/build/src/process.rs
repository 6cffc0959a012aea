//! Running a program line by line, with an optional deadline.

use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader, Read},
    process::{Command, Stdio},
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

/// How many of the last lines are kept for an error message.
const TAIL: usize = 40;

/// Which of the two streams a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Err,
}

/// How it ended.
pub(crate) enum Ended {
    Success,
    /// With the last lines that it wrote to its standard error.
    Failure {
        tail: String,
    },
    /// It was still running at its deadline, and was killed.
    Overdue,
}

/// Runs a program to its end or its deadline, whichever comes first, and hands on its lines as they come.
pub(crate) fn run(
    command: &mut Command,
    limit: Option<Duration>,
    on_line: &mut dyn FnMut(Stream, &str),
) -> io::Result<Ended> {
    let deadline = limit.map(|limit| Instant::now() + limit);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (lines, received) = channel();
    if let Some(out) = child.stdout.take() {
        read_lines(out, Stream::Out, lines.clone());
    }
    if let Some(err) = child.stderr.take() {
        read_lines(err, Stream::Err, lines.clone());
    }
    drop(lines);

    let mut tail = VecDeque::with_capacity(TAIL);
    loop {
        let next = match deadline {
            Some(deadline) => received.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            None => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok((stream, line)) => {
                on_line(stream, &line);
                if stream == Stream::Err {
                    tail.truncate(TAIL - 1);
                    tail.push_front(line);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                child.wait()?;
                return Ok(Ended::Overdue);
            }
        }
    }
    let status = child.wait()?;
    if status.success() {
        return Ok(Ended::Success);
    }
    let tail: Vec<_> = tail.into_iter().rev().collect();
    Ok(Ended::Failure { tail: tail.join("\n") })
}

/// What a program writes to its standard output, if it succeeds: for questions whose failure is an answer.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn read_lines(from: impl Read + Send + 'static, stream: Stream, to: Sender<(Stream, String)>) {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        // The receiver goes away when the deadline has passed: then nobody wants the rest.
        while matches!(from.read_until(b'\n', &mut bytes), Ok(1..)) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            if to.send((stream, line)).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Option<Duration>) -> (Ended, Vec<(Stream, String)>) {
        let mut lines = Vec::new();
        let ended = run(Command::new("sh").args(["-c", script]), limit, &mut |stream, line| {
            lines.push((stream, line.to_owned()));
        });
        (ended.unwrap(), lines)
    }

    #[test]
    fn a_failure_carries_the_last_lines_and_only_those_of_standard_error() {
        let (ended, lines) = shell("echo out; for i in $(seq 1 100); do echo $i >&2; done; exit 3", None);
        let Ended::Failure { tail } = ended else { panic!("it failed") };
        assert_eq!(tail.lines().next(), Some("61"));
        assert_eq!(tail.lines().last(), Some("100"));
        assert!(lines.contains(&(Stream::Out, "out".into())));
    }

    #[test]
    fn what_hangs_is_killed_at_its_deadline() {
        let (ended, _) = shell("exec sleep 600", Some(Duration::from_millis(50)));
        assert!(matches!(ended, Ended::Overdue));
    }

    #[test]
    fn a_question_that_fails_has_no_answer() {
        assert_eq!(ask(Command::new("sh").args(["-c", "echo yes; exit 1"])), None);
        assert_eq!(ask(&mut Command::new("/nowhere/program")), None);
        assert_eq!(ask(Command::new("echo").arg("yes")).as_deref(), Some("yes"));
    }
}
