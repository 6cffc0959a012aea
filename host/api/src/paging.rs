//! Lists, page by page: every list is asked for in the same way.

use serde::{Deserialize, Deserializer, de::Error};
use tieline_types::api::Page;
use utoipa::IntoParams;

/// Items of a page when the caller does not say.
const USUAL: usize = 50;
/// More would make one request a burden for the others.
const LONGEST: usize = 1000;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Continue after this: `next` of the page before.
    pub(crate) after: Option<String>,
    /// How many items at most.
    #[serde(default = "usual", deserialize_with = "length")]
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub(crate) limit: usize,
}

/// The length of a page when the caller does not say. For `#[serde(default = …)]`.
pub(crate) fn usual() -> usize {
    USUAL
}

/// The length of a page, 1 to 1000. For `#[serde(deserialize_with = …)]`.
pub(crate) fn length<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    let length = usize::deserialize(from)?;
    let fits = (1..=LONGEST).contains(&length);
    fits.then_some(length).ok_or_else(|| D::Error::custom(format!("`limit` is 1 to {LONGEST}, not {length}")))
}

impl Paging {
    /// The page of a list that is here whole. `place` says where an item stands: the list goes by these texts, and a
    /// page continues behind its cursor even if the item there has gone meanwhile.
    pub(crate) fn of<T>(&self, items: Vec<T>, place: impl Fn(&T) -> String) -> Page<T> {
        let after = self.after.as_deref();
        let mut placed: Vec<_> = items.into_iter().map(|item| (place(&item), item)).collect();
        placed.retain(|(place, _)| after.is_none_or(|after| place.as_str() > after));
        placed.sort_by(|(one, _), (other, _)| one.cmp(other));
        let more = placed.len() > self.limit;
        placed.truncate(self.limit);
        let next = placed.last().filter(|_| more).map(|(place, _)| place.clone());
        Page { items: placed.into_iter().map(|(_, item)| item).collect(), next }
    }
}

/// A place for what comes first the greater it is.
pub(crate) fn greatest_first(number: u64) -> String {
    format!("{:016x}", u64::MAX - number)
}

/// A place for what comes first the smaller it is.
pub(crate) fn smallest_first(number: u64) -> String {
    format!("{number:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(after: Option<&str>, limit: usize) -> Paging {
        Paging { after: after.map(Into::into), limit }
    }

    #[test]
    fn pages_are_the_list_whatever_their_length() {
        let list = ["b", "d", "a", "c", "e"];
        for limit in 1..=6 {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = paging(after.as_deref(), limit).of(list.to_vec(), |item| (*item).to_owned());
                assert!(page.items.len() <= limit);
                seen.extend(page.items);
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen, ["a", "b", "c", "d", "e"], "{limit}");
        }
    }

    #[test]
    fn a_page_continues_behind_what_has_gone() {
        let page = paging(Some("b"), 1).of(vec!["a", "c", "d"], |item| (*item).to_owned());
        assert_eq!((page.items, page.next.as_deref()), (vec!["c"], Some("c")));
        let end = paging(Some("d"), 1).of(vec!["a", "c", "d"], |item| (*item).to_owned());
        assert_eq!((end.items.len(), end.next), (0, None));
    }

    #[test]
    fn numbers_have_places_in_their_order() {
        assert!(greatest_first(10) < greatest_first(9) && greatest_first(9) < greatest_first(0));
        assert!(smallest_first(9) < smallest_first(10) && smallest_first(10) < smallest_first(u64::MAX));
    }
}
