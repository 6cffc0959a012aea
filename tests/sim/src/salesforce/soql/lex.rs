//! SOQL as a list of words, values and signs.

/// A piece of a query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or keyword.
    Word(String),
    /// A string without its quotes and escapes.
    Text(String),
    /// A number, or a date or date-time, which are written without quotes.
    Literal(String),
    /// One of `= != < <= > >= , ( )`.
    Sign(&'static str),
}

impl Token {
    /// The piece as an error message quotes it.
    pub(super) fn shown(&self) -> &str {
        match self {
            Token::Word(text) | Token::Text(text) | Token::Literal(text) => text,
            Token::Sign(sign) => sign,
        }
    }
}

/// Longer signs first.
const SIGNS: [&str; 10] = ["!=", "<>", "<=", ">=", "=", "<", ">", ",", "(", ")"];

/// Cuts a query into pieces; the error is the piece that is none.
pub(super) fn lex(query: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (text, after) = text(&rest[1..]).ok_or_else(|| rest.to_owned())?;
            tokens.push(Token::Text(text));
            rest = after;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(if *sign == "<>" { "!=" } else { sign }));
            rest = &rest[sign.len()..];
        } else {
            let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+' | ':');
            let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            if end == 0 {
                return Err(first.to_string());
            }
            let word = rest[..end].to_owned();
            tokens.push(if first.is_ascii_alphabetic() { Token::Word(word) } else { Token::Literal(word) });
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// A string up to its closing quote, and what comes after.
fn text(rest: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => return Some((text, &rest[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' | 'N' => text.push('\n'),
                'r' | 'R' => text.push('\r'),
                't' | 'T' => text.push('\t'),
                // Only `LIKE` reads these further.
                wildcard @ ('_' | '%') => {
                    text.push('\\');
                    text.push(wildcard);
                }
                quoted @ ('\'' | '"' | '\\') => text.push(quoted),
                _ => return None,
            },
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_told_apart() {
        let tokens = lex(r"Name='O\'Brien' AND Amount>=5 AND CreatedDate<2026-01-01T00:00:00Z").unwrap();
        assert_eq!(tokens[2], Token::Text("O'Brien".into()));
        assert_eq!(tokens[5], Token::Sign(">="));
        assert_eq!(tokens[6], Token::Literal("5".into()));
        assert_eq!(tokens[10], Token::Literal("2026-01-01T00:00:00Z".into()));
    }

    #[test]
    fn an_open_string_is_none() {
        assert!(lex("Name = 'open").is_err());
        assert!(lex(r"Name = 'a\qb'").is_err());
        assert!(lex("Name = ;").is_err());
    }
}
