//! Until when somebody promised something, in English words. Pure.

use tieline_sdk::time::{from_parts, parts};

/// A week has five days before its end.
const FRIDAY: u64 = 4;

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const NUMBERS: [&str; 11] =
    ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// The day that a sentence names, said on the day `today`; both in days since 1970. The first one, if it names several.
pub fn said(sentence: &str, today: u64) -> Option<u64> {
    let lower = sentence.to_lowercase();
    let plain = |c: char| !(c.is_alphanumeric() || c == '-');
    let words: Vec<&str> = lower.split(plain).filter(|word| !word.is_empty() && *word != "the").collect();
    (0..words.len()).find_map(|at| day(&words[at..], at.checked_sub(1).map(|before| words[before]), today))
}

fn day(words: &[&str], before: Option<&str>, today: u64) -> Option<u64> {
    match words {
        ["today" | "tonight" | "eod", ..] => Some(today),
        ["tomorrow", ..] => Some(today + 1),
        ["eow", ..] | ["end", "of" | "of-this", "week", ..] | ["end", "of", "this", "week", ..] => {
            Some(on_or_after(today, FRIDAY))
        }
        ["end", "of", "month", ..] | ["end", "of", "this", "month", ..] => last_of_month(today, 1),
        ["end", "of", "quarter", ..] | ["end", "of", "this", "quarter", ..] => last_of_month(today, 3),
        ["next", "week", ..] => Some(monday_of(today) + 7 + FRIDAY),
        ["next", word, ..] if weekday(word).is_some() => Some(monday_of(today) + 7 + weekday(word)?),
        ["in" | "within", count, unit, ..] => {
            let days = match unit.trim_end_matches('s') {
                "day" => 1,
                "week" => 7,
                _ => return None,
            };
            Some(today + number(count)? * days)
        }
        [word, ..] if weekday(word).is_some() && before.is_some_and(leads) => {
            Some(on_or_after(today + 1, weekday(word)?))
        }
        [month, of_month, ..] if position(&MONTHS, month).is_some() => {
            date(today, position(&MONTHS, month)?, ordinal(of_month)?)
        }
        [of_month, "of", month, ..] | [of_month, month, ..] if position(&MONTHS, month).is_some() => {
            date(today, position(&MONTHS, month)?, ordinal(of_month)?)
        }
        [word, ..] => iso(word),
        [] => None,
    }
}

/// Words that make a weekday a date: "by Friday", and not "the Friday meeting".
fn leads(word: &str) -> bool {
    matches!(word, "by" | "until" | "till" | "before" | "on" | "this" | "due")
}

fn weekday(word: &str) -> Option<u64> {
    position(&WEEKDAYS, word)
}

fn position(words: &[&str], word: &str) -> Option<u64> {
    words.iter().zip(0..).find(|(known, _)| **known == word).map(|(_, at)| at)
}

/// `3`, `three`, `a`
fn number(word: &str) -> Option<u64> {
    let said = position(&NUMBERS, word).map(|at| at.max(1));
    said.or_else(|| word.parse().ok().filter(|number| *number <= 366))
}

/// `18`, `18th`
fn ordinal(word: &str) -> Option<u64> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let rest = &word[digits.len()..];
    matches!(rest, "" | "st" | "nd" | "rd" | "th").then(|| digits.parse().ok()).flatten()
}

/// The next such day of the year.
fn date(today: u64, month: u64, of_month: u64) -> Option<u64> {
    let (year, ..) = parts(today);
    [year, year + 1, year + 2, year + 3, year + 4]
        .into_iter()
        .filter_map(|year| from_parts(year, month + 1, of_month))
        .find(|day| *day >= today)
}

/// The last day of this month, or of the last month of as many.
fn last_of_month(today: u64, months: u64) -> Option<u64> {
    let (year, month, _) = parts(today);
    let last = month.div_ceil(months) * months;
    let (year, next) = if last == 12 { (year + 1, 1) } else { (year, last + 1) };
    from_parts(year, next, 1).map(|first| first - 1)
}

/// 1970-01-01 was a Thursday.
fn monday_of(day: u64) -> u64 {
    day.saturating_sub((day + 3) % 7)
}

fn on_or_after(day: u64, weekday: u64) -> u64 {
    let this_week = monday_of(day) + weekday;
    if this_week >= day { this_week } else { this_week + 7 }
}

fn iso(word: &str) -> Option<u64> {
    let whole = word.len() == 10 && word.bytes().filter(|byte| *byte == b'-').count() == 2;
    whole.then(|| tieline_sdk::time::day(word)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use tieline_sdk::time;

    /// Said on a Wednesday.
    fn on_wednesday(sentence: &str) -> Option<String> {
        said(sentence, time::day("2026-06-17").unwrap()).map(time::date)
    }

    #[test]
    fn what_people_say_is_a_day() {
        let cases = [
            ("I will send it by Friday.", Some("2026-06-19")),
            ("By Wednesday then", Some("2026-06-24")),
            ("I'll do it next Monday", Some("2026-06-22")),
            ("next week", Some("2026-06-26")),
            ("until the end of the week", Some("2026-06-19")),
            ("by end of month", Some("2026-06-30")),
            ("before the end of the quarter", Some("2026-06-30")),
            ("Today, promised", Some("2026-06-17")),
            ("tomorrow", Some("2026-06-18")),
            ("in two weeks", Some("2026-07-01")),
            ("within 3 days", Some("2026-06-20")),
            ("in a week", Some("2026-06-24")),
            ("by December 18th", Some("2026-12-18")),
            ("by the 2nd of January", Some("2027-01-02")),
            ("29 February", Some("2028-02-29")),
            ("due 2026-07-03", Some("2026-07-03")),
            ("the Friday meeting was good", None),
            ("in five minutes", None),
            ("we may win", None),
            ("soon", None),
            ("", None),
        ];
        for (sentence, day) in cases {
            assert_eq!(on_wednesday(sentence).as_deref(), day, "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn any_sentence_is_read(
            sentence in r"((by|in|next|end|of|may|friday|december|2|18th|31|week|[a-z]{1,4}|\PC) ){0,12}",
            today in 1_u64..1_000_000,
        ) {
            if let Some(day) = said(&sentence, today) {
                prop_assert!(day >= today);
            }
        }
    }
}
