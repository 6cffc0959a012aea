//! From pieces to a query: `SELECT … FROM … WHERE … AND … ORDER BY … PAGESIZE … PAGEOFFSET …`.

use super::lex::{Token, lex};
use crate::vault::errors::Failure;

/// A query.
#[derive(Debug, PartialEq)]
pub(in crate::vault) struct Query {
    pub(super) fields: Vec<Selected>,
    pub(super) object: String,
    pub(super) conditions: Vec<Condition>,
    pub(super) order: Vec<(String, bool)>,
    pub(super) page_size: Option<usize>,
    pub(super) page_offset: usize,
    pub(super) most: Option<usize>,
}

/// A field to show.
#[derive(Debug, PartialEq)]
pub(super) struct Selected {
    pub(super) path: String,
    /// `LONGTEXT(…)`: the whole of it.
    pub(super) whole: bool,
}

/// A condition.
#[derive(Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) path: String,
    pub(super) is: Is,
    pub(super) values: Vec<Option<String>>,
}

/// How a field stands to the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Has one of them.
    Contains,
    Like,
}

/// Reads a query.
pub(in crate::vault) fn parse(text: &str) -> Result<Query, Failure> {
    let tokens = lex(text).map_err(|rest| syntax(&rest))?;
    let mut parser = Parser { tokens: &tokens };
    let query = parser.query()?;
    match parser.tokens.first() {
        None => Ok(query),
        Some(extra) => Err(syntax(extra.shown())),
    }
}

fn syntax(near: &str) -> Failure {
    let near: String = near.chars().take(60).collect();
    Failure::new("INCORRECT_QUERY_SYNTAX_ERROR", format!("The query cannot be read near [{near}]."))
}

struct Parser<'a> {
    tokens: &'a [Token],
}

impl<'a> Parser<'a> {
    fn query(&mut self) -> Result<Query, Failure> {
        self.expect("SELECT")?;
        let mut fields = vec![self.selected()?];
        while self.sign(",") {
            fields.push(self.selected()?);
        }
        self.expect("FROM")?;
        let mut query = Query {
            fields,
            object: self.word()?.to_owned(),
            conditions: Vec::new(),
            order: Vec::new(),
            page_size: None,
            page_offset: 0,
            most: None,
        };
        if self.keyword("WHERE") {
            query.conditions.push(self.condition()?);
            while self.keyword("AND") {
                query.conditions.push(self.condition()?);
            }
        }
        if self.keyword("ORDER") {
            self.expect("BY")?;
            loop {
                let path = self.word()?.to_owned();
                let down = self.keyword("DESC");
                let _ = !down && self.keyword("ASC");
                query.order.push((path, down));
                if !self.sign(",") {
                    break;
                }
            }
        }
        loop {
            if self.keyword("PAGESIZE") {
                query.page_size = Some(self.number()?);
            } else if self.keyword("PAGEOFFSET") || self.keyword("SKIP") {
                query.page_offset = self.number()?;
            } else if self.keyword("MAXROWS") {
                query.most = Some(self.number()?);
            } else {
                return Ok(query);
            }
        }
    }

    fn selected(&mut self) -> Result<Selected, Failure> {
        let word = self.word()?.to_owned();
        if !self.sign("(") {
            return Ok(Selected { path: word, whole: false });
        }
        if !word.eq_ignore_ascii_case("LONGTEXT") {
            return Err(syntax(&word));
        }
        let path = self.word()?.to_owned();
        if self.sign(")") { Ok(Selected { path, whole: true }) } else { Err(self.wrong()) }
    }

    fn condition(&mut self) -> Result<Condition, Failure> {
        let path = self.word()?.to_owned();
        let signs = [
            ("=", Is::Equal),
            ("!=", Is::Unequal),
            ("<=", Is::LessOrEqual),
            (">=", Is::GreaterOrEqual),
            ("<", Is::Less),
            (">", Is::Greater),
        ];
        if let Some((_, is)) = signs.into_iter().find(|(sign, _)| self.sign(sign)) {
            return Ok(Condition { path, is, values: vec![self.value()?] });
        }
        if self.keyword("LIKE") {
            return Ok(Condition { path, is: Is::Like, values: vec![self.value()?] });
        }
        if !(self.keyword("CONTAINS") || self.keyword("IN")) || !self.sign("(") {
            return Err(self.wrong());
        }
        let mut values = vec![self.value()?];
        while self.sign(",") {
            values.push(self.value()?);
        }
        if self.sign(")") { Ok(Condition { path, is: Is::Contains, values }) } else { Err(self.wrong()) }
    }

    /// A text, number or truth value; none for `null`.
    fn value(&mut self) -> Result<Option<String>, Failure> {
        let (first, rest) = self.tokens.split_first().ok_or_else(|| self.wrong())?;
        let value = match first {
            Token::Text(text) => Some(text.clone()),
            Token::Word(word) if word.eq_ignore_ascii_case("null") => None,
            Token::Word(word) => Some(word.clone()),
            Token::Sign(_) => return Err(self.wrong()),
        };
        self.tokens = rest;
        Ok(value)
    }

    fn number(&mut self) -> Result<usize, Failure> {
        let word = self.word()?;
        word.parse().map_err(|_| syntax(word))
    }

    fn word(&mut self) -> Result<&'a str, Failure> {
        match self.tokens.split_first() {
            Some((Token::Word(word), rest)) => {
                self.tokens = rest;
                Ok(word)
            }
            _ => Err(self.wrong()),
        }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        self.take(|token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword)))
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.take(|token| matches!(token, Token::Sign(known) if *known == sign))
    }

    fn take(&mut self, is_it: impl Fn(&Token) -> bool) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if is_it(first) => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, keyword: &str) -> Result<(), Failure> {
        if self.keyword(keyword) { Ok(()) } else { Err(self.wrong()) }
    }

    fn wrong(&self) -> Failure {
        syntax(self.tokens.first().map_or("the end", Token::shown))
    }
}
