//! What dead letters of one cause have in common. Pure.

use tieline_types::{ConnectorId, Digest, Problem};

/// The fingerprint of a cause: equal for problems of one connector that differ in numbers, ids and quoted parts
/// only.
pub(crate) fn of(connector: Option<&ConnectorId>, problem: &Problem) -> String {
    let connector = connector.map_or("", ConnectorId::as_str);
    let named = [connector, &problem.code, &normalised(&problem.message)].join("\0");
    Digest::of(named.as_bytes()).hex()[..16].to_owned()
}

/// The message without what tells one occurrence from another: quoted parts become `…`, and words with a digit
/// become `#`.
fn normalised(message: &str) -> String {
    let mut folded = String::with_capacity(message.len());
    let mut rest = message.chars();
    let mut word = String::new();
    let close = |word: &mut String, folded: &mut String| {
        if word.chars().any(|c| c.is_ascii_digit()) {
            folded.push('#');
        } else {
            folded.push_str(word);
        }
        word.clear();
    };
    while let Some(letter) = rest.next() {
        // An apostrophe inside a word quotes nothing.
        let quote = match letter {
            '“' => Some('”'),
            '‘' => Some('’'),
            '`' | '"' => Some(letter),
            '\'' if word.is_empty() => Some(letter),
            _ => None,
        };
        if let Some(end) = quote
            && rest.clone().any(|c| c == end)
        {
            close(&mut word, &mut folded);
            rest.by_ref().find(|c| *c == end);
            folded.push('…');
        } else if letter.is_alphanumeric() || matches!(letter, '-' | '_' | '\'') {
            word.push(letter);
        } else {
            close(&mut word, &mut folded);
            folded.push(letter);
        }
    }
    close(&mut word, &mut folded);
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn print(message: &str) -> String {
        of(None, &Problem::new("c", message))
    }

    #[test]
    fn what_differs_from_case_to_case_does_not_count() {
        for (a, b) in [
            ("Row 17 of 3.2 is missing.", "Row 4 of 9.1 is missing."),
            ("no Opportunity 0065g00000XyZAb", "no Opportunity 0065g00000AbCDe"),
            ("event 0198c2f0-aaaa-7bbb-8ccc-dddddddddddd", "event 0198c2f0-1111-7bbb-8ccc-dddddddddddd"),
            ("no field `Amount__c` here", "no field `Stage` here"),
            ("it said “gone”", "it said “not yet there”"),
            ("it can't read 'a b'", "it can't read 'c'"),
        ] {
            assert_eq!(print(a), print(b), "{a}");
        }
    }

    #[test]
    fn what_it_is_about_does() {
        assert_ne!(print("no Task"), print("no Opportunity"));
        assert_ne!(print("it can't read"), print("it can't write"));
        assert_ne!(print("it can't: don't"), print("it can't: won't"));
        let problem = Problem::new("c", "m");
        assert_ne!(of(None, &problem), of(Some(&"crm".parse().unwrap()), &problem));
        assert_ne!(of(None, &problem), of(None, &Problem::new("d", "m")));
    }

    proptest! {
        #[test]
        fn is_a_function_of_any_text(message in ".{0,200}") {
            prop_assert_eq!(print(&message).len(), 16);
            prop_assert_eq!(print(&message), print(&message));
        }
    }
}
