//! What notebooks and sections may be called.

use super::errors;
use crate::graph::errors::GraphError;

/// Checks the name of a notebook.
pub(super) fn notebook(name: &str) -> Result<(), GraphError> {
    checked(name, 128, r#"?*\/:<>|'""#)
}

/// Checks the name of a section.
pub(super) fn section(name: &str) -> Result<(), GraphError> {
    checked(name, 50, r#"?*\/:<>|&#'"%~"#)
}

fn checked(name: &str, most: usize, illegal: &str) -> Result<(), GraphError> {
    if name.trim().is_empty() {
        return Err(errors::bad_name("The name is empty.".into()));
    }
    if name.chars().count() > most {
        return Err(errors::bad_name(format!("The name has more than {most} characters.")));
    }
    match name.chars().find(|c| illegal.contains(*c)) {
        Some(c) => Err(errors::bad_name(format!("The name has the character '{c}', which it may not have."))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_length_and_illegal_characters() {
        assert!(notebook("Case notes").is_ok() && section("C-000101 Storage").is_ok());
        assert!(notebook(&"x".repeat(128)).is_ok() && notebook(&"x".repeat(129)).is_err());
        assert!(section(&"x".repeat(50)).is_ok() && section(&"x".repeat(51)).is_err());
        assert!(notebook("A & B").is_ok() && section("A & B").is_err());
        for bad in ["", " ", "a/b", "why?", "a:b", "it's"] {
            assert!(notebook(bad).is_err() && section(bad).is_err(), "{bad}");
        }
    }
}
