//! What a client sends: a list in JSON or CSV, or one record as a form or a JSON object.

use serde_json::{Map, Value};

use super::errors::Failure;
use crate::call::Call;

/// Fields by name, as they were sent.
pub(super) type Fields = Map<String, Value>;

/// The records of a request.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    One(Fields),
    Many(Vec<Fields>),
}

/// The most records of one request.
const MOST: usize = 500;

pub(super) fn read(call: &Call<'_>) -> Result<Incoming, Failure> {
    let kind = call.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let incoming = match kind {
        "application/json" => of_json(call.body)?,
        "text/csv" => Incoming::Many(of_csv(&String::from_utf8_lossy(call.body))?),
        "application/x-www-form-urlencoded" => Incoming::One(
            url::form_urlencoded::parse(call.body)
                .map(|(name, value)| (name.into_owned(), value.into()))
                .collect(),
        ),
        other => return Err(Failure::data(format!("The content type [{other}] is not supported."))),
    };
    match &incoming {
        Incoming::Many(rows) if rows.is_empty() => Err(Failure::data("The input has no records.")),
        Incoming::Many(rows) if rows.len() > MOST => {
            Err(Failure::data(format!("The input has {} records; the most is {MOST}.", rows.len())))
        }
        _ => Ok(incoming),
    }
}

fn of_json(body: &[u8]) -> Result<Incoming, Failure> {
    let malformed = |why: String| Failure::data(format!("The JSON input cannot be read: {why}"));
    match serde_json::from_slice(body).map_err(|error| malformed(error.to_string()))? {
        Value::Object(fields) => Ok(Incoming::One(fields)),
        Value::Array(rows) => {
            let fields = |row| match row {
                Value::Object(fields) => Ok(fields),
                other => Err(malformed(format!("{other} is no record"))),
            };
            rows.into_iter().map(fields).collect::<Result<_, _>>().map(Incoming::Many)
        }
        other => Err(malformed(format!("{other} is no list of records"))),
    }
}

fn of_csv(text: &str) -> Result<Vec<Fields>, Failure> {
    let mut lines = csv(text).into_iter();
    let names = lines.next().ok_or_else(|| Failure::data("The CSV input has no header."))?;
    lines
        .map(|line| match line.len() == names.len() {
            true => Ok(names.iter().cloned().zip(line.into_iter().map(Value::from)).collect()),
            false => Err(Failure::data("A line of the CSV input has not as many values as its header.")),
        })
        .collect()
}

/// RFC 4180.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn csv_has_quotes_and_line_breaks_in_them() {
        let rows = of_csv("id,title__v\r\n1,\"a, \"\"b\"\"\nc\"\n2,d").unwrap();
        assert_eq!(
            json!(rows),
            json!([{"id": "1", "title__v": "a, \"b\"\nc"}, {"id": "2", "title__v": "d"}])
        );
        assert!(of_csv("a,b\n1").is_err());
    }

    #[test]
    fn json_is_a_list_of_records_or_one() {
        assert!(matches!(of_json(br#"[{"a":1}]"#), Ok(Incoming::Many(rows)) if rows.len() == 1));
        assert!(matches!(of_json(br#"{"a":1}"#), Ok(Incoming::One(_))));
        for bad in ["", "5", "[5]", "{"] {
            assert_eq!(of_json(bad.as_bytes()).unwrap_err().kind, "INVALID_DATA", "{bad}");
        }
    }
}
