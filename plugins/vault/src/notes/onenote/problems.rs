//! What an error answer of OneNote means. Its codes are numbers.
//!
//! <https://learn.microsoft.com/graph/onenote-error-codes>

use tieline_sdk::{Failure, Problem, Response, graph};

/// Code of OneNote, ours, and what to do.
const KNOWN: [(&str, &str, &str); 8] = [
    ("graph.10007", "onenote-busy", "try again in a moment"),
    (
        "graph.20102",
        "note-unseen",
        "a page that was just written is not there for everybody at once: try again in a moment",
    ),
    (
        "graph.20117",
        "onenote-name-taken",
        "rename what has this name in the notebook, or change the scheme in the settings",
    ),
    (
        "graph.20166",
        "onenote-throttled",
        "OneNote takes 120 requests of a person in a minute: try again in a minute",
    ),
    ("graph.30101", "onenote-full", "the notebook's storage is used up; ask the team's owner to make room"),
    ("graph.30102", "section-full", "nothing: the next section is taken"),
    ("graph.30103", "onenote-locked", "somebody holds the section; try again in a moment"),
    ("graph.40004", "onenote-forbidden", "ask an owner of the team to let you edit its notebook"),
];

/// The failure that an unsuccessful answer describes.
pub(crate) fn failure(response: &Response) -> Failure {
    response.failure(named(response.status, graph::error(response)))
}

fn named(status: u16, theirs: Problem) -> Problem {
    let known = KNOWN.iter().find(|(code, ..)| *code == theirs.code);
    let (code, remedy) = match (known, status) {
        (Some((_, ours, remedy)), _) => (*ours, *remedy),
        (None, 429) => {
            ("onenote-throttled", "OneNote takes 120 requests of a person in a minute: try again in a minute")
        }
        (None, 413) => ("note-too-large", "leave images out, and append them one by one"),
        (None, 403) => ("onenote-forbidden", "ask an owner of the team to let you edit its notebook"),
        (None, 404) => {
            ("note-unseen", "it was deleted, or is not there for everybody yet: try again in a moment")
        }
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
    }
}
