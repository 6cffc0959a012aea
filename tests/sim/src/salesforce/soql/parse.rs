//! From text to a query, or to the error that Salesforce would give.

use std::vec::IntoIter;

use serde_json::Value;

use super::lex::{Token, lex};
use super::{Comparison, Condition, Order, Query, Test};
use crate::clock;
use crate::salesforce::errors::ApiError;
use crate::salesforce::id;
use crate::salesforce::schema::{Field, Kind, Type};

pub(in crate::salesforce) fn parse(text: &str) -> Result<Query, ApiError> {
    let tokens = lex(text).map_err(|piece| unexpected(&piece))?;
    Parser { tokens: tokens.into_iter().peekable() }.query()
}

fn unexpected(piece: &str) -> ApiError {
    ApiError::bad_request("MALFORMED_QUERY", format!("unexpected token: '{piece}'"))
}

struct Parser {
    tokens: std::iter::Peekable<IntoIter<Token>>,
}

impl Parser {
    fn query(mut self) -> Result<Query, ApiError> {
        self.keyword("SELECT")?;
        let names = self.selection()?;
        self.keyword("FROM")?;
        let kind = self.object()?;
        let fields = names.iter().map(|name| column(kind, name)).collect::<Result<_, _>>()?;
        let mut query =
            Query { kind, fields, conditions: Vec::new(), order: Vec::new(), limit: None, offset: 0 };
        if self.take("WHERE") {
            query.conditions.push(self.condition(kind)?);
            while self.take("AND") {
                query.conditions.push(self.condition(kind)?);
            }
        }
        if self.take("ORDER") {
            self.keyword("BY")?;
            query.order.push(self.order(kind)?);
            while self.sign(",") {
                query.order.push(self.order(kind)?);
            }
        }
        if self.take("LIMIT") {
            query.limit = Some(self.number()?);
        }
        if self.take("OFFSET") {
            query.offset = self.number()?;
        }
        match self.tokens.next() {
            None => Ok(query),
            Some(rest) => Err(unexpected(rest.shown())),
        }
    }

    /// The selected names; none for `COUNT()`.
    fn selection(&mut self) -> Result<Vec<String>, ApiError> {
        let mut names = vec![self.word()?];
        if names[0].eq_ignore_ascii_case("COUNT") && self.sign("(") {
            return if self.sign(")") { Ok(Vec::new()) } else { Err(self.surprise()) };
        }
        while self.sign(",") {
            names.push(self.word()?);
        }
        Ok(names)
    }

    fn object(&mut self) -> Result<Kind, ApiError> {
        let name = self.word()?;
        Kind::named(&name).map_err(|_| {
            ApiError::bad_request(
                "INVALID_TYPE",
                format!(
                    "sObject type '{name}' is not supported. If you are attempting to use a custom object, \
             be sure to append the '__c' after the entity name. Please reference your WSDL or the \
             describe call for the appropriate names."
                ),
            )
        })
    }

    fn condition(&mut self, kind: Kind) -> Result<Condition, ApiError> {
        let field = column(kind, &self.word()?)?;
        if matches!(field.of, Type::Area(_)) {
            return Err(ApiError::bad_request(
                "INVALID_FIELD",
                format!("field '{}' can not be filtered in a query call", field.name),
            ));
        }
        let test = match self.tokens.next() {
            Some(Token::Sign(sign)) => Test::Compare(comparison(sign)?, self.value(field)?),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("LIKE") => match self.tokens.next() {
                Some(Token::Text(pattern)) => Test::Like(pattern),
                other => return Err(unexpected(other.as_ref().map_or("<EOF>", Token::shown))),
            },
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("IN") => {
                if !self.sign("(") {
                    return Err(self.surprise());
                }
                let mut values = vec![self.value(field)?];
                while self.sign(",") {
                    values.push(self.value(field)?);
                }
                if !self.sign(")") {
                    return Err(self.surprise());
                }
                Test::In(values)
            }
            other => return Err(unexpected(other.as_ref().map_or("<EOF>", Token::shown))),
        };
        Ok(Condition { field, test })
    }

    fn value(&mut self, field: &Field) -> Result<Value, ApiError> {
        let token = self.tokens.next();
        let mistyped = |shown: &str| {
            ApiError::bad_request(
                "INVALID_FIELD",
                format!(
                    "value of filter criterion for field '{}' must be of type {} and should not be \
                 enclosed in quotes: {shown}",
                    field.name,
                    field.type_name()
                ),
            )
        };
        let quoted = matches!(
            field.of,
            Type::Id
                | Type::Text(_)
                | Type::Area(_)
                | Type::Email
                | Type::Phone
                | Type::Url
                | Type::Picklist(_)
                | Type::Restricted(_)
                | Type::Reference(_)
        );
        match token {
            Some(Token::Text(text)) if quoted => {
                if matches!(field.of, Type::Id | Type::Reference(_)) && !id::is_well_formed(&text) {
                    let message = format!("invalid ID field: {text}");
                    return Err(ApiError::bad_request("INVALID_QUERY_FILTER_OPERATOR", message));
                }
                Ok(Value::String(text))
            }
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("null") => Ok(Value::Null),
            Some(Token::Word(word)) if field.of == Type::Bool => {
                word.to_ascii_lowercase().parse().map(Value::Bool).map_err(|_| mistyped(&word))
            }
            Some(Token::Literal(literal)) => match field.of {
                Type::Int | Type::Decimal => {
                    literal.parse::<f64>().map(Value::from).map_err(|_| mistyped(&literal))
                }
                Type::Date => Ok(Value::String(literal)),
                Type::DateTime if clock::parse_ms(&literal).is_some() => Ok(Value::String(literal)),
                _ => Err(mistyped(&literal)),
            },
            other => Err(mistyped(other.as_ref().map_or("<EOF>", Token::shown))),
        }
    }

