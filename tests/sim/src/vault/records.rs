//! Object records ("Object Records"): one or up to 500 of a request, each with an answer of its own.

use serde_json::{Map, Value, json};

use super::Request;
use super::errors::{Failure, success};
use super::incoming::{self, Fields, Incoming};
use super::schema::{Field, Object};
use super::table::Data;
use super::validate;
use crate::call::Reply;

type Written = Result<Map<String, Value>, Failure>;

pub(super) fn list(request: &Request<'_>, object: &'static Object) -> Result<Reply, Failure> {
    let number =
        |name, usual: usize| request.call.parameter(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (limit, offset) = (number("limit", 200).min(500), number("offset", 0));
    let fields: Vec<&'static Field> = match request.call.parameter("fields") {
        None => ["id", "name__v"].into_iter().filter_map(|name| object.field(name)).collect(),
        Some(names) => names
            .split(',')
            .map(|name| {
                object.field(name.trim()).ok_or_else(|| Failure::data(format!("Invalid field [{name}].")))
            })
            .collect::<Result<_, _>>()?,
    };
    let data = request.vault.data.read();
    let table = data.of(object);
    let shown = |row: &super::table::Row| -> Map<String, Value> {
        fields.iter().map(|field| (field.name.to_owned(), row.value(field))).collect()
    };
    let rows: Vec<_> = table.rows().skip(offset).take(limit).map(shown).collect();
    Ok(success(json!({
        "responseDetails": {
            "total": table.rows().count(), "offset": offset, "limit": limit,
            "url": request.url(object), "object": {"name": object.name, "label": object.label},
        },
        "data": rows,
    })))
}

pub(super) fn get(request: &Request<'_>, object: &'static Object, id: &str) -> Result<Reply, Failure> {
    let data = request.vault.data.read();
    let row = data.of(object).get(id).ok_or_else(|| no_record(id))?;
    Ok(success(json!({"data": row.shown(object)})))
}

/// Creates records, or with `idParam` creates those that are not there and changes the others.
pub(super) fn create(request: &Request<'_>, object: &'static Object) -> Result<Reply, Failure> {
    let key = request.key(object)?;
    let mut data = request.vault.data.write();
    let done = written(incoming::read(request.call)?, |sent| match key {
        Some(key) => upsert(request, &mut data, object, key, sent),
        None => insert(request, &mut data, object, sent),
    });
    drop(data);
    Ok(done)
}

/// Changes records, found by `id` or by `idParam`.
pub(super) fn update(request: &Request<'_>, object: &'static Object) -> Result<Reply, Failure> {
    let key = request.key(object)?;
    let mut data = request.vault.data.write();
    let done = written(incoming::read(request.call)?, |sent| {
        let id = found(&data, object, key, &sent)?;
        change(request, &mut data, object, &id, sent)
    });
    drop(data);
    Ok(done)
}

pub(super) fn update_one(request: &Request<'_>, object: &'static Object, id: &str) -> Result<Reply, Failure> {
    let Incoming::One(sent) = incoming::read(request.call)? else {
        return Err(Failure::data("The input is a list, and the address is one record's."));
    };
    let mut data = request.vault.data.write();
    change(request, &mut data, object, id, sent).map(|done| success(Value::Object(done)))
}

pub(super) fn delete(request: &Request<'_>, object: &'static Object) -> Result<Reply, Failure> {
    let key = request.key(object)?;
    let mut data = request.vault.data.write();
    let done = written(incoming::read(request.call)?, |sent| {
        let id = found(&data, object, key, &sent)?;
        remove(request, &mut data, object, &id)
    });
    drop(data);
    Ok(done)
}

pub(super) fn delete_one(request: &Request<'_>, object: &'static Object, id: &str) -> Result<Reply, Failure> {
    remove(request, &mut request.vault.data.write(), object, id).map(|done| success(Value::Object(done)))
}

