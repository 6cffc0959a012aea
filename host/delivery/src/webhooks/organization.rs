//! Salesforce organisation ids: 15 characters in which case counts, or 18 of which the last three say what the
//! case of the others is.

/// The 15 characters of an id that is given in either form; none if it is no organisation's.
pub(super) fn canonical(id: &str) -> Option<&str> {
    let well_formed = id.starts_with("00D") && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let (short, suffix) = id.split_at_checked(15).filter(|_| well_formed)?;
    match suffix.len() {
        0 => Some(short),
        3 => (suffix == checksum(short)).then_some(short),
        _ => None,
    }
}

/// For each five characters a bit for every capital, read as a letter or digit.
fn checksum(short: &str) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let digit = |five: &[u8]| {
        let bits = five.iter().enumerate().map(|(bit, b)| usize::from(b.is_ascii_uppercase()) << bit);
        char::from(DIGITS[bits.sum::<usize>() & 31])
    };
    short.as_bytes().chunks(5).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_both_forms_of_one_id() {
        // Both from Salesforce's documentation of outbound messages and of ids.
        assert_eq!(canonical("00D000000000062"), Some("00D000000000062"));
        assert_eq!(canonical("00D000000000062EAA"), Some("00D000000000062"));
        for wrong in
            ["", "00D", "00D00000000006", "00D000000000062E", "00D000000000062eaa", "00d000000000062"]
        {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
        assert_eq!(canonical("00D0000000000é2"), None);
        assert_eq!(canonical("006000000000062"), None);
    }

    proptest! {
        #[test]
        fn a_change_of_case_is_another_organisation(tail in "[0-9A-Za-z]{12}", at in 3_usize..15) {
            let id = format!("00D{tail}");
            let long = format!("{id}{}", checksum(&id));
            prop_assert_eq!(canonical(&long), Some(id.as_str()));
            let mut other = long.clone().into_bytes();
            other[at] ^= if other[at].is_ascii_alphabetic() { 0x20 } else { 0 };
            let other = String::from_utf8(other).unwrap();
            prop_assert_eq!(canonical(&other).is_some(), other == long);
        }
    }
}