    fn order(&mut self, kind: Kind) -> Result<Order, ApiError> {
        let field = column(kind, &self.word()?)?;
        let descending = self.take("DESC");
        if !descending {
            self.take("ASC");
        }
        // Nulls come first unless the query says otherwise, in either direction.
        let nulls_last = match self.take("NULLS") {
            false => false,
            true if self.take("LAST") => true,
            true => {
                self.keyword("FIRST")?;
                false
            }
        };
        Ok(Order { field, descending, nulls_last })
    }

    fn number(&mut self) -> Result<usize, ApiError> {
        match self.tokens.next() {
            Some(Token::Literal(number)) => number.parse().map_err(|_| unexpected(&number)),
            other => Err(unexpected(other.as_ref().map_or("<EOF>", Token::shown))),
        }
    }

    fn word(&mut self) -> Result<String, ApiError> {
        match self.tokens.next() {
            Some(Token::Word(word)) => Ok(word),
            other => Err(unexpected(other.as_ref().map_or("<EOF>", Token::shown))),
        }
    }

    fn keyword(&mut self, keyword: &str) -> Result<(), ApiError> {
        if self.take(keyword) { Ok(()) } else { Err(self.surprise()) }
    }

    /// Takes a keyword if it comes next.
    fn take(&mut self, keyword: &str) -> bool {
        self.tokens
            .next_if(|token| matches!(token, Token::Word(w) if w.eq_ignore_ascii_case(keyword)))
            .is_some()
    }

    /// Takes a sign if it comes next.
    fn sign(&mut self, sign: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, Token::Sign(s) if *s == sign)).is_some()
    }

    fn surprise(&mut self) -> ApiError {
        unexpected(self.tokens.peek().map_or("<EOF>", Token::shown))
    }
}

fn comparison(sign: &str) -> Result<Comparison, ApiError> {
    match sign {
        "=" => Ok(Comparison::Equal),
        "!=" => Ok(Comparison::NotEqual),
        "<" => Ok(Comparison::Less),
        "<=" => Ok(Comparison::LessOrEqual),
        ">" => Ok(Comparison::Greater),
        ">=" => Ok(Comparison::GreaterOrEqual),
        other => Err(unexpected(other)),
    }
}

fn column(kind: Kind, name: &str) -> Result<&'static Field, ApiError> {
    kind.object().field(name).ok_or_else(|| {
        ApiError::bad_request(
            "INVALID_FIELD",
            format!(
                "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be \
         sure to append the '__c' after the custom field name. Please reference your WSDL or the \
         describe call for the appropriate names.",
                kind.object().name
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> &'static str {
        parse(query).unwrap_err().code
    }

    #[test]
    fn the_subset_is_understood() {
        let deal = id::make("006", 1);
        let query = parse(&format!(
            "select Id, Subject from task where WhatId = '{deal}' and Status in \
             ('Completed','Deferred') and Subject like 'Teams%' order by CreatedDate desc nulls last \
             limit 5 offset 2",
        ))
        .unwrap();
        assert_eq!(query.kind, Kind::Task);
        assert_eq!(query.conditions.len(), 3);
        assert_eq!((query.limit, query.offset), (Some(5), 2));
        assert!(query.order[0].descending && query.order[0].nulls_last);
        assert!(parse("SELECT COUNT() FROM User").unwrap().counts());
    }

    #[test]
    fn the_rest_is_refused() {
        assert_eq!(code("SELECT Id FROM Task WHERE Status = 'a' OR Status = 'b'"), "MALFORMED_QUERY");
        assert_eq!(code("SELECT Id FROM Task GROUP BY Status"), "MALFORMED_QUERY");
        assert_eq!(code("SELECT Id, (SELECT Id FROM Tasks) FROM Account"), "MALFORMED_QUERY");
        assert_eq!(code("SELECT Id FROM"), "MALFORMED_QUERY");
        assert_eq!(code("SELECT Nonsense FROM Task"), "INVALID_FIELD");
        assert_eq!(code("SELECT Id FROM Invoice__c"), "INVALID_TYPE");
        assert_eq!(code("SELECT Id FROM Task WHERE CreatedDate > '2026-01-01T00:00:00Z'"), "INVALID_FIELD");
        assert_eq!(code("SELECT Id FROM Task WHERE Description = 'x'"), "INVALID_FIELD");
        assert_eq!(code("SELECT Id FROM Task WHERE WhatId = 'acme'"), "INVALID_QUERY_FILTER_OPERATOR");
    }
}
