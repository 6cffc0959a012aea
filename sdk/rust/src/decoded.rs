//! The configuration, decoded once for an instance.

use std::{any::Any, cell::RefCell, rc::Rc};

use serde::de::DeserializeOwned;

use crate::Problem;

/// A configuration as text and as value.
struct Decoded {
    text: String,
    value: Rc<dyn Any>,
}

thread_local! {
    /// The last one that this instance was asked with: the host asks an instance with one and the same, until
    /// an operator changes it.
    static LAST: RefCell<Option<Decoded>> = const { RefCell::new(None) };
}

/// The configuration that a call carries. Nobody can change it, so calls may share it.
pub(crate) fn config<T: DeserializeOwned + 'static>(text: String) -> Result<Rc<T>, Problem> {
    LAST.with_borrow_mut(|last| {
        let same = last.as_ref().filter(|last| equal(last.text.as_bytes(), text.as_bytes()));
        if let Some(value) = same.and_then(|last| Rc::clone(&last.value).downcast().ok()) {
            return Ok(value);
        }
        let value: Rc<T> = Rc::new(serde_json::from_str(&text).map_err(invalid)?);
        *last = Some(Decoded { text, value: value.clone() });
        Ok(value)
    })
}

/// Compares eight bytes at a time: WebAssembly has no instruction that compares memory, and a configuration may be
/// long.
fn equal(a: &[u8], b: &[u8]) -> bool {
    let (words, others) = (a.chunks_exact(8), b.chunks_exact(8));
    let word = |bytes: &[u8]| bytes.first_chunk().copied().map(u64::from_ne_bytes);
    let rest = words.remainder() == others.remainder();
    a.len() == b.len() && rest && words.zip(others).all(|(a, b)| word(a) == word(b))
}

fn invalid(error: serde_json::Error) -> Problem {
    Problem::new("config.invalid", format!("the configuration does not decode: {error}"))
        .remedy("compare the configuration with the connector's JSON Schema")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_configuration_is_decoded_again_and_an_equal_one_is_not() {
        let first = config::<Vec<u32>>("[1, 2, 3, 4]".into()).unwrap();
        let again = config::<Vec<u32>>("[1, 2, 3, 4]".into()).unwrap();
        assert!(Rc::ptr_eq(&first, &again));
        assert_eq!(*config::<Vec<u32>>("[1, 2, 3, 5]".into()).unwrap(), [1, 2, 3, 5]);
        assert_eq!(*config::<Vec<u32>>("[1, 2, 3]".into()).unwrap(), [1, 2, 3]);
        assert!(config::<Vec<u32>>("{}".into()).is_err());
        assert_eq!(*config::<Vec<u64>>("[1, 2, 3]".into()).unwrap(), [1, 2, 3]);
    }

    #[test]
    fn texts_are_equal_only_to_the_last_byte() {
        for length in 0..20 {
            let text = vec![b'a'; length];
            assert!(equal(&text, &text.clone()));
            for at in 0..length {
                let mut other = text.clone();
                other[at] = b'b';
                assert!(!equal(&text, &other));
            }
            assert!(!equal(&text, &vec![b'a'; length + 1]));
        }
    }
}
