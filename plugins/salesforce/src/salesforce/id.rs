//! Record ids: 15 characters whose case counts, or 18, of which the last three restore the case where it was lost. Pure.
//!
//! <https://help.salesforce.com/s/articleView?id=000383751>

/// What is wrong with an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// It does not have 15 or 18 letters and digits.
    Shape,
    /// Its last three characters do not fit the others: one was mistyped, or lost its case.
    Checksum,
    /// It is of another type of record.
    Type,
}

impl Malformed {
    /// For people.
    pub fn message(self) -> &'static str {
        match self {
            Self::Shape => "this is no record id",
            Self::Checksum => "the last three characters of this id do not fit the others",
            Self::Type => "this is the id of another type of record",
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Shape => "record ids have 15 or 18 letters and digits; copy it from the record's address",
            Self::Checksum => {
                "a character was mistyped or lost its case: copy the id again, in 15 or 18 characters"
            }
            Self::Type => {
                "copy the id of the right record: 006… is an Opportunity, 001… an Account, 005… a user"
            }
        }
    }
}

/// Checks an id of a record whose type has one of these prefixes, such as `006` for Opportunities; with none, of any.
///
/// # Errors
/// What is wrong with it.
pub fn check(id: &str, prefixes: &[&str]) -> Result<(), Malformed> {
    if !matches!(id.len(), 15 | 18) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Malformed::Shape);
    }
    if id.len() == 18 && checksum(&id[..15]) != id[15..] {
        return Err(Malformed::Checksum);
    }
    match prefixes.is_empty() || prefixes.iter().any(|prefix| id.starts_with(prefix)) {
        true => Ok(()),
        false => Err(Malformed::Type),
    }
}

/// Whether two ids mean the same record, be they of 15 or 18 characters.
pub fn same(one: &str, other: &str) -> bool {
    short(one) == short(other)
}

/// The 15 characters that say it all; the other three are a checksum of them.
pub fn short(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

/// Three characters for 15: bit `i` of character `n` says whether character `5n + i` is upper case.
fn checksum(id: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let letter = |block: &[u8]| {
        let upper = block.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
        char::from(LETTERS[upper.fold(0, |bits, (at, _)| bits | 1 << at) & 31])
    };
    id.as_bytes().chunks(5).map(letter).collect()
}

/// What kind of record it is, as its first three characters tell; none for custom and rare ones.
pub fn kind(id: &str) -> Option<&'static str> {
    Some(match id.get(..3)? {
        "001" => "Account",
        "003" => "Contact",
        "006" => "Opportunity",
        "00Q" => "Lead",
        "500" => "Case",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_ids_are_good_and_mistyped_ones_are_not() {
        for id in ["0012J00002TiWzrQAF", "0012J00002TiWzr", "006000000000001AAA"] {
            assert_eq!(check(id, &[]), Ok(()), "{id}");
        }
        let cases = [
            ("0012J00002TiWzrQAA", Malformed::Checksum),
            ("0012j00002TiWzrQAF", Malformed::Checksum),
            ("0012J00002TiWz", Malformed::Shape),
            ("0012J00002TiWz-", Malformed::Shape),
            ("", Malformed::Shape),
            ("ÄÄÄÄÄÄÄ1", Malformed::Shape),
        ];
        for (id, wrong) in cases {
            assert_eq!(check(id, &[]), Err(wrong), "{id}");
        }
        assert_eq!(check("0012J00002TiWzrQAF", &["006"]), Err(Malformed::Type));
        assert!(same("0012J00002TiWzrQAF", "0012J00002TiWzr"));
        assert!(!same("0012J00002TiWzR", "0012J00002TiWzr"));
        assert_eq!(
            (kind("006000000000001"), kind("a0X000000000001"), kind("")),
            (Some("Opportunity"), None, None)
        );
    }

    proptest! {
        #[test]
        fn a_letter_of_another_case_is_noticed(id in "[a-zA-Z0-9]{15}", at in 0_usize..15) {
            let long = format!("{id}{}", checksum(&id));
            prop_assert_eq!(check(&long, &[]), Ok(()));
            let mut other = long.clone().into_bytes();
            other[at] ^= if other[at].is_ascii_alphabetic() { 0x20 } else { 0 };
            let other = String::from_utf8(other).unwrap();
            prop_assert_eq!(check(&other, &[]).is_ok(), other == long);
        }

        #[test]
        fn any_text_is_an_id_or_is_not(id in r"\PC{0,20}") {
            let _ = (check(&id, &["006"]), short(&id), kind(&id));
        }
    }
}
