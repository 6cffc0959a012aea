//! Judging JSON by a JSON Schema, with the place of every fault.

use serde_json::Value;
use tieline_types::Problem;

/// What is wrong with a value: one problem for each fault, its field a JSON pointer that starts with `at`.
/// A schema that is no schema is a fault of the package, and refuses everything.
pub(crate) fn faults(schema: &Value, value: &Value, at: &str) -> Vec<Problem> {
    let validator = match jsonschema::validator_for(schema) {
        Ok(validator) => validator,
        Err(error) => {
            let message = format!("The package's JSON Schema is not one: {error}.");
            return vec![
                Problem::new("package.schema-invalid", message)
                    .remedy("Report it to the connector's vendor."),
            ];
        }
    };
    let fault = |error: jsonschema::ValidationError<'_>| {
        // The value is not quoted: it may be a person's words.
        let message = format!("It does not fit the schema: {}.", error.masked());
        Problem::new("schema.mismatch", message).at(format!("{at}{}", error.instance_path()))
    };
    validator.iter_errors(value).take(20).map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_the_place_of_each_fault() {
        let schema = json!({"type": "object", "required": ["rules"], "properties": {
            "rules": {"type": "array", "items": {"type": "object", "required": ["keyword"]}}}});
        let faults_in = |value: Value| -> Vec<String> {
            faults(&schema, &value, "/config").into_iter().filter_map(|problem| problem.field).collect()
        };
        assert_eq!(faults_in(json!({"rules": [{"keyword": "a"}, {}]})), ["/config/rules/1"]);
        assert_eq!(faults_in(json!([])), ["/config"]);
        assert!(faults_in(json!({"rules": []})).is_empty());
    }

    #[test]
    fn a_broken_schema_refuses() {
        assert_eq!(faults(&json!({"type": 7}), &json!({}), "")[0].code, "package.schema-invalid");
    }
}
