//! One value of a row.

use std::borrow::Cow;

use serde_json::Value;

use super::{ColumnType, Day};

/// One value of a row, of the type of its column or nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number, never NaN and never infinite.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A day.
    Date(Day),
    /// A moment, in microseconds since 1970.
    DateTime(i64),
}

/// Whole numbers up to this are exact in a JSON number with a point.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Cell<'_> {
    /// The value of a column of this type; none where it is of another.
    pub(super) fn of(value: &Value, kind: ColumnType) -> Option<Cell<'static>> {
        if value.is_null() {
            return Some(Cell::Null);
        }
        Some(match kind {
            ColumnType::Text => Cell::Text(Cow::Owned(value.as_str()?.to_owned())),
            ColumnType::Integer => Cell::Integer(value.as_i64().or_else(|| whole(value.as_f64()?))?),
            ColumnType::Number => Cell::Number(value.as_f64().filter(|number| number.is_finite())?),
            ColumnType::Boolean => Cell::Boolean(value.as_bool()?),
            ColumnType::Date => Cell::Date(value.as_str()?.parse().ok()?),
            ColumnType::DateTime => {
                let moment: jiff::Timestamp = value.as_str()?.parse().ok()?;
                let micros = moment.as_microsecond();
                Day::of_micros(micros)?;
                Cell::DateTime(micros)
            }
        })
    }

    /// The day that a row with this value belongs to.
    pub(super) fn day(&self) -> Option<Day> {
        match self {
            Self::Date(day) => Some(*day),
            Self::DateTime(micros) => Day::of_micros(*micros),
            _ => None,
        }
    }

    /// As JSON writes it: moments in RFC 3339, days as `2026-11-22`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::from(text.as_ref()),
            Self::Integer(number) => Value::from(*number),
            Self::Number(number) => Value::from(*number),
            Self::Boolean(is) => Value::from(*is),
            Self::Date(day) => Value::from(day.to_string()),
            Self::DateTime(micros) => Value::from(moment(*micros)),
        }
    }
}

/// RFC 3339 in UTC, with as many digits of a second as there are.
pub(super) fn moment(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::MAX).to_string()
}

/// JSON Schema counts 5.0 as an integer.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_of_its_columns_type_or_refused() {
        use ColumnType::*;
        for (value, kind, taken) in [
            (json!("x"), Text, true),
            (json!(1), Text, false),
            (json!(5.0), Integer, true),
            (json!(5.5), Integer, false),
            (json!(u64::MAX), Integer, false),
            (json!(1e300), Integer, false),
            (json!(7), Number, true),
            (json!("7"), Number, false),
            (json!(true), Boolean, true),
            (json!(0), Boolean, false),
            (json!("2026-11-22"), Date, true),
            (json!("2026-11-22T10:00:00Z"), Date, false),
            (json!("2026-11-22T10:00:00.123456+01:00"), DateTime, true),
            (json!("2026-11-22 10:00"), DateTime, false),
            (json!("2026-11-22"), DateTime, false),
            (json!([]), Text, false),
            (json!({}), Text, false),
            (json!(null), DateTime, true),
        ] {
            assert_eq!(Cell::of(&value, kind).is_some(), taken, "{value} {kind:?}");
        }
        let told = Cell::of(&json!("2026-11-22T10:00:00.5+01:00"), DateTime).unwrap();
        assert_eq!(told.to_json(), json!("2026-11-22T09:00:00.5Z"));
        assert_eq!(told.day().unwrap().to_string(), "2026-11-22");
    }
}
