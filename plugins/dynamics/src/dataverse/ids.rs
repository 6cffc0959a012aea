//! Ids of rows, and text inside filters. Pure.

use tieline_sdk::encode;

/// An id as Dataverse writes it: lower case, without the braces that pages put around it. None if it is no guid.
pub fn guid(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('{').trim_end_matches('}');
    let dashes = [8, 13, 18, 23];
    let right = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match dashes.contains(&at) {
            true => byte == b'-',
            false => byte.is_ascii_hexdigit(),
        });
    right.then(|| text.to_ascii_lowercase())
}

/// The id at the end of `https://…/accounts(00000000-…)`.
pub fn of_entity(uri: &str) -> Option<String> {
    guid(uri.trim_end().strip_suffix(')')?.rsplit_once('(')?.1)
}

/// A text inside a filter, quoted and encoded.
pub fn quoted(text: &str) -> String {
    encode(&format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_each_spelling_and_nothing_else_is() {
        let id = "2e451703-c686-e711-80e5-00155db19e6d";
        assert_eq!(guid("{2E451703-C686-E711-80E5-00155DB19E6D}").as_deref(), Some(id));
        assert_eq!(of_entity(&format!("https://o/api/data/v9.2/accounts({id})")).as_deref(), Some(id));
        for wrong in
            ["", "2e451703", "2e451703-c686-e711-80e5-00155db19e6d)", "zz451703-c686-e711-80e5-00155db19e6d"]
        {
            assert_eq!(guid(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("o'brien) or (1 eq 1"), "%27o%27%27brien%29%20or%20%281%20eq%201%27");
    }
}
