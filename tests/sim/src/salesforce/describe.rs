//! Metadata ("Describe Global", "sObject Basic Information", "sObject Describe").

use http::StatusCode;
use serde_json::{Value, json};

use super::Request;
use super::schema::{Field, Initial, Kind, Type};
use crate::call::{self, Reply};

pub(super) fn global(request: &Request<'_>) -> Reply {
    let objects: Vec<Value> = Kind::ALL.into_iter().map(|kind| summary(request, kind)).collect();
    call::json(StatusCode::OK, &json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects}))
}

pub(super) fn basic(request: &Request<'_>, kind: Kind) -> Reply {
    let mut recent: Vec<Value> = Vec::new();
    request.org.table(kind).read(|rows| {
        for record in rows.live().take(5) {
            recent.push(json!({
                "attributes": {
                    "type": kind.object().name,
                    "url": super::records::url(request, kind, &record.id),
                },
                "Id": record.id,
            }));
        }
    });
    call::json(StatusCode::OK, &json!({"objectDescribe": summary(request, kind), "recentItems": recent}))
}

pub(super) fn full(request: &Request<'_>, kind: Kind) -> Reply {
    let mut body = summary(request, kind);
    body["fields"] = kind.object().all_fields().map(field).collect();
    body["childRelationships"] = json!([]);
    body["recordTypeInfos"] = json!([]);
    body["supportedScopes"] = json!([{"label": "All", "name": "everything"}]);
    call::json(StatusCode::OK, &body)
}

fn summary(request: &Request<'_>, kind: Kind) -> Value {
    let object = kind.object();
    let base = format!("{}/sobjects/{}", request.root, object.name);
    let writable = object.fields.iter().any(|field| field.createable);
    json!({
        "name": object.name,
        "label": object.label,
        "labelPlural": object.plural,
        "keyPrefix": object.prefix,
        "custom": false,
        "customSetting": false,
        "activateable": false,
        "createable": writable,
        "deletable": writable,
        "updateable": writable,
        "layoutable": true,
        "mergeable": false,
        "queryable": true,
        "replicateable": true,
        "retrieveable": true,
        "searchable": true,
        "triggerable": true,
        "undeletable": writable,
        "feedEnabled": false,
        "hasSubtypes": false,
        "urls": {
            "sobject": base,
            "describe": format!("{base}/describe"),
            "rowTemplate": format!("{base}/{{ID}}"),
        },
    })
}

fn field(field: &Field) -> Value {
    let (values, restricted) = match field.of {
        Type::Picklist(values) => (values, false),
        Type::Restricted(values) => (values, true),
        _ => (&[][..], false),
    };
    let default = match field.initial {
        Initial::Text(text) => Value::from(text),
        Initial::Bool(bool) => Value::from(bool),
        Initial::Null | Initial::CurrentUser => Value::Null,
    };
    let picklist: Vec<Value> = values
        .iter()
        .map(|value| {
            json!({
                "active": true, "defaultValue": default == **value, "label": value, "value": value,
                "validFor": null,
            })
        })
        .collect();
    let references: &[&str] = match field.of {
        Type::Reference(types) => types,
        _ => &[],
    };
    let relationship = field.name.strip_suffix("Id").filter(|_| !references.is_empty());
    json!({
        "name": field.name,
        "label": field.label,
        "type": field.type_name(),
        "length": field.length().unwrap_or(0),
        "nillable": !field.required && field.initial == Initial::Null && field.name != "Id",
        "createable": field.createable,
        "updateable": field.updateable,
        "defaultedOnCreate": field.initial != Initial::Null,
        "defaultValue": default,
        "custom": field.name.ends_with("__c"),
        "externalId": field.external_id,
        "idLookup": field.external_id || field.name == "Id",
        "unique": false,
        "caseSensitive": false,
        "filterable": !matches!(field.of, Type::Area(_)),
        "sortable": !matches!(field.of, Type::Area(_)),
        "groupable": !matches!(field.of, Type::Area(_) | Type::DateTime),
        "polymorphicForeignKey": references.len() > 1,
        "picklistValues": picklist,
        "restrictedPicklist": restricted,
        "referenceTo": references,
        "relationshipName": relationship,
        "calculated": false,
        "autoNumber": false,
        "permissionable": false,
    })
}
