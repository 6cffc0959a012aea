//! Record ids: 3 letters for the type, 12 for the record, and 3 that restore the case where it was
//! lost ("Object Basics: ID Field Type").

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The instance that our ids are from: they have it between type and number.
const INSTANCE: &str = "Hp0";

/// The 18-character id of the `number`th record of a type.
pub(super) fn make(prefix: &str, number: u64) -> String {
    let mut digits = [b'0'; 9];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    let mut id = String::with_capacity(18);
    id.push_str(prefix);
    id.push_str(INSTANCE);
    id.extend(digits.map(char::from));
    id.push_str(&checksum(&id));
    id
}

/// The number in an id of ours with this prefix, 15 or 18 characters long.
pub(super) fn number(id: &str, prefix: &str) -> Option<u64> {
    if !is_well_formed(id) {
        return None;
    }
    let digits = id.get(..15)?.strip_prefix(prefix)?.strip_prefix(INSTANCE)?;
    digits.bytes().try_fold(0_u64, |number, digit| {
        let value = ALPHABET.iter().position(|letter| *letter == digit)?;
        number.checked_mul(62)?.checked_add(value as u64)
    })
}

/// Whether this can be an id at all: 15 letters and digits, or 18 with the right checksum.
pub(super) fn is_well_formed(id: &str) -> bool {
    let letters = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    letters && (id.len() == 15 || id.len() == 18 && checksum(&id[..15]) == id[15..])
}

/// Three letters for 15: bit `i` of letter `n` says whether character `5n + i` is upper case.
fn checksum(id: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let letter = |block: &[u8]| {
        let bits = block
            .iter()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
            .fold(0, |bits, (at, _)| bits | 1 << at);
        char::from(LETTERS[bits & 31])
    };
    id.as_bytes().chunks(5).take(3).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_marks_upper_case() {
        assert_eq!(checksum("aaaaaaaaaaaaaaa"), "AAA");
        assert_eq!(checksum("AAAAAAAAAAAAAAA"), "555");
        assert_eq!(checksum("0012J00002TiWzr"), "QAF");
        assert_eq!(checksum("Aaaaa0aaaAaaaaa"), "BQA");
    }

    #[test]
    fn an_id_leads_back_to_its_number() {
        for number in [0, 1, 61, 62, 1_234_567, 62_u64.pow(9) - 1] {
            let id = make("00T", number);
            assert_eq!(id.len(), 18);
            assert_eq!(super::number(&id, "00T"), Some(number));
            assert_eq!(super::number(&id[..15], "00T"), Some(number));
            assert_eq!(super::number(&id, "006"), None);
        }
    }

    #[test]
    fn a_wrong_checksum_is_no_id() {
        let id = make("006", 5);
        assert!(is_well_formed(&id));
        assert!(!is_well_formed(&format!("{}ZZZ", &id[..15])));
        assert!(!is_well_formed("006XXX"));
        assert!(!is_well_formed("19:abcdefgh@thr"));
    }
}
