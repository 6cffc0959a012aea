//! The grammar of a filter.

use serde_json::{Value, json};

use super::super::errors::ApiError;
use super::lex::{Token, tokens};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    /// A property, by its path, and what it is compared with.
    Compare(Vec<String>, Operator, Value),
    /// One of these; every value is a text.
    OneOf(Vec<String>, Vec<String>),
    /// Some row at the end of a navigation property.
    Some(String, Option<Box<Expression>>),
}

/// How something is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Contains,
    StartsWith,
    EndsWith,
}

impl Operator {
    /// Those that are written as functions, by name.
    pub(in super::super) fn function(self) -> Option<&'static str> {
        match self {
            Self::Contains => Some("contains"),
            Self::StartsWith => Some("startswith"),
            Self::EndsWith => Some("endswith"),
            _ => None,
        }
    }
}

pub(in super::super) fn parse(text: &str) -> Result<Expression, ApiError> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, variable: None };
    let whole = parser.any()?;
    match parser.at == parser.tokens.len() {
        true => Ok(whole),
        false => Err(parser.error()),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// The variable of the lambda that is being read: it begins paths, and is left out of them.
    variable: Option<String>,
}

impl Parser<'_> {
    fn error(&self) -> ApiError {
        ApiError::request(format!("Syntax error at position {} in '{}'.", self.at, self.text))
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let taken = self.peek() == Some(wanted);
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), ApiError> {
        if self.take(wanted) { Ok(()) } else { Err(self.error()) }
    }

    fn keyword(&mut self, wanted: &str) -> bool {
        let taken = matches!(self.peek(), Some(Token::Word(word)) if word == wanted);
        self.at += usize::from(taken);
        taken
    }

    fn word(&mut self) -> Result<String, ApiError> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.error()),
        }
    }

    fn text(&mut self) -> Result<String, ApiError> {
        match self.peek() {
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.error()),
        }
    }

    fn any(&mut self) -> Result<Expression, ApiError> {
        let mut parts = vec![self.all()?];
        while self.keyword("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, ApiError> {
        let mut parts = vec![self.one()?];
        while self.keyword("and") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self) -> Result<Expression, ApiError> {
        if self.keyword("not") {
            return Ok(Expression::Not(Box::new(self.one()?)));
        }
        if self.take(&Token::Open) {
            let inside = self.any()?;
            self.expect(&Token::Close)?;
            return Ok(inside);
        }
        let word = self.word()?;
        if !self.take(&Token::Open) {
            let operator = self.operator()?;
            let value = self.value()?;
            return Ok(Expression::Compare(self.path(&word), operator, value));
        }
        match (word.as_str(), word.strip_suffix("/any")) {
            ("contains", _) => self.function(Operator::Contains),
            ("startswith", _) => self.function(Operator::StartsWith),
            ("endswith", _) => self.function(Operator::EndsWith),
            ("Microsoft.Dynamics.CRM.In", _) => self.one_of(),
            (_, Some(navigation)) => self.some(navigation.to_owned()),
            _ => {
                Err(ApiError::not_supported("0x80060888", format!("The function '{word}' is not supported.")))
            }
        }
    }

    fn path(&self, word: &str) -> Vec<String> {
        let mut parts: Vec<String> = word.split('/').map(str::to_owned).collect();
        if parts.len() > 1 && self.variable.as_ref() == parts.first() {
            parts.remove(0);
        }
        parts
    }

    fn operator(&mut self) -> Result<Operator, ApiError> {
        Ok(match self.word()?.as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            _ => return Err(self.error()),
        })
    }

    fn value(&mut self) -> Result<Value, ApiError> {
        if let Some(Token::Text(_)) = self.peek() {
            return Ok(self.text()?.into());
        }
        let word = self.word()?;
        Ok(match word.as_str() {
            "null" => Value::Null,
            "true" => true.into(),
            "false" => false.into(),
            // Guids and dates may begin with digits, too.
            _ => match word.parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => word.parse::<f64>().map_or_else(|_| json!(word), |number| json!(number)),
            },
        })
    }

    /// `contains(name,'x')`, behind the parenthesis.
    fn function(&mut self, operator: Operator) -> Result<Expression, ApiError> {
        let word = self.word()?;
        self.expect(&Token::Comma)?;
        let value = self.text()?;
        self.expect(&Token::Close)?;
        Ok(Expression::Compare(self.path(&word), operator, value.into()))
    }

    /// `Microsoft.Dynamics.CRM.In(PropertyName='x',PropertyValues=['a','b'])`, behind the parenthesis.
    fn one_of(&mut self) -> Result<Expression, ApiError> {
        let named = |parser: &mut Self, name: &str| match parser.keyword(name) {
            true => parser.expect(&Token::Equals),
            false => Err(parser.error()),
        };
        named(self, "PropertyName")?;
        let property = self.text()?;
        self.expect(&Token::Comma)?;
        named(self, "PropertyValues")?;
        self.expect(&Token::OpenList)?;
        let mut values = vec![self.text()?];
        while self.take(&Token::Comma) {
            values.push(self.text()?);
        }
        self.expect(&Token::CloseList)?;
        self.expect(&Token::Close)?;
        Ok(Expression::OneOf(self.path(&property), values))
    }

    /// `members/any(m:m/name eq 'x')`, behind the parenthesis.
    fn some(&mut self, navigation: String) -> Result<Expression, ApiError> {
        if self.take(&Token::Close) {
            return Ok(Expression::Some(navigation, None));
        }
        let variable = self.word()?;
        self.expect(&Token::Colon)?;
        let outer = self.variable.replace(variable);
        let inside = self.any()?;
        self.variable = outer;
        self.expect(&Token::Close)?;
        Ok(Expression::Some(navigation, Some(Box::new(inside))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(path: &str, operator: Operator, value: Value) -> Expression {
        Expression::Compare(path.split('/').map(str::to_owned).collect(), operator, value)
    }

    #[test]
    fn and_binds_closer_than_or() {
        let read = parse("a eq 1 or b ne 'it''s' and not (c gt null)").unwrap();
        let c = Expression::Not(Box::new(compare("c", Operator::Greater, Value::Null)));
        let both = Expression::All(vec![compare("b", Operator::NotEqual, json!("it's")), c]);
        assert_eq!(read, Expression::Any(vec![compare("a", Operator::Equal, json!(1)), both]));
    }

    #[test]
    fn values_are_guids_dates_numbers_and_texts() {
        for (text, value) in [
            ("60c4e274-0d87-e711-80e5-00155db19e6d", json!("60c4e274-0d87-e711-80e5-00155db19e6d")),
            ("2026-11-22T07:00:00Z", json!("2026-11-22T07:00:00Z")),
            ("-1.5", json!(-1.5)),
            ("true", json!(true)),
        ] {
            let read = parse(&format!("x/y le {text}")).unwrap();
            assert_eq!(read, compare("x/y", Operator::LessOrEqual, value));
        }
    }

    #[test]
    fn functions_lists_and_lambdas() {
        assert_eq!(parse("contains(a,'b')").unwrap(), compare("a", Operator::Contains, json!("b")));
        let read = parse("Microsoft.Dynamics.CRM.In(PropertyName='a',PropertyValues=['1',\"2\"])").unwrap();
        assert_eq!(read, Expression::OneOf(vec!["a".into()], vec!["1".into(), "2".into()]));
        let read = parse("teams/any(t:t/name eq 'x')").unwrap();
        let inside = compare("name", Operator::Equal, json!("x"));
        assert_eq!(read, Expression::Some("teams".into(), Some(Box::new(inside))));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for text in
            ["", "a", "a eq", "a is 1", "a eq 1 b", "(a eq 1", "a eq 'x", "year(a) eq 1", "x/all(t:t eq 1)"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
