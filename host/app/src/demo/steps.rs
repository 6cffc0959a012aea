//! The steps of the demo, shown as they happen and kept for the end.

use std::{future::Future, io::Write as _, time::Instant};

use serde::Serialize;

use crate::{Failure, answer::print_line};

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Step {
    /// Which one.
    pub(crate) name: String,
    /// Whether it was seen to happen.
    pub(crate) ok: bool,
    /// What was seen, or what went wrong.
    pub(crate) detail: String,
    /// How long it took.
    pub(crate) ms: f64,
}

/// All steps so far.
#[derive(Debug)]
pub(crate) struct Steps {
    taken: Vec<Step>,
    aside: bool,
}

/// A step that failed; it stands in the list already.
#[derive(Debug)]
pub(crate) struct Stopped(pub(crate) Failure);

impl Steps {
    /// No step yet. `aside`: show them on standard error, since standard output is for programs.
    pub(crate) fn new(aside: bool) -> Self {
        Self { taken: Vec::new(), aside }
    }

    /// Takes a step: waits for it, and shows how it went. The step says in words what was seen.
    pub(crate) async fn take<T, E: Into<Failure>>(
        &mut self,
        name: impl Into<String>,
        step: impl Future<Output = Result<(T, String), E>>,
    ) -> Result<T, Stopped> {
        let (name, begin) = (name.into(), Instant::now());
        let result = step.await.map_err(Into::into);
        let ms = (begin.elapsed().as_secs_f64() * 1e4).round() / 10.0;
        let (ok, detail) = match &result {
            Ok((_, seen)) => (true, seen.clone()),
            Err(failure) => (false, failure.text()),
        };
        self.show(&Step { name, ok, detail, ms });
        result.map(|(value, _)| value).map_err(Stopped)
    }

    /// Every step so far, in order.
    pub(crate) fn taken(&self) -> &[Step] {
        &self.taken
    }

    fn show(&mut self, step: &Step) {
        let mark = if step.ok { '✓' } else { '✗' };
        let detail = step.detail.replace('\n', "\n  ");
        let line = format!("{mark} {:<26} {:>9.1} ms  {detail}", step.name, step.ms);
        if self.aside {
            let _ = writeln!(std::io::stderr(), "{line}");
        } else {
            print_line(&line);
        }
        self.taken.push(step.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    #[tokio::test]
    async fn a_failed_step_stands_in_the_list_with_its_reason() {
        let mut steps = Steps::new(true);
        let fine: Result<(u8, String), Failure> = Ok((7, "seven".into()));
        assert_eq!(steps.take("one", async { fine }).await.unwrap(), 7);
        let bad: Result<((), String), Failure> = Err(Failure::new(Exit::Failed, "no luck"));
        assert!(steps.take("two", async { bad }).await.is_err());
        let seen: Vec<(bool, &str)> = steps.taken().iter().map(|s| (s.ok, s.detail.as_str())).collect();
        assert_eq!(seen, [(true, "seven"), (false, "no luck")]);
    }
}
