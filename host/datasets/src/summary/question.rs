//! What is asked of a table, in words, and whether it can be.

use tieline_types::{
    Problem,
    dataset::{Column, ColumnType, Table},
};

use super::measure::{Kind, Measure};

/// What rows are grouped by when it is no column: the day of their partition.
const DAY: &str = "day";

/// What is asked, as it was written.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Columns, or `day`.
    pub by: Vec<String>,
    /// `count`, `sum:column`, `mean:column`, `min:column`, `max:column`, `share:column`, `share:column=value`.
    pub measures: Vec<String>,
    /// `column:value`, all of which must hold.
    pub filters: Vec<String>,
}

/// What is asked, understood.
#[derive(Debug, Clone)]
pub struct Question {
    /// The columns that are read.
    pub columns: Vec<Column>,
    pub(super) by: Vec<By>,
    pub(super) measures: Vec<Measure>,
    /// Where a column stands, and what its value must be, as text.
    pub(super) filters: Vec<(usize, String)>,
}

/// What rows are grouped by.
#[derive(Debug, Clone)]
pub(super) struct By {
    pub(super) name: String,
    /// Where its column stands; none: the day.
    pub(super) place: Option<usize>,
}

impl Question {
    /// Understands what is asked of a table.
    ///
    /// # Errors
    /// Everything that cannot be asked, each with what could be.
    pub fn of(table: &Table, asked: &Asked) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader { table, columns: Vec::new(), problems: Vec::new() };
        let by: Vec<_> = asked.by.iter().filter_map(|name| reader.by(name)).collect();
        let measures: Vec<_> = asked.measures.iter().filter_map(|text| reader.measure(text)).collect();
        let filters: Vec<_> = asked.filters.iter().filter_map(|text| reader.filter(text)).collect();
        let Reader { columns, problems, .. } = reader;
        if problems.is_empty() { Ok(Self { columns, by, measures, filters }) } else { Err(problems) }
    }
}

struct Reader<'a> {
    table: &'a Table,
    columns: Vec<Column>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn by(&mut self, name: &str) -> Option<By> {
        let place = match name {
            DAY => None,
            name => Some(self.place(name, "/by")?),
        };
        Some(By { name: name.to_owned(), place })
    }

    fn measure(&mut self, text: &str) -> Option<Measure> {
        let (kind, of) = text.split_once(':').map_or((text, None), |(kind, of)| (kind, Some(of)));
        let kind = match (kind, of) {
            ("count", None) => return Some(Measure::count()),
            ("sum", Some(_)) => Kind::Sum,
            ("mean", Some(_)) => Kind::Mean,
            ("min", Some(_)) => Kind::Min,
            ("max", Some(_)) => Kind::Max,
            ("share", Some(_)) => Kind::Share,
            _ => {
                let message = format!("`{}` is no measure.", shown(text));
                let remedy = "Use count, sum:COLUMN, mean:COLUMN, min:COLUMN, max:COLUMN, share:COLUMN or \
                              share:COLUMN=VALUE.";
                self.problems
                    .push(Problem::new("dataset.no-such-measure", message).remedy(remedy).at("/measure"));
                return None;
            }
        };
        let (column, value) =
            of.unwrap_or_default().split_once('=').map_or((of?, None), |(c, v)| (c, Some(v)));
        let place = self.place(column, "/measure")?;
        let found = self.columns[place].kind;
        let fits = match kind {
            Kind::Share => value.is_some() || found == ColumnType::Boolean,
            _ => value.is_none() && matches!(found, ColumnType::Integer | ColumnType::Number),
        };
        if !fits {
            let message = format!("`{}` does not fit `{column}`, which is of the type {found}.", shown(text));
            let remedy = "Sums, means and extremes are of numbers; a share is of a boolean, or of one value.";
            self.problems
                .push(Problem::new("dataset.measure-does-not-fit", message).remedy(remedy).at("/measure"));
            return None;
        }
        Some(Measure::of(text, kind, place, value))
    }

    fn filter(&mut self, text: &str) -> Option<(usize, String)> {
        let Some((column, value)) = text.split_once(':') else {
            let message = format!("`{}` is no condition.", shown(text));
            self.problems.push(
                Problem::new("dataset.no-such-condition", message).remedy("Use COLUMN:VALUE.").at("/where"),
            );
            return None;
        };
        Some((self.place(column, "/where")?, value.to_owned()))
    }

    fn place(&mut self, name: &str, at: &str) -> Option<usize> {
        let Some(column) = self.table.column(name) else {
            let known: Vec<&str> = self.table.columns.iter().map(|column| column.name.as_str()).collect();
            let message = format!("`{}` has no column `{}`.", self.table.name, shown(name));
            let remedy = format!("Its columns are {}; rows are also grouped by {DAY}.", known.join(", "));
            self.problems.push(Problem::new("dataset.no-such-column", message).remedy(remedy).at(at));
            return None;
        };
        let place = self.columns.iter().position(|found| found.name == name);
        Some(place.unwrap_or_else(|| {
            self.columns.push(column.clone());
            self.columns.len() - 1
        }))
    }
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect::<String>().escape_debug().to_string()
}