/// The answers of all records. The whole is a success even if none of them is.
fn written(incoming: Incoming, mut write: impl FnMut(Fields) -> Written) -> Reply {
    let rows = match incoming {
        Incoming::One(row) => {
            return match write(row) {
                Ok(done) => success(Value::Object(done)),
                Err(failure) => failure.reply(),
            };
        }
        Incoming::Many(rows) => rows,
    };
    let answer = |row| match write(row) {
        Ok(mut done) => {
            done.insert("responseStatus".to_owned(), "SUCCESS".into());
            Value::Object(done)
        }
        Err(failure) => failure.item(),
    };
    success(json!({"data": rows.into_iter().map(answer).collect::<Vec<_>>()}))
}

fn insert(request: &Request<'_>, data: &mut Data, object: &'static Object, sent: Fields) -> Written {
    let fields = validate::fields(data, object, sent, None)?;
    let id = data.of_mut(object).insert(fields, &request.session.user_id, request.now);
    Ok(named(request, object, &id))
}

fn change(
    request: &Request<'_>,
    data: &mut Data,
    object: &'static Object,
    id: &str,
    sent: Fields,
) -> Written {
    let id = data.of(object).get(id).ok_or_else(|| no_record(id))?.id.clone();
    let fields = validate::fields(data, object, sent, Some(&id))?;
    data.of_mut(object).update(&id, fields, &request.session.user_id, request.now);
    Ok(named(request, object, &id))
}

/// What says which it was stands beside `data`; the reference leaves the place open.
fn upsert(
    request: &Request<'_>,
    data: &mut Data,
    object: &'static Object,
    key: &Field,
    sent: Fields,
) -> Written {
    let value = sent.get(key.name).cloned().unwrap_or_default();
    let there = data.of(object).with(key, &value).map(|row| row.id.clone());
    let (mut done, event) = match there {
        Some(id) => (change(request, data, object, &id, sent)?, "updated__sys"),
        None if value.is_null() => {
            let message = format!("Missing required parameters [{}].", key.name);
            return Err(Failure::new("PARAMETER_REQUIRED", message));
        }
        None => (insert(request, data, object, sent)?, "created__sys"),
    };
    done.insert("event".to_owned(), event.into());
    done.insert("id_param_value".to_owned(), value);
    Ok(done)
}

fn remove(request: &Request<'_>, data: &mut Data, object: &'static Object, id: &str) -> Written {
    data.of_mut(object).delete(id, request.now).ok_or_else(|| no_record(id))?;
    Ok(Map::from_iter([("data".to_owned(), json!({"id": id}))]))
}

/// The id of the record that is meant.
fn found(data: &Data, object: &Object, key: Option<&Field>, sent: &Fields) -> Result<String, Failure> {
    let name = key.map_or("id", |key| key.name);
    let value = sent.get(name).filter(|value| !value.is_null());
    let missing = || Failure::new("PARAMETER_REQUIRED", format!("Missing required parameters [{name}]."));
    let value = value.ok_or_else(missing)?;
    let row = object.field(name).and_then(|field| data.of(object).with(field, value));
    row.map(|row| row.id.clone()).ok_or_else(|| no_record(value.as_str().unwrap_or_default()))
}

fn named(request: &Request<'_>, object: &Object, id: &str) -> Map<String, Value> {
    let url = format!("{}/{id}", request.url(object));
    Map::from_iter([("data".to_owned(), json!({"id": id, "url": url}))])
}

fn no_record(id: &str) -> Failure {
    Failure::data(format!("The resource [{id}] does not exist."))
}

impl Request<'_> {
    /// The field of `idParam`, which must be unique.
    fn key(&self, object: &'static Object) -> Result<Option<&'static Field>, Failure> {
        let Some(name) = self.call.parameter("idParam") else { return Ok(None) };
        let field = object.field(&name).filter(|field| field.unique || field.name == "id");
        let wrong =
            || Failure::data(format!("The idParam [{name}] is no unique field of [{}].", object.name));
        field.map(Some).ok_or_else(wrong)
    }

    fn url(&self, object: &Object) -> String {
        format!("{}/vobjects/{}", self.root, object.name)
    }
}
