//! Rows of a table: filtered, sorted, in pages, counted ("Query data using the Web API").

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::errors::ApiError;
use super::filter::{self, Operator, Order};
use super::options::Options;
use super::rows::Row;
use super::schema::Table;
use super::shown::{self, Seen};
use super::{Data, Request, changes, expand, metadata};
use crate::call::{self, Reply};
use crate::percent;

/// No page has more.
const LARGEST_PAGE: usize = 5000;

pub(super) fn list(request: &Request<'_>, table: &'static Table) -> Result<Reply, ApiError> {
    known(&request.options)?;
    let data = &*request.environment.data.read();
    if request.options.prefer.track_changes || request.options.deltatoken.is_some() {
        return changes::list(request, data, table);
    }
    let rows = shown::visible(data, &request.caller, table)?.collect();
    of(request, data, table, rows)
}

/// Options that are not simulated are refused, rather than left out.
pub(super) fn known(options: &Options) -> Result<(), ApiError> {
    match options.unknown.first() {
        None => Ok(()),
        Some(name) if name.starts_with('$') && !["$apply", "$search"].contains(&name.as_str()) => {
            let message = format!(
                "The query parameter {name} is not supported. Use '$$' prefix for custom query options."
            );
            Err(ApiError::request(message))
        }
        Some(name) => Err(ApiError::not_supported("0x80060888", format!("{name} is not supported here."))),
    }
}

/// `https://…/$metadata#accounts(name,telephone1)`
pub(super) fn context(request: &Request<'_>, table: &Table) -> String {
    let select = request.options.select.as_ref().map(|names| format!("({})", names.join(",")));
    format!("{}/$metadata#{}{}", request.root, table.set, select.unwrap_or_default())
}

/// The answer with those of these rows that are asked for.
pub(super) fn of(
    request: &Request<'_>,
    data: &Data,
    table: &'static Table,
    rows: Vec<&Row>,
) -> Result<Reply, ApiError> {
    let options = &request.options;
    let columns = shown::selected(table, options.select.as_deref())?;
    let expansions = options.expand.as_deref().map(|text| expand::read(table, text)).transpose()?;
    let mut rows = matching(data, table, rows, options.filter.as_deref())?;
    sort(data, table, &mut rows, options.orderby.as_deref())?;
    let total = rows.len();
    let (from, size) = page(options)?;
    let mut value = Vec::new();
    for row in rows.iter().skip(from).take(size) {
        let mut shown = shown::shown(&data.rows, table, row, &columns, &options.prefer);
        if let Some(expansions) = &expansions {
            expand::apply(&data.rows, table, row, expansions, &options.prefer, &mut shown)?;
        }
        value.push(Value::Object(shown));
    }
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), context(request, table).into());
    if options.count {
        body.insert("@odata.count".to_owned(), total.min(LARGEST_PAGE).into());
    }
    let end = from.saturating_add(value.len());
    body.insert("value".to_owned(), value.into());
    if end < total && options.top.is_none() {
        body.insert("@odata.nextLink".to_owned(), next_link(request, table, from / size + 2).into());
    }
    let mut reply = call::json(StatusCode::OK, &body);
    if let Some(applied) = applied(options) {
        reply.headers_mut().insert("preference-applied", applied);
    }
    Ok(reply)
}

/// `/accounts/$count`
pub(super) fn count(request: &Request<'_>, table: &'static Table) -> Result<Reply, ApiError> {
    if request.method != Method::GET {
        return Err(ApiError::wrong_method(&request.method));
    }
    let data = &*request.environment.data.read();
    if let Some(token) = &request.options.deltatoken {
        return changes::count(request, data, table, token);
    }
    let rows = shown::visible(data, &request.caller, table)?.collect();
    let rows = matching(data, table, rows, request.options.filter.as_deref())?;
    Ok(number(rows.len()))
}

/// A number as text.
pub(super) fn number(number: usize) -> Reply {
    let text = http::HeaderValue::from_static("text/plain");
    call::raw(StatusCode::OK, text, number.min(LARGEST_PAGE).to_string().into())
}

fn matching<'a>(
    data: &'a Data,
    table: &'static Table,
    rows: Vec<&'a Row>,
    text: Option<&str>,
) -> Result<Vec<&'a Row>, ApiError> {
    let Some(text) = text else { return Ok(rows) };
    let condition = filter::parse(text)?;
    let mut found = Vec::new();
    for row in rows {
        if filter::holds(&condition, &Seen { rows: &data.rows, table, row })? {
            found.push(row);
        }
    }
    Ok(found)
}

