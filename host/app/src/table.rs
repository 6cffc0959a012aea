//! Tables for people.

use comfy_table::{LineStyle, Table, presets};
use tieline_types::Timestamp;

/// A table under its headings, or a sentence when there is nothing to show.
pub(crate) fn table(headings: &[&str], rows: Vec<Vec<String>>, nothing: &str) -> String {
    if rows.is_empty() {
        return nothing.into();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_header(headings.to_vec());
    table.add_rows(rows);
    table.trim_fmt()
}

/// `2026-11-21 08:30:00Z`: to the second, which is what eyes can use.
pub(crate) fn time(at: Timestamp) -> String {
    let text = at.rfc3339();
    match text.split_once('.') {
        Some((second, _)) => format!("{}Z", second.replace('T', " ")),
        None => text,
    }
}

/// `–` for nothing.
pub(crate) fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".into())
}

/// One item a line.
pub(crate) fn lines<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_so_when_there_is_nothing() {
        assert_eq!(table(&["A"], vec![], "No tenants."), "No tenants.");
        assert!(table(&["A"], vec![vec!["x".into()]], "").contains('x'));
    }

    #[test]
    fn times_are_to_the_second() {
        assert_eq!(time(Timestamp(1_763_712_000_123)), "2025-11-21 08:00:00Z");
    }
}
