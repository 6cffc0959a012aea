//! The Vault Query Language as far as it is simulated: fields of one object and of what it refers to, comparisons that
//! all hold, an order, pages. The rest is refused rather than answered wrongly.

mod lex;
mod parse;
mod run;

pub(super) use parse::parse;
pub(super) use run::{Found, run};

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::vault::{seeded, table::Data};

    fn data() -> Data {
        let mut data = Data::default();
        seeded::fill(&mut data, 0);
        data
    }

    fn rows(query: &str) -> Result<Value, String> {
        let found = parse(query).and_then(|query| run(&data(), &query));
        found.map(|found| found.rows.into()).map_err(|failure| failure.kind.into_owned())
    }

    #[test]
    fn what_is_asked_for_is_shown() {
        let found = rows("SELECT id, title__v FROM case__v WHERE priority__v = 'high__v'").unwrap();
        assert_eq!(found, json!([{"id": "V0D000000000101", "title__v": "Patient asks about storage"}]));
        let query =
            "select name__v, owner__vr.email__sys from case__v where owner__vr.last_name__sys = 'Kline'";
        let found = rows(query).unwrap();
        assert_eq!(found[0]["owner__vr.email__sys"], "robin.kline@lakesidesystems.example");
    }

    #[test]
    fn conditions_compare_by_type() {
        let count = |condition: &str| {
            let found = rows(&format!("SELECT id FROM case__v WHERE {condition}"));
            found.map(|rows| rows.as_array().map(Vec::len).unwrap_or_default())
        };
        assert_eq!(count("case_status__v CONTAINS ('open__v', 'pending__v')"), Ok(3));
        assert_eq!(count("case_status__v != 'open__v'"), Ok(2));
        assert_eq!(count("title__v LIKE 'Patient%'"), Ok(1));
        assert_eq!(count("modified_date__v >= '1970-01-01T00:00:00.000Z' AND owner__v = null"), Ok(1));
        assert_eq!(count("modified_date__v > '2026-01-01T00:00:00.000Z'"), Ok(0));
        for (bad, kind) in [
            ("title__v ~ 'x'", "INCORRECT_QUERY_SYNTAX_ERROR"),
            ("title__v = 'x' OR title__v = 'y'", "INCORRECT_QUERY_SYNTAX_ERROR"),
            ("title__v = 'x", "INCORRECT_QUERY_SYNTAX_ERROR"),
            ("nonsense__v = 'x'", "ATTRIBUTE_NOT_SUPPORTED"),
            ("created_date__v > 'soon'", "INVALID_FILTER"),
        ] {
            assert_eq!(count(bad), Err(kind.to_owned()), "{bad}");
        }
    }

    #[test]
    fn long_texts_are_cut_unless_asked_for_whole() {
        let mut data = data();
        let long = "x".repeat(300);
        let note = json!({"case__v": "V0D000000000101", "note__v": long});
        let object = crate::vault::schema::Object::named("case_note__v").unwrap();
        data.of_mut(object).insert(note.as_object().unwrap().clone(), "12101", 0);
        let show = |query: &str| run(&data, &parse(query).unwrap()).unwrap().rows[0]["note__v"].clone();
        assert_eq!(show("SELECT note__v FROM case_note__v"), json!("x".repeat(250)));
        assert_eq!(show("SELECT LONGTEXT(note__v) FROM case_note__v"), json!(long));
    }

    #[test]
    fn order_and_pages() {
        let found = parse("SELECT name__v FROM case__v ORDER BY name__v DESC PAGESIZE 3").unwrap();
        let found = run(&data(), &found).unwrap();
        assert_eq!((found.rows.len(), found.page_size, found.offset), (4, 3, 0));
        assert_eq!(found.rows[0]["name__v"], "C-000104");
        assert_eq!(rows("SELECT id FROM case__v PAGESIZE 0"), Err("INVALID_DATA".into()));
    }
}
