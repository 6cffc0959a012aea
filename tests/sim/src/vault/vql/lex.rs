//! VQL as a list of words, texts and signs.

/// A piece of a query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, keyword or number.
    Word(String),
    /// A text without its quotes.
    Text(String),
    /// One of `= != < <= > >= , ( )`.
    Sign(&'static str),
}

impl Token {
    /// The piece as an error message quotes it.
    pub(super) fn shown(&self) -> &str {
        match self {
            Token::Word(text) | Token::Text(text) => text,
            Token::Sign(sign) => sign,
        }
    }
}

/// Longer signs first.
const SIGNS: [&str; 9] = ["!=", "<=", ">=", "=", "<", ">", ",", "(", ")"];

/// Cuts a query into pieces; the error is the rest that cannot be cut.
pub(super) fn lex(query: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (text, after) = text(&rest[1..]).ok_or_else(|| rest.to_owned())?;
            tokens.push(Token::Text(text));
            rest = after;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
            let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            if end == 0 {
                return Err(rest.to_owned());
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// A text up to its closing quote, and what comes after. A backslash or another quote escapes a quote.
fn text(rest: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => text.push(chars.next()?.1),
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
                text.push('\'');
            }
            '\'' => return Some((text, &rest[at + 1..])),
            c => text.push(c),
        }
    }
    None
}
