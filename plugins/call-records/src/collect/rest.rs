//! The rest of a call that has more sessions or participants than stand on a page. Graph lets ten requests be made about
//! one call in twenty seconds, so that a run reads a few pages and hands on what is left.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, dataset, graph};

use super::{REST, emit, order_of};
use crate::config::Config;
use crate::record::{Page, Participant, Segment, Session};
use crate::rows::{self, Call};
use crate::tables;

/// Pages read in a run.
const PAGES: usize = 6;

/// What is left of a call; and the row of the call as far as it is counted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rest {
    pub(crate) call: Call,
    /// Where more participants are.
    pub(crate) participants: Option<String>,
    /// Where more sessions are.
    pub(crate) sessions: Option<String>,
}

/// Goes on with what an earlier run left.
pub(crate) fn go_on(config: &Config, rest: Rest) -> Result<(), Failure> {
    rest.read_on(config, Vec::new())
}

impl Rest {
    /// Writes these sessions and those of the next pages, and at the end the call.
    pub(super) fn read_on(mut self, config: &Config, sessions: Vec<Session>) -> Result<(), Failure> {
        let mut pages = PAGES;
        self.write(config, sessions, &mut pages)?;
        while pages > 0 {
            if let Some(link) = self.participants.take() {
                let page: Page<_> = graph::get(link).fetch()?;
                join(config, &mut self.call, &page.value)?;
                (self.participants, pages) = (page.next, pages - 1);
            } else if let Some(link) = self.sessions.take() {
                let page: Page<Session> = graph::get(link).fetch()?;
                (self.sessions, pages) = (page.next, pages - 1);
                self.write(config, page.value, &mut pages)?;
            } else {
                return Ok(dataset::append(tables::CALL, &[self.call])?);
            }
        }
        if self.participants.is_none() && self.sessions.is_none() {
            return Ok(dataset::append(tables::CALL, &[self.call])?);
        }
        let order = order_of(&self.call.version().call_id);
        emit(REST, &self, order, None)
    }

    fn write(&mut self, config: &Config, sessions: Vec<Session>, pages: &mut usize) -> Result<(), Failure> {
        let version = self.call.version().clone();
        let (mut of_sessions, mut of_streams) = (Vec::new(), Vec::new());
        for mut session in sessions {
            more_segments(&mut session, pages)?;
            let row = rows::Session::of(&version, &session, config.people);
            let streams = rows::streams(&version, &session, config.people);
            self.call.counts(&row, &streams);
            of_sessions.push(row);
            of_streams.extend(streams);
        }
        dataset::append(tables::SESSION, &of_sessions)?;
        Ok(dataset::append(tables::STREAM, &of_streams)?)
    }
}

/// Writes who took part, and counts them.
pub(super) fn join(config: &Config, call: &mut Call, participants: &[Participant]) -> Result<(), Failure> {
    call.joined_by(participants.len());
    let version = call.version();
    let rows: Vec<_> =
        participants.iter().map(|one| rows::Participant::of(version, one, config.people)).collect();
    Ok(dataset::append(tables::PARTICIPANT, &rows)?)
}

/// Reads the segments of a session that did not stand beside it. A session has few; each page counts as one of the run.
fn more_segments(session: &mut Session, pages: &mut usize) -> Result<(), Failure> {
    let mut next = session.more_segments.take();
    while let Some(link) = next {
        let page: Page<Segment> = graph::get(link).fetch()?;
        session.segments.extend(page.value);
        next = page.next;
        *pages = pages.saturating_sub(1);
    }
    Ok(())
}
