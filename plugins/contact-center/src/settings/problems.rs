//! What is wrong with the settings, before anything is planned. Pure.

use tieline_sdk::Problem;

use super::{Config, Texts};

/// An invitation must be readable, and no conference waits for an answer for ever.
const WAIT: std::ops::RangeInclusive<u32> = 10..=3_600;
/// Longer texts would be cut by Teams.
const LONGEST: usize = 1_000;

/// Everything that is wrong, each at its field.
pub fn problems(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: String| {
        problems.push(Problem::new("contact-center.invalid-config", message).at(field));
    };
    for (name, text) in texts(&config.texts) {
        if text.trim().is_empty() || text.chars().count() > LONGEST {
            wrong(&format!("/texts/{name}"), format!("a text has 1 to {LONGEST} characters"));
        }
    }
    let Texts { positive_response, negative_response, leave_command, .. } = &config.texts;
    let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
    if same(positive_response, negative_response) {
        wrong("/texts/negative_response", "accepting and declining must be different words".to_owned());
    }
    if same(positive_response, leave_command) {
        wrong("/texts/leave_command", "accepting and leaving must be different words".to_owned());
    }
    if !WAIT.contains(&config.answer_within_seconds) {
        let message = format!("an invitation stands for {} to {} seconds", WAIT.start(), WAIT.end());
        wrong("/answer_within_seconds", message);
    }
    let phones = &config.directory.phones;
    if phones.iter().enumerate().any(|(place, kind)| phones[..place].contains(kind)) {
        wrong("/directory/phones", "a type of phone number stands there twice".to_owned());
    }
    problems
}

fn texts(texts: &Texts) -> [(&'static str, &str); 7] {
    [
        ("party_joined", &texts.party_joined),
        ("party_left", &texts.party_left),
        ("invitation", &texts.invitation),
        ("positive_response", &texts.positive_response),
        ("negative_response", &texts.negative_response),
        ("session_ended", &texts.session_ended),
        ("leave_command", &texts.leave_command),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_named_at_its_field() {
        let fields = |json: &str| -> Vec<String> {
            let config: Config = serde_json::from_str(json).unwrap();
            problems(&config).into_iter().filter_map(|problem| problem.field).collect()
        };
        assert!(fields("{}").is_empty());
        assert_eq!(fields(r#"{"texts":{"invitation":" "}}"#), ["/texts/invitation"]);
        assert_eq!(fields(r#"{"texts":{"negative_response":" yes"}}"#), ["/texts/negative_response"]);
        assert_eq!(fields(r#"{"texts":{"leave_command":"Yes"}}"#), ["/texts/leave_command"]);
        assert_eq!(fields(r#"{"texts":{"leave_command":"no"}}"#), Vec::<String>::new());
        assert_eq!(fields(r#"{"answer_within_seconds":5}"#), ["/answer_within_seconds"]);
        assert_eq!(fields(r#"{"directory":{"phones":["mobile","mobile"]}}"#), ["/directory/phones"]);
    }
}
