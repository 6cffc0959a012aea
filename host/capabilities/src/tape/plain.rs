//! Bytes in JSON: as text where they are text, so that people can read a tape.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that are kept to the byte: a string where they are UTF-8, else `{"base64": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plain<'a>(pub(crate) Cow<'a, [u8]>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form<'a> {
    Text(Cow<'a, str>),
    Binary { base64: Cow<'a, str> },
}

impl<'a> From<&'a [u8]> for Plain<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Plain<'static> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Cow::Owned(bytes))
    }
}

impl Plain<'_> {
    pub(crate) fn into_vec(self) -> Vec<u8> {
        self.0.into_owned()
    }
}

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => Form::Binary { base64: BASE64_STANDARD.encode(&self.0).into() }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Plain<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = match Form::deserialize(deserializer)? {
            Form::Text(text) => text.into_owned().into_bytes(),
            Form::Binary { base64 } => BASE64_STANDARD.decode(&*base64).map_err(serde::de::Error::custom)?,
        };
        Ok(Self(bytes.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_stays_readable() {
        assert_eq!(serde_json::to_string(&Plain::from(&b"{\"a\":1}"[..])).unwrap(), r#""{\"a\":1}""#);
        assert_eq!(serde_json::to_string(&Plain::from(&b"\xff"[..])).unwrap(), r#"{"base64":"/w=="}"#);
    }

    proptest! {
        #[test]
        fn bytes_come_back_as_they_were(bytes: Vec<u8>) {
            let kept = serde_json::to_vec(&Plain::from(&bytes[..])).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Plain<'static>>(&kept).unwrap().into_vec(), bytes);
        }
    }
}
