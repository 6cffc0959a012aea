//! `tieline act`: run an action.

use std::{io, path::PathBuf};

use serde_json::Value;
use tieline_types::api::ActRequest;

use crate::{Answer, Exit, Failure, cli::act::Act, client::Client};

/// The input of an action cannot be read.
#[derive(Debug, thiserror::Error)]
enum InputError {
    #[error("reading the input from {} failed", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("the input is not JSON")]
    Json(#[source] serde_json::Error),
}

pub(crate) async fn run(client: &Client, args: Act) -> Result<Answer, Failure> {
    let request = ActRequest {
        input: input(&args.input).map_err(|error| Failure::new(Exit::Usage, error))?,
        record: args.record.map(|record| (record.kind, record.id)),
        idempotency_key: args.idempotency_key,
        user: args.user,
    };
    let response = client.act(&args.installation, &args.action, &request).await?;
    let text = serde_json::to_string_pretty(&response.output).unwrap_or_default();
    Ok(Answer::done(text).with("output", response.output))
}

fn input(given: &str) -> Result<Value, InputError> {
    let text = match given.strip_prefix('@') {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|source| InputError::File { path: path.into(), source })?
        }
        None => given.into(),
    };
    serde_json::from_str(&text).map_err(InputError::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_json_or_a_file_of_it() {
        assert!(matches!(input("{"), Err(InputError::Json(_))));
        assert!(matches!(input("@/no/such/file"), Err(InputError::File { .. })));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("input.json");
        std::fs::write(&path, "{\"a\": 1}\n").unwrap();
        assert_eq!(input(&format!("@{}", path.display())).unwrap(), input(r#"{"a":1}"#).unwrap());
    }
}
