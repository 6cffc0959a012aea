//! Objects that are objects. Serde also takes a list for a structure, value by value in the order of its fields, and what
//! is left out at its end for absent: `[]` would be the filter that everything passes.

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, Error as _, IntoDeserializer, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Value};

/// Why a body that can be read as a `T` is none: a list stands where an object belongs.
pub(crate) fn list_for_object<T: DeserializeOwned>(body: &[u8]) -> Option<Error> {
    if !body.contains(&b'[') {
        return None;
    }
    serde_json::from_slice(body).and_then(|value| T::deserialize(Strict(value)).map(drop)).err()
}

/// A value that takes no list for a structure, however deep it stands.
struct Strict(Value);

impl IntoDeserializer<'_, Error> for Strict {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strict {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Strict))),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| (name, Strict(value)));
                visitor.visit_map(MapDeserializer::new(fields))
            }
            plain => plain.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(_) => Err(Error::invalid_type(Unexpected::Seq, &"an object")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{api::ReplayRequest, tenant::TenantDocument};

    #[test]
    fn a_list_is_no_object_however_deep_it_stands() {
        for list in [r#"[]"#, r#"{"filter":[]}"#, r#"{"filter":[null,null]}"#, r#"{"how":[true]}"#] {
            assert!(serde_json::from_str::<ReplayRequest>(list).is_ok(), "serde takes {list}");
            assert!(list_for_object::<ReplayRequest>(list.as_bytes()).is_some(), "{list}");
        }
        assert!(list_for_object::<ReplayRequest>(br#"{"filter":{},"dry_run":true}"#).is_none());
    }

    #[test]
    fn lists_that_are_lists_stay() {
        let document = r#"{"tenant":{"id":"acme","name":"Acme"},"connections":{"vault":{"provider":"vault",
            "expires_at":"2027-01-31","url":"https://acme.veevavault.com","password":true}},"installations":[{"id":"desk",
            "connector":"vault","package":"sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "grant":{"graph":["User.Read.All"],"http":["https://*.example.com"],"limits":{"cpu_ms":9}},"watchdog":
            {"silent_minutes":5,"hours":["08:00","18:30"],"days":["mon"]},"config":{"rules":[[1,2.5],{"a":[null]}]}}]}"#;
        assert!(serde_json::from_str::<TenantDocument>(document).is_ok());
        let refused = list_for_object::<TenantDocument>(document.as_bytes());
        assert!(refused.is_none(), "{refused:?}");
        let listed = document.replace(r#"{"id":"acme","name":"Acme"}"#, r#"["acme","Acme"]"#);
        assert!(list_for_object::<TenantDocument>(listed.as_bytes()).is_some());
    }
}
