//! Values inside SOQL.

/// `text` as a SOQL string literal, whatever it contains: `O'Hara` becomes `'O\'Hara'`.
///
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm>
pub(crate) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for c in text.chars() {
        match c {
            '\\' | '\'' | '"' => {
                literal.push('\\');
                literal.push(c);
            }
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // No address and no id has other control characters; SOQL has no escape for most of them.
            c if c.is_control() => literal.push(' '),
            c => literal.push(c),
        }
    }
    literal.push('\'');
    literal
}

/// The list of literals that `IN` wants.
pub(crate) fn list<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().map(quoted).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_quote_does_not_end_the_literal() {
        assert_eq!(quoted("' OR Name != '"), r"'\' OR Name != \''");
        assert_eq!(quoted(r"a\"), r"'a\\'");
        assert_eq!(list(["a", "b'"]), r"'a','b\''");
    }

    proptest! {
        #[test]
        fn the_literal_ends_where_it_should(text in r"['\\\n\PC]{0,40}") {
            let literal = quoted(&text);
            let mut inner = literal[1..literal.len() - 1].chars();
            while let Some(c) = inner.next() {
                prop_assert!(c != '\'' && !c.is_control());
                if c == '\\' {
                    prop_assert!(inner.next().is_some());
                }
            }
        }
    }
}
