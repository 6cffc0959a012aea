//! What is different between two forms of one thing, field by field. Pure.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One field that is different. Without `before` it is new, without `after` it is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// JSON pointer into the thing: `/config/rules/0/keyword`.
    pub field: String,
    /// What it was.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "there")]
    pub before: Option<Value>,
    /// What it is then.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "there")]
    pub after: Option<Value>,
}

/// A `null` that is there is another thing than nothing.
fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// Every field in which `after` differs from `before`, in the order in which they stand there. Objects are looked into, and
/// lists of objects place by place; a list of plain values is one field.
pub fn difference(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

/// What is there of a thing that is new: each of its fields.
pub fn all_new(after: &Value) -> Vec<FieldChange> {
    difference(&Value::Object(Default::default()), after)
}

fn compare(at: &str, before: &Value, after: &Value, found: &mut Vec<FieldChange>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Value::Object(was), Value::Object(is)) => {
            let gone = was.keys().map(|name| (name, was.get(name), is.get(name)));
            let new = is.keys().filter(|name| !was.contains_key(*name));
            let new = new.map(|name| (name, None, is.get(name)));
            for (name, was, is) in gone.chain(new) {
                each(&format!("{at}/{}", escaped(name)), was, is, found);
            }
        }
        (Value::Array(was), Value::Array(is)) if looked_into(was) && looked_into(is) => {
            for place in 0..was.len().max(is.len()) {
                each(&format!("{at}/{place}"), was.get(place), is.get(place), found);
            }
        }
        (before, after) => found.push(FieldChange {
            field: at.into(),
            before: Some(before.clone()),
            after: Some(after.clone()),
        }),
    }
}

fn each(at: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<FieldChange>) {
    match (before, after) {
        (Some(before), Some(after)) => compare(at, before, after, found),
        (before, after) => {
            found.push(FieldChange { field: at.into(), before: before.cloned(), after: after.cloned() });
        }
    }
}

/// Whether single places of a list are worth telling apart.
fn looked_into(list: &[Value]) -> bool {
    list.iter().all(|item| item.is_object() || item.is_array())
}

/// A name as a JSON pointer has it (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, json};

    fn fields(before: Value, after: Value) -> Vec<String> {
        difference(&before, &after).into_iter().map(|change| change.field).collect()
    }

    #[test]
    fn names_the_fields_and_nothing_else() {
        let before = json!({"a": 1, "b": {"c": [1, 2], "d": true}, "rules": [{"k": "x"}, {"k": "y"}]});
        assert!(difference(&before, &before).is_empty());
        let after = json!({"b": {"c": [2, 1], "d": true}, "rules": [{"k": "x"}, {"k": "z"}, {"k": "w"}], "e/f": null});
        assert_eq!(fields(before, after), ["/a", "/b/c", "/rules/1/k", "/rules/2", "/e~1f"]);
        assert_eq!(fields(json!([1]), json!({"a": 1})), [""]);
    }

    #[test]
    fn nothing_is_not_null() {
        let new = difference(&json!({}), &json!({"a": null}));
        let told = serde_json::to_value(&new).unwrap();
        assert_eq!(told, json!([{"field": "/a", "after": null}]));
        assert_eq!(serde_json::from_value::<Vec<FieldChange>>(told).unwrap(), new);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..4i64).prop_map(Value::from),
            "[a/~]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c/~]{1,2}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    /// Makes the changes: what was told must be all that is needed.
    fn changed(mut thing: Value, changes: &[FieldChange]) -> Value {
        // From the end, so that what goes from a list does not move what is still to be changed.
        for FieldChange { field, before, after } in changes.iter().rev() {
            assert_eq!(thing.pointer(field), before.as_ref(), "{field}");
            let Some((parent, last)) = field.rsplit_once('/') else {
                thing = after.clone().unwrap();
                continue;
            };
            let name = last.replace("~1", "/").replace("~0", "~");
            match (thing.pointer_mut(parent).unwrap(), after) {
                (Value::Object(fields), Some(after)) => drop(fields.insert(name, after.clone())),
                (Value::Object(fields), None) => drop(fields.remove(&name)),
                (Value::Array(list), after) => {
                    let place: usize = name.parse().unwrap();
                    match after {
                        Some(after) if place < list.len() => list[place] = after.clone(),
                        Some(after) => list.insert(list.len().min(place), after.clone()),
                        None => drop(list.remove(place)),
                    }
                }
                (other, _) => panic!("{other} has no fields"),
            }
        }
        thing
    }

    proptest! {
        #[test]
        fn with_the_difference_the_one_becomes_the_other(before in value(), after in value()) {
            let told = difference(&before, &after);
            prop_assert_eq!(told.is_empty(), before == after);
            // What is new at the end of a list is told in order, and made in order.
            let (new, rest): (Vec<_>, Vec<_>) = told.into_iter().partition(|change| change.before.is_none());
            let made = changed(before, &rest);
            let made = new.iter().fold(made, |made, change| changed(made, std::slice::from_ref(change)));
            prop_assert_eq!(made, after);
        }
    }
}
