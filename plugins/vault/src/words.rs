//! Text: for names that Microsoft takes, and for finding a case's number in other words. Pure.

/// At most so many UTF-16 units, which is how Microsoft counts: cut between characters, without blanks at the end.
pub fn cut(text: &str, most: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > most {
            return text[..at].trim_end();
        }
    }
    text
}

/// Whether a text names something as a whole word, in any case: `C-0001` is in “Re: [c-0001] Pump”, and not in `C-00012`.
pub fn names(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let part = |c: char| c.is_alphanumeric();
    !word.is_empty()
        && text.match_indices(&word).any(|(at, _)| {
            !text[..at].chars().next_back().is_some_and(part)
                && !text[at + word.len()..].chars().next().is_some_and(part)
        })
}

/// A short code that follows from these words: the same on every machine and for ever, since others keep it (FNV-1a).
pub fn code(words: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    // A byte that no text holds stands between the words, so that they cannot run into each other.
    for byte in words.iter().flat_map(|word| word.bytes().chain([0xff])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_found_as_a_whole_word_only() {
        for (text, found) in [
            ("Re: [C-0001] Pump", true),
            ("c-0001", true),
            ("C-00012", false),
            ("XC-0001", false),
            ("XC-0001 and C-0001", true),
            ("", false),
        ] {
            assert_eq!(names(text, "C-0001"), found, "{text}");
        }
        assert!(!names("anything", ""));
    }

    #[test]
    fn codes_are_what_they_always_were() {
        assert_eq!(code(&[]), "cbf29ce484222325");
        assert_ne!(code(&["a", "bc"]), code(&["ab", "c"]));
    }

    proptest! {
        #[test]
        fn a_cut_text_is_short_and_a_beginning(text in r"\PC{0,40}", most in 0_usize..40) {
            let short = cut(&text, most);
            prop_assert!(text.starts_with(short) && short.encode_utf16().count() <= most.max(text.encode_utf16().count().min(most)));
        }
    }
}
