//! The contract as Rust types and traits, generated from `wit/`.
//!
//! Host functions may return `wasmtime::Result` around the contract's own result: the outer error is a fault
//! of the host and traps, the inner one is an answer.

#![allow(missing_docs)]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "connector-world",
    imports: {
        default: trappable,
        "tieline:connector/graph.send": async | trappable,
        "tieline:connector/graph.send-all": async | trappable,
        "tieline:connector/http.send": async | trappable,
        "tieline:connector/alert.raise": async | trappable,
        "tieline:connector/alert.clear": async | trappable,
        "tieline:connector/schedule.at": async | trappable,
        "tieline:connector/schedule.cancel": async | trappable,
        "tieline:connector/storage.get": async | trappable,
        "tieline:connector/storage.put": async | trappable,
        "tieline:connector/storage.delete": async | trappable,
        "tieline:connector/storage.scan": async | trappable,
    },
    exports: { default: async },
    // What a guest asks and is told can be kept on tape.
    additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
});

pub use exports::tieline::connector::connector;
pub use tieline::connector::{
    activity, alert, clock, dataset, events, graph, http, log, random, schedule, storage, types,
};

use tieline_types::Problem;

/// A guest's words are kept with its events and shown in lists, so they are cut to what people read.
impl From<types::Problem> for Problem {
    fn from(problem: types::Problem) -> Self {
        let cut = |mut text: String, most: usize| {
            text.truncate(text.floor_char_boundary(most));
            text
        };
        Self {
            code: cut(problem.code, 128),
            message: cut(problem.message, 4 << 10),
            remedy: problem.remedy.map(|remedy| cut(remedy, 4 << 10)),
            field: problem.field.map(|field| cut(field, 1 << 10)),
        }
    }
}

impl From<Problem> for types::Problem {
    fn from(problem: Problem) -> Self {
        Self { code: problem.code, message: problem.message, remedy: problem.remedy, field: problem.field }
    }
}

impl From<tieline_egress::Denial> for types::Denial {
    fn from(denial: tieline_egress::Denial) -> Self {
        Self { asked: denial.asked, allow_with: denial.allow_with }
    }
}
