//! `tieline datasets`: the tables that connectors keep.

use serde_json::Value;
use tieline_types::api::{DatasetDetail, DatasetNumbers, DatasetSummary};

use crate::{
    Answer, Failure,
    cli::datasets::{Datasets, Days, Export, Format, Summary, TableArgs},
    client::Client,
    table::{or_dash, table},
};

pub(crate) async fn run(command: Datasets) -> Result<Answer, Failure> {
    match command {
        Datasets::List(args) => {
            let tables = Client::new(&args.remote)?.datasets(&args.installation).await?;
            Ok(Answer::done(listed(&tables)).with("datasets", tables))
        }
        Datasets::Show(args) => {
            let found = client(&args)?.dataset(&args.installation, &args.table).await?;
            Ok(Answer::done(shown(&found)).with("dataset", found))
        }
        Datasets::Summary(args) => summary(args).await,
        Datasets::Export(args) => export(args).await,
        Datasets::Compact(args) => {
            let done = client(&args)?.compact_dataset(&args.installation, &args.table).await?;
            let text = format!(
                "{} files of {} days: {} bytes before, {} after; {} superseded rows are gone.",
                done.files, done.days, done.bytes_before, done.bytes_after, done.superseded_rows
            );
            Ok(Answer::done(text).with("compacted", done))
        }
    }
}

fn client(args: &TableArgs) -> Result<Client, Failure> {
    Ok(Client::new(&args.remote)?)
}

async fn summary(args: Summary) -> Result<Answer, Failure> {
    let Summary { table, by, measure, filters, days } = args;
    let mut query = of_days(&days);
    query.extend([("by", by.join(",")), ("measure", measure.join(","))]);
    query.extend(filters.into_iter().map(|filter| ("where", filter)));
    let numbers = client(&table)?.dataset_numbers(&table.installation, &table.table, &query).await?;
    Ok(Answer::done(told(&numbers)).with("rows", numbers.rows).with("groups", numbers.groups))
}

async fn export(args: Export) -> Result<Answer, Failure> {
    let Export { table, format, out, days } = args;
    let mut query = of_days(&days);
    let format = match format {
        Format::Csv => "csv",
        Format::Parquet => "parquet",
    };
    query.push(("format", format.to_owned()));
    let bytes = client(&table)?.export_dataset(&table.installation, &table.table, &query, &out).await?;
    Ok(Answer::done(format!("{}: {bytes} bytes", out.display())).with("file", &out).with("bytes", bytes))
}

fn of_days(days: &Days) -> Vec<(&'static str, String)> {
    let from = days.from.map(|day| ("from", day.to_string()));
    from.into_iter().chain(days.to.map(|day| ("to", day.to_string()))).collect()
}

fn listed(tables: &[DatasetSummary]) -> String {
    let rows = tables.iter().map(|found| {
        vec![
            found.table.clone(),
            or_dash(found.first_day.map(|day| day.to_string())),
            or_dash(found.last_day.map(|day| day.to_string())),
            found.rows.to_string(),
            found.files.to_string(),
            found.bytes.to_string(),
            found.waiting_bytes.to_string(),
        ]
    });
    let headings = ["Table", "From", "To", "Rows", "Files", "Bytes", "Bytes waiting"];
    table(&headings, rows.collect(), "No tables.")
}

fn shown(found: &DatasetDetail) -> String {
    let schema = &found.schema;
    let role = |name: &String| {
        let roles = [
            ("key", schema.key.contains(name)),
            ("version", schema.version.as_ref() == Some(name)),
            ("day", schema.partition_by.as_ref() == Some(name)),
        ];
        roles.into_iter().filter(|(_, is)| *is).map(|(role, _)| role).collect::<Vec<_>>().join(", ")
    };
    let columns = schema.columns.iter().map(|column| {
        let nothing = if column.nullable { "may be nothing" } else { "" };
        vec![column.name.clone(), column.kind.to_string(), nothing.into(), role(&column.name)]
    });
    let columns = table(&["Column", "Type", "", "Is the"], columns.collect(), "No columns.");
    let days = found.days.iter().map(|day| {
        vec![day.day.to_string(), day.rows.to_string(), day.files.to_string(), day.bytes.to_string()]
    });
    let days = table(&["Day", "Rows", "Files", "Bytes"], days.collect(), "No files yet.");
    format!("{columns}\n\n{days}")
}

/// One line a group: what its rows have in common, then its numbers.
fn told(numbers: &DatasetNumbers) -> String {
    let Some(first) = numbers.groups.first() else { return "No rows.".into() };
    let headings: Vec<&str> = first.by.keys().chain(first.measures.keys()).map(String::as_str).collect();
    let text = |value: &Value| match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => format!("{:.3}", number.as_f64().unwrap_or_default()),
        other => other.to_string(),
    };
    let rows = numbers
        .groups
        .iter()
        .map(|group| group.by.values().chain(group.measures.values()).map(text).collect());
    table(&headings, rows.collect(), "No rows.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups_are_lines_with_their_numbers() {
        let numbers: DatasetNumbers = serde_json::from_value(json!({
            "rows": 3,
            "groups": [
                { "by": { "network": null }, "measures": { "count": 1, "mean:jitter_ms": 2.5 } },
                { "by": { "network": "wifi" }, "measures": { "count": 2, "mean:jitter_ms": null } },
            ],
        }))
        .expect("numbers");
        let text = told(&numbers);
        for part in ["network", "mean:jitter_ms", "wifi", "2.500", "–"] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(told(&DatasetNumbers { rows: 0, groups: vec![] }), "No rows.");
    }
}
