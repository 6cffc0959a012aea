//! Whether a text contains a word or a phrase.

/// A text to look in, with case and white space levelled once for all rules.
#[derive(Debug, Clone)]
pub struct Text(String);

impl Text {
    /// Levels `text`.
    pub fn new(text: &str) -> Self {
        Self(levelled(text))
    }

    /// Whether `phrase` stands in the text as whole words, whatever the case: `net 30` is in "Net  30, please" but
    /// not in "net 300". In scripts that are written without spaces any occurrence counts. An empty phrase is in no text.
    ///
    /// Letters are compared as they are encoded: a precomposed é and an e with a combining accent differ.
    pub fn mentions(&self, phrase: &str) -> bool {
        let phrase = levelled(phrase);
        let (Some(first), Some(last)) = (phrase.chars().next(), phrase.chars().next_back()) else {
            return false;
        };
        self.0.match_indices(&phrase).any(|(at, found)| {
            let before = self.0[..at].chars().next_back();
            let after = self.0[at + found.len()..].chars().next();
            !before.is_some_and(|before| joined(before, first))
                && !after.is_some_and(|after| joined(last, after))
        })
    }

    /// Whether one of `phrases` stands in the text.
    pub fn mentions_any(&self, phrases: &[String]) -> bool {
        phrases.iter().any(|phrase| self.mentions(phrase))
    }
}

/// Lower case, one space for any white space, none at the ends, straight apostrophes.
fn levelled(text: &str) -> String {
    let mut level = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            c if c.is_whitespace() => {
                if !level.ends_with(' ') {
                    level.push(' ');
                }
            }
            '’' => level.push('\''),
            // The sigma at the end of a word is the same letter.
            'ς' => level.push('σ'),
            c => level.extend(c.to_lowercase()),
        }
    }
    level
}

/// Whether two neighbours belong to one word.
fn joined(left: char, right: char) -> bool {
    in_word(left) && in_word(right)
}

fn in_word(c: char) -> bool {
    let without_spaces = matches!(c,
        '\u{0E00}'..='\u{0EFF}'     // Thai, Lao
        | '\u{1000}'..='\u{109F}'   // Burmese
        | '\u{1780}'..='\u{17FF}'   // Khmer
        | '\u{3040}'..='\u{30FF}'   // kana
        | '\u{3400}'..='\u{9FFF}'   // Han
        | '\u{AC00}'..='\u{D7AF}'   // Hangul, whose particles follow without a space
        | '\u{F900}'..='\u{FAFF}'   // Han, compatibility
        | '\u{20000}'..='\u{3FFFF}' // Han, supplementary
    );
    c.is_alphanumeric() && !without_spaces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_of_words_are_not_mentions() {
        let cases = [
            ("the network is down", "net"),
            ("net 300 days", "net 30"),
            ("Initechs", "initech"),
            ("Überglobex", "globex"),
            ("anything", ""),
            ("anything", "  "),
            ("", "x"),
        ];
        for (text, phrase) in cases {
            assert!(!Text::new(text).mentions(phrase), "{phrase:?} in {text:?}");
        }
    }

    #[test]
    fn whole_words_are_mentions_whatever_the_case() {
        let cases = [
            ("Deal BLOCKER: legal", "blocker"),
            ("Net\u{a0}\n 30, please", "net 30"),
            ("network; net.", "net"),
            ("we lost to C++ people", "c++"),
            ("AT&T's offer", "at&t"),
            ("ÜBERTRAG an Globex", "übertrag"),
            ("ΟΔΟΣ", "οδός".replace('ό', "ο").as_str()),
            ("don’t sign", "don't sign"),
            ("競合他社の名前", "競合"),
            ("경쟁사는 강하다", "경쟁사"),
        ]
        .map(|(text, phrase)| (text.to_owned(), phrase.to_owned()));
        for (text, phrase) in cases {
            assert!(Text::new(&text).mentions(&phrase), "{phrase:?} in {text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_phrase_between_spaces_is_found(before in r"\PC{0,20}", phrase in r"[\p{L}\p{N}]{1,8}( [\p{L}]{1,8})?", after in r"\PC{0,20}") {
            let text = format!("{before} {phrase} {after}");
            prop_assert!(Text::new(&text).mentions(&phrase));
        }

        #[test]
        fn a_latin_phrase_inside_a_word_is_not(phrase in "[a-z]{1,8}", letter in "[a-z0-9]") {
            let extended = Text::new(&format!("{phrase}{letter}"));
            let repeated = phrase.chars().all(|c| c.to_string() == letter);
            prop_assert!(repeated || !extended.mentions(&phrase));
        }
    }
}
