//! Calls that carry several others. Each of those is judged, and remembered, for itself: what was done is taken out
//! when the same call is made again, and its answer is put back where it was.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Outcome, Verdict};

/// How a call carries others.
#[derive(Debug)]
pub struct Batch {
    /// Pattern of the end of its path.
    pub path: &'static str,
    /// JSON pointer of the list in its body.
    pub asked: &'static str,
    /// JSON pointer of the list in the answer's body.
    pub answered: &'static str,
    /// The body of an answer to no calls at all.
    pub empty: &'static str,
    /// How an answer finds its question.
    pub pair: Pair,
    /// What an answer says.
    pub verdict: Verdict,
    /// The field of a question that lists the names of others that must come first.
    pub after: Option<&'static str>,
    /// Whether a question may use another's answer: `@{name.field}`.
    pub quotes: bool,
}

/// How an answer finds its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    /// Both have this field.
    Name(&'static str),
    /// By its place in the list.
    Place,
}

/// One of the calls that a batch carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What its answer is found by.
    pub name: String,
    /// The question as it was asked.
    pub asked: Value,
    /// Whether it only reads.
    pub reads: bool,
}

impl Batch {
    /// The calls that this body carries; none if it is not as it should be, and then it is sent as it is.
    pub fn items(&self, body: &[u8]) -> Option<Vec<Item>> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let items = body.pointer(self.asked)?.as_array()?;
        let item = |(place, asked): (usize, &Value)| {
            let method = asked.get("method").and_then(Value::as_str);
            let reads = method.is_some_and(|method| method.eq_ignore_ascii_case("GET"));
            Some(Item { name: self.name(place, asked)?, asked: asked.clone(), reads })
        };
        items.iter().enumerate().map(item).collect()
    }

    /// The body without the calls that were answered before; none if no other is left.
    pub fn without(&self, body: &[u8], answered: &BTreeMap<String, Value>) -> Option<Vec<u8>> {
        let mut body: Value = serde_json::from_slice(body).ok()?;
        let items = body.pointer_mut(self.asked)?.as_array_mut()?;
        let mut left = Vec::new();
        for (place, mut item) in std::mem::take(items).into_iter().enumerate() {
            if answered.contains_key(&self.name(place, &item)?) {
                continue;
            }
            if let Some(after) = self.after.and_then(|after| item.get_mut(after)?.as_array_mut()) {
                after.retain(|name| !name.as_str().is_some_and(|name| answered.contains_key(name)));
            }
            if self.quotes {
                quote(&mut item, answered);
            }
            left.push(item);
        }
        *items = left;
        if items.is_empty() { None } else { serde_json::to_vec(&body).ok() }
    }

    /// The answers in a body by name, given the names that were asked; none if they cannot be told apart.
    pub fn answers(&self, body: &[u8], asked: &[&str]) -> Option<BTreeMap<String, Value>> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let answers = body.pointer(self.answered)?.as_array()?;
        let named = match self.pair {
            Pair::Place if answers.len() != asked.len() => return None,
            Pair::Place => {
                asked.iter().zip(answers).map(|(name, answer)| ((*name).to_owned(), answer.clone())).collect()
            }
            Pair::Name(_) => {
                let named = answers.iter().map(|answer| Some((self.name(0, answer)?, answer.clone())));
                named.collect::<Option<BTreeMap<_, _>>>()?
            }
        };
        asked.iter().all(|name| named.contains_key(*name)).then_some(named)
    }

    /// What became of a call that was answered so.
    pub fn outcome(&self, answer: &Value) -> Outcome {
        self.verdict.of(answer).unwrap_or(Outcome::InDoubt)
    }

    /// A whole answer: what the upstream said now, with the answers of before, in the order asked.
    pub fn whole(&self, body: Option<&[u8]>, names: &[&str], answers: &BTreeMap<String, Value>) -> Vec<u8> {
        let mut body =
            body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_else(|| self.nothing());
        let list = names.iter().filter_map(|name| answers.get(*name).cloned()).collect();
        if let Some(place) = body.pointer_mut(self.answered) {
            *place = Value::Array(list);
        }
        serde_json::to_vec(&body).expect("a JSON value always serialises")
    }

    fn nothing(&self) -> Value {
        serde_json::from_str(self.empty).unwrap_or_default()
    }

    fn name(&self, place: usize, item: &Value) -> Option<String> {
        match self.pair {
            Pair::Place => Some(place.to_string()),
            Pair::Name(field) => match item.get(field)? {
                Value::String(name) => Some(name.clone()),
                Value::Number(name) => Some(name.to_string()),
                _ => None,
            },
        }
    }
}

