//! A call, read by itself.

use serde::{Deserialize, Serialize};
use tieline_sdk::graph::{self, Request};
use tieline_sdk::{Failure, Response, log, path};

use super::write;
use crate::config::Config;
use crate::record::{CallRecord, Page, Participant};

/// A record is not always there the moment it is announced. From this attempt on it is gone.
const GONE_AT: u32 = 3;

/// A call that was listed: the body of its event.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Missed {
    pub(crate) id: String,
}

/// Reads a call and writes it, unless that version was written.
pub(crate) fn collect(config: &Config, id: &str, attempt: u32) -> Result<(), Failure> {
    let mut answers = graph::batched(asked(id)).into_iter();
    let (Some(record), Some(participants)) = (answers.next(), answers.next()) else { return Ok(()) };
    let record = record?;
    match record.status {
        200 => write::version(config, record.json()?, page(participants?)?),
        404 if attempt >= GONE_AT => {
            log::info("the call record is gone", [("call", id)]);
            Ok(())
        }
        404 => Err(Failure::retry(graph::error(&record))),
        _ => Err(record.failure(graph::error(&record))),
    }
}

/// The two requests that a call takes: itself with its sessions, and who took part.
pub(super) fn asked(id: &str) -> [Request; 2] {
    let record = path(["communications", "callRecords", id]);
    let participants = path(["communications", "callRecords", id, "participants_v2"]);
    [graph::get(record).query("$expand", "sessions($expand=segments)"), graph::get(participants)]
}

/// The answers to [`asked`], read.
pub(super) fn read(
    record: &Response,
    participants: Response,
) -> Result<(CallRecord, Page<Participant>), Failure> {
    if !record.is_success() {
        return Err(record.failure(graph::error(record)));
    }
    Ok((record.json()?, page(participants)?))
}

/// Who took part; of records from before there was such a list, nobody.
fn page(response: Response) -> Result<Page<Participant>, Failure> {
    match response.status {
        200 => response.json(),
        404 => Ok(Page { value: Vec::new(), next: None }),
        _ => Err(response.failure(graph::error(&response))),
    }
}
