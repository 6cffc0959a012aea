//! Durations as ISO 8601 writes them and OData sends them: `PT0.016S`, `P1DT2H`, `PT4M33.5S`.

/// Nanoseconds in each unit, in the order in which the letters stand.
const DAY: u128 = 86_400_000_000_000;
const OF_TIME: [(char, u128); 3] = [('H', 3_600_000_000_000), ('M', 60_000_000_000), ('S', 1_000_000_000)];
/// A fraction of a second has so many digits that count.
const DIGITS: usize = 9;

/// The duration in nanoseconds, exactly. None for what is no duration, is negative, has years or months (whose length
/// nobody knows), or is longer than 584 years.
///
/// Decimals are allowed of seconds only, as XML Schema has it; those beyond nanoseconds are cut off.
pub fn nanoseconds(text: &str) -> Option<u64> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let days = match date {
        "" => None,
        date => Some(whole(date.strip_suffix('D')?)?),
    };
    let mut sum = days.unwrap_or(0).checked_mul(DAY)?;
    let mut parts = usize::from(days.is_some());
    if let Some(mut time) = time {
        let before = parts;
        for (letter, unit) in OF_TIME {
            let Some((number, after)) = time.split_once(letter) else { continue };
            let of_unit = match number.split_once('.') {
                Some((whole_seconds, decimals)) if letter == 'S' => {
                    whole(whole_seconds)?.checked_mul(unit)?.checked_add(fraction(decimals)?)?
                }
                _ => whole(number)?.checked_mul(unit)?,
            };
            sum = sum.checked_add(of_unit)?;
            (time, parts) = (after, parts + 1);
        }
        // Something stands behind the T, and all of it was read.
        if !time.is_empty() || parts == before {
            return None;
        }
    }
    if parts == 0 {
        return None;
    }
    sum.try_into().ok()
}

fn whole(digits: &str) -> Option<u128> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| all_digits)
}

/// Nanoseconds of what stands behind the point.
fn fraction(decimals: &str) -> Option<u128> {
    whole(decimals)?;
    let kept = decimals.get(..DIGITS).unwrap_or(decimals);
    whole(&format!("{kept:0<DIGITS$}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_exactly_or_not_at_all() {
        let cases = [
            ("PT0.016S", Some(16_000_000)),
            ("PT0S", Some(0)),
            ("PT1M", Some(60_000_000_000)),
            ("PT1H0M0.5S", Some(3_600_500_000_000)),
            ("P1D", Some(86_400_000_000_000)),
            ("P1DT0.000000001S", Some(86_400_000_000_001)),
            ("PT0.0000000019S", Some(1)),
            ("PT90M", Some(5_400_000_000_000)),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("P1M", None),
            ("P1Y", None),
            ("-PT1S", None),
            ("PT-1S", None),
            ("PT+1S", None),
            ("PT.5S", None),
            ("PT1.S", None),
            ("PT1.5M", None),
            ("PT1S2M", None),
            ("PT1S1S", None),
            ("pt1s", None),
            ("PT1s", None),
            ("0.016", None),
            ("", None),
            ("PT99999999999999999999999999999999999999999S", None),
            ("P99999999999D", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(nanoseconds(text), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(days in 0_u64..10_000, hours in 0_u64..24, minutes in 0_u64..60, nanos in 0_u64..60_000_000_000) {
            let (seconds, decimals) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
            let text = format!("P{days}DT{hours}H{minutes}M{seconds}.{decimals:09}S");
            let wanted = ((days * 24 + hours) * 60 + minutes) * 60_000_000_000 + nanos;
            prop_assert_eq!(nanoseconds(&text), Some(wanted));
        }

        #[test]
        fn any_text_is_read_or_refused(text in r"P?[0-9DTHMS.+\-]{0,20}|\PC{0,12}") {
            let _ = nanoseconds(&text);
        }
    }
}