/// Puts what was answered before in the place of `@{name.field}`, since the upstream will not see that call again.
fn quote(value: &mut Value, answered: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            for (name, answer) in answered {
                let begin = format!("@{{{name}.");
                while let Some((before, rest)) = text.split_once(&begin)
                    && let Some((path, after)) = rest.split_once('}')
                    && let Some(found) = find(answer.get("body").unwrap_or(answer), path)
                {
                    let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
                    *text = format!("{before}{found}{after}");
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| quote(item, answered)),
        Value::Object(fields) => fields.values_mut().for_each(|field| quote(field, answered)),
        _ => {}
    }
}

/// `records[0].Id`
fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split(['.', '[']).try_fold(value, |value, part| match part.strip_suffix(']') {
        Some(place) => value.get(place.parse::<usize>().ok()?),
        None => value.get(part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::named;
    use serde_json::json;

    fn batch(provider: &str, path: &str) -> &'static Batch {
        named(provider).unwrap().answers.batch(path).unwrap()
    }

    fn bytes(value: Value) -> Vec<u8> {
        serde_json::to_vec(&value).unwrap()
    }

    fn left(batch: &Batch, body: Value, answered: &[(&str, Value)]) -> Value {
        let answered = answered.iter().map(|(name, answer)| ((*name).to_owned(), answer.clone())).collect();
        serde_json::from_slice(&batch.without(&bytes(body), &answered).unwrap()).unwrap()
    }

    #[test]
    fn each_item_of_a_graph_batch_says_it_for_itself() {
        let batch = batch("microsoft", "/$batch");
        let asked = json!({"requests": [{"id": "1", "method": "POST", "url": "/a"}, {"id": "2", "method": "GET", "url": "/b"}]});
        let items = batch.items(&bytes(asked)).unwrap();
        assert_eq!(items.iter().map(|item| item.reads).collect::<Vec<_>>(), [false, true]);
        // In any order.
        let answer = json!({"responses": [{"id": "2", "status": 429}, {"id": "1", "status": 201}]});
        let answers = batch.answers(&bytes(answer), &["1", "2"]).unwrap();
        assert_eq!(batch.outcome(&answers["1"]), Outcome::Done);
        assert_eq!(batch.outcome(&answers["2"]), Outcome::NotDone);
        assert_eq!(batch.outcome(&json!({"id": "1", "status": 504})), Outcome::InDoubt);
        assert_eq!(batch.outcome(&json!({"id": "1"})), Outcome::InDoubt);
    }

    #[test]
    fn what_was_done_is_not_waited_for() {
        let body = json!({"requests": [
            {"id": "1", "method": "POST", "url": "/a"},
            {"id": "2", "method": "POST", "url": "/b", "dependsOn": ["1"]}]});
        let left = left(batch("microsoft", "/$batch"), body, &[("1", json!({"id": "1", "status": 201}))]);
        assert_eq!(left, json!({"requests": [{"id": "2", "method": "POST", "url": "/b", "dependsOn": []}]}));
    }

    #[test]
    fn what_was_done_can_still_be_quoted() {
        let body = json!({"allOrNone": false, "compositeRequest": [
            {"method": "POST", "url": "/sobjects/Account", "referenceId": "acc", "body": {"Name": "A"}},
            {"method": "POST", "url": "/sobjects/Task", "referenceId": "task",
             "body": {"WhatId": "@{acc.id}", "Subject": "for @{acc.id} and @{other.id}"}}]});
        let before = json!({"referenceId": "acc", "httpStatusCode": 201, "body": {"id": "001"}});
        let batch = batch("salesforce", "/services/data/v61.0/composite");
        let left = left(batch, body, &[("acc", before)]);
        assert_eq!(
            left["compositeRequest"][0]["body"],
            json!({"WhatId": "001", "Subject": "for 001 and @{other.id}"})
        );
    }

    #[test]
    fn collections_go_by_place_and_come_back_whole() {
        let batch = batch("salesforce", "/services/data/v61.0/composite/sobjects");
        let body = json!({"records": [{"Subject": "a"}, {"Subject": "b"}, {"Subject": "c"}]});
        let done = |id: &str| json!({"id": id, "success": true, "errors": []});
        let answered = BTreeMap::from([("1".to_owned(), done("B"))]);
        let rest = batch.without(&bytes(body.clone()), &answered).unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&rest).unwrap(),
            json!({"records": [{"Subject": "a"}, {"Subject": "c"}]})
        );
        let failed = json!({"success": false, "errors": [{"statusCode": "X"}]});
        let answer = bytes(json!([done("A"), failed]));
        let mut all = batch.answers(&answer, &["0", "2"]).unwrap();
        assert_eq!(batch.outcome(&all["2"]), Outcome::NotDone);
        all.extend(answered);
        let whole = batch.whole(Some(&answer), &["0", "1", "2"], &all);
        assert_eq!(serde_json::from_slice::<Value>(&whole).unwrap(), json!([done("A"), done("B"), failed]));
        assert!(batch.answers(&answer, &["0"]).is_none(), "one answer too many");
    }

    #[test]
    fn nothing_left_is_nothing_to_send_and_the_answer_is_made_of_memory() {
        let batch = batch("microsoft", "/$batch");
        let body = bytes(json!({"requests": [{"id": "1", "method": "POST", "url": "/a"}]}));
        let all = BTreeMap::from([("1".to_owned(), json!({"id": "1", "status": 201}))]);
        assert_eq!(batch.without(&body, &all), None);
        let whole: Value = serde_json::from_slice(&batch.whole(None, &["1"], &all)).unwrap();
        assert_eq!(whole, json!({"responses": [{"id": "1", "status": 201}]}));
    }

    #[test]
    fn records_of_vault_say_each_for_itself_and_come_back_in_an_answer_of_vault_s() {
        let batch = batch("vault", "/api/v26.2/vobjects/case_timeline__v?idParam=external_id__v");
        let body = bytes(json!([{"external_id__v": "a"}, {"external_id__v": "b"}]));
        assert_eq!(batch.items(&body).unwrap().len(), 2);
        let done = json!({"responseStatus": "SUCCESS", "data": {"id": "V0F1"}});
        let failed =
            json!({"responseStatus": "FAILURE", "errors": [{"type": "INVALID_DATA", "message": "no"}]});
        let answer = bytes(json!({"responseStatus": "SUCCESS", "data": [done, failed]}));
        let answers = batch.answers(&answer, &["0", "1"]).unwrap();
        assert_eq!(batch.outcome(&answers["0"]), Outcome::Done);
        assert_eq!(batch.outcome(&answers["1"]), Outcome::NotDone);
        assert_eq!(batch.outcome(&json!({"responseStatus": "EXCEPTION"})), Outcome::InDoubt);
        let before = BTreeMap::from([("0".to_owned(), done.clone())]);
        let rest = batch.without(&body, &before).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&rest).unwrap(), json!([{"external_id__v": "b"}]));
        let whole = batch.whole(None, &["0"], &before);
        let whole: Value = serde_json::from_slice(&whole).unwrap();
        assert_eq!(whole, json!({"responseStatus": "SUCCESS", "data": [done]}));
        assert!(batch.items(b"title__v=x").is_none(), "one record as a form");
    }

    #[test]
    fn every_batch_knows_an_answer_to_nothing() {
        for provider in ["microsoft", "salesforce", "dynamics", "vault"] {
            for batch in named(provider).unwrap().answers.batches {
                assert_eq!(
                    batch.nothing().pointer(batch.answered),
                    Some(&json!([])),
                    "{provider} {}",
                    batch.path
                );
            }
        }
    }

    #[test]
    fn a_body_that_is_no_batch_is_left_alone() {
        let batch = batch("salesforce", "/composite");
        for body in ["", "[]", "{}", r#"{"compositeRequest":[{"method":"GET"}]}"#] {
            assert_eq!(batch.items(body.as_bytes()), None, "{body}");
        }
    }
}