fn sort(data: &Data, table: &'static Table, rows: &mut [&Row], text: Option<&str>) -> Result<(), ApiError> {
    let orders: Vec<Order> = text.map(filter::orders).transpose()?.unwrap_or_default();
    let mut columns = Vec::new();
    for order in &orders {
        let column = table
            .property(&order.property)
            .ok_or_else(|| ApiError::no_property(&order.property, table.name))?;
        columns.push((column, order.descending));
    }
    // Look-ups and choices are sorted by what people read.
    let key = |row: &Row, column| shown::formatted(&data.rows, row, column).filter(|_| by_label(column));
    rows.sort_by(|one, other| {
        let orders = columns.iter().map(|(column, descending)| {
            let order = match (key(one, column), key(other, column)) {
                (Some(one), Some(other)) => one.cmp(&other),
                _ => filter::compare(&shown::value(one, column), &shown::value(other, column))
                    .unwrap_or(std::cmp::Ordering::Equal),
            };
            if *descending { order.reverse() } else { order }
        });
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    Ok(())
}

fn by_label(column: &super::schema::Column) -> bool {
    column.is_lookup() || !column.options().is_empty()
}

/// Where the page begins, and how many rows it has at most.
fn page(options: &Options) -> Result<(usize, usize), ApiError> {
    if let Some(top) = &options.top {
        let top: usize = top.parse().ok().filter(|top| *top > 0).ok_or_else(|| {
            ApiError::request(format!(
                "Invalid value '{top}' for $top query option found. It must be positive."
            ))
        })?;
        return Ok((0, top.min(LARGEST_PAGE)));
    }
    let size = options.prefer.page.unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE);
    let Some(token) = &options.skiptoken else { return Ok((0, size)) };
    let number: Option<usize> = token
        .split_once("pagenumber=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .and_then(|(number, _)| number.parse().ok())
        .filter(|number| *number > 0);
    let number = number.ok_or_else(|| ApiError::request("The skip token is not well formed."))?;
    Ok(((number - 1).saturating_mul(size), size))
}

/// The page's size is not part of the link: the client says it again, or gets pages of 5,000.
fn next_link(request: &Request<'_>, table: &Table, number: usize) -> String {
    let cookie = format!("<cookie pagenumber=\"{number}\" istracking=\"False\" />");
    let raw = &request.options.raw;
    let before = if raw.is_empty() { String::new() } else { format!("{raw}&") };
    format!("{}/{}?{before}$skiptoken={}", request.root, table.set, percent::encode(&cookie))
}

fn applied(options: &Options) -> Option<http::HeaderValue> {
    let mut applied = Vec::new();
    if let Some(size) = options.prefer.page {
        applied.push(format!("odata.maxpagesize={size}"));
    }
    if !options.prefer.annotations.is_empty() {
        applied.push(format!("odata.include-annotations=\"{}\"", options.prefer.annotations.join(",")));
    }
    http::HeaderValue::try_from(applied.join(",")).ok().filter(|value| !value.is_empty())
}

/// The part of a list of definitions that is asked for. Metadata knows fewer operators than rows do.
pub(super) fn of_definitions(
    request: &Request<'_>,
    set: &str,
    all: Vec<Value>,
    more: &dyn Fn(&Value, &str) -> Option<Value>,
) -> Result<Reply, ApiError> {
    let options = &request.options;
    known(options)?;
    let condition = options.filter.as_deref().map(filter::parse).transpose()?;
    if let Some(function) = condition.as_ref().and_then(function) {
        let message = format!("The \"{function}\" function isn't supported for Metadata Entities");
        return Err(ApiError::not_supported("0x8006088a", message));
    }
    let mut value = Vec::new();
    for one in all {
        let wanted = match &condition {
            Some(condition) => filter::holds(condition, &metadata::Definition(&one))?,
            None => true,
        };
        if wanted {
            value.push(metadata::narrowed(one, request, more));
        }
    }
    let context = format!("{}/$metadata#{set}", request.root);
    Ok(call::json(StatusCode::OK, &json!({"@odata.context": context, "value": value})))
}

fn function(condition: &filter::Expression) -> Option<&'static str> {
    use filter::Expression;
    match condition {
        Expression::All(parts) | Expression::Any(parts) => parts.iter().find_map(function),
        Expression::Not(inside) => function(inside),
        Expression::Compare(_, operator, _) => Operator::function(*operator),
        Expression::OneOf(..) => Some("In"),
        Expression::Some(..) => Some("any"),
    }
}
