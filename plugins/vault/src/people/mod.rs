//! Who asks: at Microsoft, where they must be signed in, and in the vault, which says what they may do.

pub mod person;
pub(crate) mod sign_in;

/// Ids of Graph: no separators of paths, keys or queries.
pub fn is_id(text: &str) -> bool {
    (1..=400).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:@=!".contains(&b))
}

/// An address of a person or a mailbox.
pub fn is_address(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_+#'".contains(c);
    text.len() <= 254
        && text.split_once('@').is_some_and(|(name, domain)| {
            !name.is_empty() && domain.contains('.') && name.chars().all(plain) && domain.chars().all(plain)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_addresses_have_no_separators() {
        assert!(is_id("19:4b6bed8d@thread.tacv2") && is_id("57fb72d0-d811-46f4-8947-305e6072eaa5"));
        assert!(is_address("o'brien+x@contoso.com"));
        for wrong in ["", "a/b", "a?b", "a b", "a%2fb"] {
            assert!(!is_id(wrong) && !is_address(wrong), "{wrong}");
        }
        for wrong in ["support", "@contoso.com", "a@b", "a@b.c/d", "a@b.c@d"] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
