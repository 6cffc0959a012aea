//! Datasets of installations: tables, numbers for charts, exports.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{
    Json as Answer,
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tieline_delivery::{Asked, Format, Host};
use tieline_types::{
    InstallationId, InstallationKey, TenantId,
    api::{DatasetCompaction, DatasetDetail, DatasetNumbers, DatasetSummary, Page},
    dataset::{Day, TableKey},
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ProblemDocument,
    extract::{Path, Query},
    paging::Paging,
    refusal::Refusal,
};

type Named = Path<(TenantId, InstallationId, String)>;

/// The tables of an installation, by name.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}/datasets",
    operation_id = "listDatasets",
    tag = "datasets",
    params(Paging),
    responses((status = 200, body = Page<DatasetSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<DatasetSummary>>, Refusal> {
    let tables = host.datasets(&InstallationKey { tenant, installation }).await?;
    Ok(Answer(paging.of(tables, |table| table.table.clone())))
}

/// A table with its columns and its days.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}/datasets/{table}",
    operation_id = "getDataset",
    tag = "datasets",
    responses((status = 200, body = DatasetDetail))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    named: Named,
) -> Result<Answer<DatasetDetail>, Refusal> {
    Ok(Answer(host.dataset(&key(named)).await?))
}

/// Numbers about the rows of a table, in groups.
///
/// `?by=day,network&measure=count,mean:jitter_ms&where=failed:true&from=2026-11-01&to=2026-11-30`; `where` may stand
/// several times, since a value may hold a comma.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}/datasets/{table}/summary",
    operation_id = "getDatasetNumbers",
    tag = "datasets",
    params(
        ("by" = Option<String>, Query, description = "What rows of one group have in common: columns, with commas between."),
        ("measure" = Option<String>, Query, description = "`count`, `mean:<column>`, …, with commas between; `count` when absent."),
        ("where" = Option<Vec<String>>, Query, description = "`<column>:<value>`; several must all hold."),
        ("from" = Option<Day>, Query, description = "The first day."),
        ("to" = Option<Day>, Query, description = "The last day.")
    ),
    responses((status = 200, body = DatasetNumbers))
)]
pub(crate) async fn summary(
    State(host): State<Arc<Host>>,
    named: Named,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Answer<DatasetNumbers>, Response> {
    let malformed = |what| ProblemDocument::malformed("query.invalid", what).into_response();
    let (asked, days) = understood(query).map_err(malformed)?;
    let numbers = host.dataset_numbers(&key(named), &asked, days).await;
    numbers.map(Answer).map_err(|error| Refusal::from(error).into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Selection {
    /// What kind of file.
    #[param(inline)]
    format: Wanted,
    /// The first day.
    from: Option<Day>,
    /// The last day.
    to: Option<Day>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    Csv,
    Parquet,
}

/// The rows of a table, as a file.
///
/// Streamed: a table that cannot be read to its end breaks off, so that nobody takes a part for the whole.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}/datasets/{table}/export",
    operation_id = "exportDataset",
    tag = "datasets",
    params(Selection),
    responses((status = 200, content((String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet"))))
)]
pub(crate) async fn export(
    State(host): State<Arc<Host>>,
    named: Named,
    Query(Selection { format, from, to }): Query<Selection>,
) -> Result<Response, Refusal> {
    let (format, kind, ending) = match format {
        Wanted::Csv => (Format::Csv, "text/csv; charset=utf-8", "csv"),
        Wanted::Parquet => (Format::Parquet, "application/vnd.apache.parquet", "parquet"),
    };
    let key = key(named);
    let rows = host.dataset_export(&key, format, days(from, to)).await?;
    let mut response = Body::from_stream(rows).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // A table that there is has a plain name.
    let file = format!("attachment; filename=\"{}.{ending}\"", key.table);
    headers.extend(HeaderValue::try_from(file).ok().map(|file| (header::CONTENT_DISPOSITION, file)));
    Ok(response)
}

/// Merges a table's files, and drops rows that others superseded.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/datasets/{table}/compact",
    operation_id = "compactDataset",
    tag = "datasets",
    responses((status = 200, body = DatasetCompaction))
)]
pub(crate) async fn compact(
    State(host): State<Arc<Host>>,
    named: Named,
) -> Result<Answer<DatasetCompaction>, Refusal> {
    Ok(Answer(host.compact_dataset(&key(named)).await?))
}

fn key(Path((tenant, installation, table)): Named) -> TableKey {
    TableKey { installation: InstallationKey { tenant, installation }, table }
}

fn days(from: Option<Day>, to: Option<Day>) -> RangeInclusive<Day> {
    from.unwrap_or(Day::FIRST)..=to.unwrap_or(Day::LAST)
}

/// What is asked, or in words why that cannot be read.
fn understood(query: Vec<(String, String)>) -> Result<(Asked, RangeInclusive<Day>), String> {
    let (mut asked, mut from, mut to) = (Asked::default(), None, None);
    let parts =
        |text: &str| text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    for (name, value) in query {
        let day = || value.parse::<Day>().map_err(|error| format!("{name}: {error}"));
        match name.as_str() {
            "by" => asked.by.extend(parts(&value)),
            "measure" => asked.measures.extend(parts(&value)),
            "where" => asked.filters.push(value),
            "from" => from = Some(day()?),
            "to" => to = Some(day()?),
            _ => return Err(format!("there is no `{name}`: use by, measure, where, from and to")),
        }
    }
    if asked.measures.is_empty() {
        asked.measures.push("count".into());
    }
    Ok((asked, days(from, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_from_its_query_and_nothing_else_is_taken() {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let query =
            [("by", "day,network"), ("measure", "mean:jitter_ms"), ("where", "a:1,2"), ("where", "b:3")];
        let (asked, days) = understood(query.map(pair).to_vec()).unwrap();
        assert_eq!((asked.by.len(), asked.measures.len(), asked.filters.len()), (2, 1, 2));
        assert_eq!(days, Day::FIRST..=Day::LAST);
        let (asked, days) = understood([("from", "2026-11-22")].map(pair).to_vec()).unwrap();
        assert_eq!((asked.measures[0].as_str(), days.start().to_string().as_str()), ("count", "2026-11-22"));
        for refused in [("from", "yesterday"), ("group", "day")] {
            assert!(understood(vec![pair(refused)]).is_err(), "{refused:?}");
        }
    }
}
