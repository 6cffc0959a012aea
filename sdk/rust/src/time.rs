//! The times of Graph, Dataverse and Salesforce, as text and as milliseconds or days since 1970. Pure: nothing of the host is asked.

/// `2026-06-15T09:30:00.100Z`
pub fn iso(millis: u64) -> String {
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Reads what [`iso`] writes, with any number of decimals; none for anything else, other zones than UTC included.
pub fn millis(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let (time, decimals) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':')?;
    let real = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let digits = !decimals.is_empty() && decimals.bytes().all(|byte| byte.is_ascii_digit());
    if !real || !digits {
        return None;
    }
    let thousandths = format!("{decimals:0<3}")[..3].parse::<u64>().ok()?;
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(seconds * 1_000 + thousandths)
}

/// Reads a time as Salesforce writes it: `2026-11-21T21:19:00.000+0000`.
pub fn of_salesforce(text: &str) -> Option<u64> {
    let utc = text.strip_suffix("+0000").or_else(|| text.strip_suffix("+00:00"));
    utc.map_or_else(|| millis(text), |time| millis(&format!("{time}Z")))
}

/// A day, as days since 1970: `2026-11-21`, alone or at the beginning of a time.
pub fn day(text: &str) -> Option<u64> {
    let [year, month, day] = numbers(text.get(..10)?, '-')?;
    let real = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    real.then(|| days(year, month, day))
}

/// The reverse of [`day`].
pub fn date(days: u64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a day.
pub fn parts(days: u64) -> (u64, u64, u64) {
    civil(days)
}

/// The day with this year, month and day, if there is one.
pub fn from_parts(year: u64, month: u64, day: u64) -> Option<u64> {
    let real = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let days = real.then(|| days(year, month, day))?;
    (civil(days) == (year, month, day)).then_some(days)
}

fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let mut parts = text.split(between).map(|part| {
        let digits = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u64>().ok().filter(|_| digits)
    });
    let all = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(all)
}

/// Days since 1970-01-01, counted in years that begin in March, so that a leap day is the last day of its year.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// The reverse of [`days`].
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn graph_s_times_are_read() {
        let cases = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2021-03-29T03:53:52.035Z", Some(1_616_990_032_035)),
            ("2021-01-22T21:39:42.08Z", Some(1_611_351_582_080)),
            ("2024-02-29T23:59:59.9999999Z", Some(1_709_251_199_999)),
            ("2021-03-29T03:53:52.035", None),
            ("2021-03-29T03:53:52.035+02:00", None),
            ("2021-13-29T03:53:52Z", None),
            ("2021-03-29T03:53:52.Z", None),
            ("tomorrow", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(millis(text), expected, "{text}");
        }
    }

    #[test]
    fn salesforce_s_times_and_days_are_read() {
        assert_eq!(of_salesforce("2021-03-29T03:53:52.035+0000"), Some(1_616_990_032_035));
        assert_eq!(of_salesforce("2021-03-29T03:53:52.035+0100"), None);
        assert_eq!(day("2021-03-29T03:53:52Z").map(date).as_deref(), Some("2021-03-29"));
        assert_eq!((day("29.3.2021"), day("2021"), from_parts(2026, 2, 29)), (None, None, None));
    }

    proptest! {
        #[test]
        fn every_day_has_its_date(day in 0_u64..2_900_000) {
            let (year, month, of_month) = parts(day);
            prop_assert_eq!(from_parts(year, month, of_month), Some(day));
            prop_assert_eq!(super::day(&date(day)), Some(day));
        }

        #[test]
        fn what_is_written_is_read(time in 0_u64..253_402_300_800_000) {
            prop_assert_eq!(millis(&iso(time)), Some(time));
        }

        #[test]
        fn later_is_greater_as_text_too(one in 0_u64..253_402_300_800_000, other in 0_u64..253_402_300_800_000) {
            prop_assert_eq!(iso(one).cmp(&iso(other)), one.cmp(&other));
        }

        #[test]
        fn any_text_is_read_or_refused(text in r"[0-9:.TZ+\-]{0,30}|\PC{0,20}") {
            let _ = millis(&text);
        }
    }
}
