//! Texts inside queries. Pure.

/// A text as a query holds it: it cannot leave its quotes.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Whether this is an id as Vault makes them, and so safe in a path, a query and a key.
pub fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `application/x-www-form-urlencoded`, of one field.
pub fn form(name: &str, value: &str) -> Vec<u8> {
    format!("{name}={}", tieline_sdk::encode(value)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("o'brien' OR 'a'='a"), r"'o\'brien\' OR \'a\'=\'a'");
        assert_eq!(quoted(r"a\"), r"'a\\'");
        assert_eq!(form("q", "a = 'b&c'"), b"q=a%20%3D%20%27b%26c%27");
    }

    #[test]
    fn ids_have_no_separators() {
        assert!(is_id("V0D000000000101"));
        for wrong in ["", "V0D/1", "V0D'1", "V0D 1", &"a".repeat(41)] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
