//! What an error answer of OneNote means. Its codes are numbers.
//!
//! <https://learn.microsoft.com/graph/onenote-error-codes>

use tieline_sdk::{Failure, Problem, Response, graph};

/// Code of OneNote, ours, and what to do.
const KNOWN: [(&str, &str, &str); 9] = [
    ("graph.10007", "onenote-busy", "try again in a moment"),
    ("graph.20102", "note-unseen", UNSEEN),
    ("graph.20117", "onenote-name-taken", "rename what has this name, or change the scheme in the settings"),
    ("graph.20166", "onenote-throttled", THROTTLED),
    ("graph.too-many-requests", "onenote-throttled", THROTTLED),
    ("graph.30101", "onenote-full", "the notebook's storage is used up; ask the team's owner to make room"),
    ("graph.30103", "onenote-locked", "somebody holds the section; try again in a moment"),
    ("graph.30108", "onenote-forbidden", FORBIDDEN),
    ("graph.40004", "onenote-forbidden", FORBIDDEN),
];

const FORBIDDEN: &str = "ask an owner of the team to let you into it, so that you can edit its notebook";
const THROTTLED: &str = "OneNote takes 120 requests of a person in a minute: try again in a minute";
const UNSEEN: &str = "it was deleted, or is not there for everybody yet: try again in a moment";

/// The failure that an unsuccessful answer describes.
pub(crate) fn failure(response: &Response) -> Failure {
    response.failure(named(response.status, graph::error(response)))
}

/// The same of a list that could not be read.
pub(crate) fn explained(failure: Failure) -> Failure {
    match failure {
        Failure::Retry((problem, after)) => Failure::Retry((named(0, problem), after)),
        Failure::Permanent(problem) => Failure::Permanent(named(0, problem)),
    }
}

fn named(status: u16, theirs: Problem) -> Problem {
    let known = KNOWN.iter().find(|(code, ..)| *code == theirs.code);
    let (code, remedy) = match (known, status) {
        (Some((_, ours, remedy)), _) => (*ours, *remedy),
        (None, 429) => ("onenote-throttled", THROTTLED),
        (None, 413) => ("note-too-large", "leave images out, and append them one by one"),
        (None, 403) => ("onenote-forbidden", FORBIDDEN),
        (None, 404) => ("note-unseen", UNSEEN),
        (None, _) => return theirs,
    };
    Problem::new(format!("vault.{code}"), theirs.message).remedy(remedy)
}

/// Whether an answer says that what is to be created has a name that is taken.
pub(crate) fn says_taken(response: &Response) -> bool {
    response.status == 409 || graph::error(response).code == "graph.20117"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_statuses_are_named() {
        let of = |status, code: &str| named(status, Problem::new(code, "m")).code;
        assert_eq!(of(404, "graph.20102"), "vault.note-unseen");
        assert_eq!(of(429, "graph.20166"), "vault.onenote-throttled");
        assert_eq!(of(429, "graph.too-many-requests"), "vault.onenote-throttled");
        assert_eq!(of(413, "graph.request-entity-too-large"), "vault.note-too-large");
        assert_eq!(of(400, "graph.20109"), "graph.20109");
        let failure = explained(Failure::retry(Problem::new("graph.30108", "m")));
        assert!(
            matches!(&failure, Failure::Retry((problem, None)) if problem.code == "vault.onenote-forbidden")
        );
    }
}
