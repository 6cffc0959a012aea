//! The words of a filter.

use super::super::errors::ApiError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    Comma,
    Colon,
    /// A list of texts, as `Microsoft.Dynamics.CRM.In` takes it.
    OpenList,
    CloseList,
    Equals,
    Text(String),
    /// A name, a path, a number, a guid, a date: what stands without quotes.
    Word(String),
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ApiError> {
    let mut tokens = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        tokens.push(match letter {
            ' ' | '\t' | '\n' | '\r' => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '[' => Token::OpenList,
            ']' => Token::CloseList,
            ',' => Token::Comma,
            '=' => Token::Equals,
            ':' => Token::Colon,
            '\'' | '"' => {
                let mut value = String::new();
                loop {
                    match letters.next() {
                        // Two quotes stand for one.
                        Some((_, quote)) if quote == letter => {
                            if letters.next_if(|(_, next)| *next == letter).is_none() {
                                break;
                            }
                            value.push(letter);
                        }
                        Some((_, other)) => value.push(other),
                        None => return Err(unclosed(text)),
                    }
                }
                Token::Text(value)
            }
            _ => {
                let mut end = at + letter.len_utf8();
                // Colons are part of dates, but begin the body of a lambda after its variable.
                let dated = letter.is_ascii_digit();
                let inside = |c: char| !c.is_whitespace() && !"()[],='\"".contains(c) && (dated || c != ':');
                while let Some((next, c)) = letters.next_if(|(_, c)| inside(*c)) {
                    end = next + c.len_utf8();
                }
                Token::Word(text[at..end].to_owned())
            }
        });
    }
    Ok(tokens)
}

fn unclosed(text: &str) -> ApiError {
    let message = format!("There is an unterminated string literal at position {} in '{text}'.", text.len());
    ApiError::request(message)
}
