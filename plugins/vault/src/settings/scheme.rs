//! Names that an operator composed of words in braces: `{number} {title}`. Pure.

use tieline_sdk::time;

/// What the words in braces stand for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// What people call the vault.
    pub vault: &'a str,
    /// The case's number.
    pub number: &'a str,
    /// What the case is about.
    pub title: &'a str,
    /// What the person called the note.
    pub note: &'a str,
    /// The day, as days since 1970.
    pub day: u64,
}

/// A word in braces that nobody knows, or a brace without its other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown(pub String);

/// The name with everything filled in, blanks put in order.
///
/// # Errors
/// When there is a word that is not among `known`, or an open brace.
pub fn fill(scheme: &str, known: &[&str], facts: &Facts<'_>) -> Result<String, Unknown> {
    let mut name = String::with_capacity(scheme.len() + 16);
    let mut rest = scheme;
    while let Some((before, after)) = rest.split_once('{') {
        name.push_str(before);
        let (word, after) = after.split_once('}').ok_or_else(|| Unknown(after.to_owned()))?;
        if !known.contains(&word) {
            return Err(Unknown(word.to_owned()));
        }
        let date = time::date(facts.day);
        name.push_str(match word {
            "vault" => facts.vault,
            "number" => facts.number,
            "title" => facts.title,
            "note" => facts.note,
            "date" => &date,
            "year" => &date[..4],
            "month" => &date[5..7],
            other => return Err(Unknown(other.to_owned())),
        });
        rest = after;
    }
    if rest.contains('}') {
        return Err(Unknown(rest.to_owned()));
    }
    name.push_str(rest);
    Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_braces_are_filled_in_and_unknown_ones_are_named() {
        let facts =
            Facts { vault: "Contoso", number: "C-1", title: " Pump  leaks ", note: "Call", day: 20_778 };
        let all = ["vault", "number", "title", "note", "date", "year", "month"];
        for (scheme, name) in [
            ("{number} {title}", Ok("C-1 Pump leaks".to_owned())),
            ("{vault} {year}/{month}", Ok("Contoso 2026/11".to_owned())),
            ("{date}: {note}", Ok("2026-11-21: Call".to_owned())),
            ("plain", Ok("plain".to_owned())),
            ("{nothing}", Err(Unknown("nothing".to_owned()))),
            ("{number", Err(Unknown("number".to_owned()))),
            ("number}", Err(Unknown("number}".to_owned()))),
        ] {
            assert_eq!(fill(scheme, &all, &facts), name, "{scheme}");
        }
        assert!(fill("{note}", &["number"], &facts).is_err(), "a channel has no note");
    }
}
