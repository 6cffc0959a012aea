//! The E-model: from delay and loss to how people would judge what they hear.
//!
//! Rec. ITU-T G.107 (06/2015), "The E-model: a computational model for use in transmission planning". Its rating is
//! `R = Ro − Is − Id − Ie,eff + A` (equation 7-1). Of it, this takes:
//!
//! - `Ro − Is = 93.2`: every parameter that is not measured here has the default of table 1, and there is no advantage
//!   (`A = 0`);
//! - `Id = Idd`, the part that comes of the absolute delay `Ta` (equations 7-27 and 7-28); no echo is assumed;
//! - `Ie,eff = Ie + (95 − Ie) · Ppl / (Ppl / BurstR + Bpl)` (equation 7-29) with `BurstR = 1`, losses that do not depend
//!   on each other; `Ie` and `Bpl` of the codec from Rec. ITU-T G.113, appendix I;
//! - the mean opinion score from `R` as annex B has it.
//!
//! Simplifications of our own, since Graph does not measure these: `Ta` is half the round trip, twice the jitter for
//! the buffer that takes it out, and 20 ms for filling a packet; a codec of which G.113 has no value counts as G.711 with
//! concealment of losses. So the score compares networks; it is no verdict on a codec, a microphone or a room.

/// `Ro − Is` with the defaults of table 1.
const BASE: f64 = 93.2;
/// A packet holds so much sound, in milliseconds.
const PACKET_MS: f64 = 20.0;
/// The buffer holds so many times the jitter.
const BUFFER: f64 = 2.0;

/// What was heard of a stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard<'a> {
    /// As Graph names it.
    pub codec: Option<&'a str>,
    /// There and back, in milliseconds.
    pub round_trip_ms: f64,
    /// In milliseconds.
    pub jitter_ms: f64,
    /// Lost packets, from 0 to 1.
    pub loss: f64,
}

/// How it would be judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The rating, from 0 to 93.2.
    pub r: f64,
    /// The mean opinion score, from 1 to 4.5.
    pub mos: f64,
}

/// Scores what was heard.
pub fn score(heard: &Heard<'_>) -> Score {
    let delay_ms = heard.round_trip_ms / 2.0 + BUFFER * heard.jitter_ms + PACKET_MS;
    let r = (BASE - of_delay(delay_ms) - of_loss(heard.codec, heard.loss)).clamp(0.0, BASE);
    Score { r, mos: opinion(r) }
}

/// `Idd`: what the absolute delay takes, none below 100 ms.
fn of_delay(delay_ms: f64) -> f64 {
    if delay_ms <= 100.0 {
        return 0.0;
    }
    let x = (delay_ms / 100.0).log2();
    let root = |value: f64| (1.0 + value.powi(6)).powf(1.0 / 6.0);
    25.0 * (root(x) - 3.0 * root(x / 3.0) + 2.0)
}

/// `Ie,eff`: what the codec and lost packets take.
fn of_loss(codec: Option<&str>, loss: f64) -> f64 {
    let (ie, bpl) = impairment(codec);
    let percent = loss * 100.0;
    ie + (95.0 - ie) * percent / (percent + bpl)
}

/// `Ie` and `Bpl` of a codec (Rec. ITU-T G.113, appendix I): G.729A with voice activity detection, and G.711 with
/// concealment of losses for all others.
fn impairment(codec: Option<&str>) -> (f64, f64) {
    match codec {
        Some(name) if name.eq_ignore_ascii_case("g729") => (11.0, 19.0),
        _ => (0.0, 25.1),
    }
}

/// Annex B.
fn opinion(r: f64) -> f64 {
    if r <= 0.0 {
        return 1.0;
    }
    // Between 0 and 6.5 the cubic dips below 1, which no opinion is.
    (1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6).clamp(1.0, 4.5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heard(round_trip_ms: f64, jitter_ms: f64, loss: f64) -> Heard<'static> {
        Heard { codec: None, round_trip_ms, jitter_ms, loss }
    }

    #[test]
    fn the_equations_are_those_of_the_recommendation() {
        // Worked by hand from 7-27 and 7-28: Ta = 400 ms is X = 2.
        let by_hand =
            25.0 * (65.0_f64.powf(1.0 / 6.0) - 3.0 * (1.0 + (2.0_f64 / 3.0).powi(6)).powf(1.0 / 6.0) + 2.0);
        assert!((of_delay(400.0) - by_hand).abs() < 1e-9);
        assert!((24.0..25.0).contains(&of_delay(400.0)), "{}", of_delay(400.0));
        assert_eq!(of_delay(100.0), 0.0);
        // 7-29 with G.711: 95 · 5 / (5 + 25.1).
        assert!((of_loss(None, 0.05) - 15.780_730_897).abs() < 1e-6);
        assert!((of_loss(Some("g729"), 0.0) - 11.0).abs() < 1e-9);
        // Annex B, at R = 93.2 and R = 50.
        assert!((opinion(93.2) - 4.409_285_824).abs() < 1e-6, "{}", opinion(93.2));
        assert!((opinion(50.0) - 2.575).abs() < 1e-9);
        assert_eq!((opinion(0.0), opinion(1.0)), (1.0, 1.0));
    }

    #[test]
    fn a_good_network_sounds_good_and_a_bad_one_bad() {
        let good = score(&heard(60.0, 5.0, 0.0));
        assert!(good.mos > 4.4 && good.r > 93.0, "{good:?}");
        let bad = score(&heard(600.0, 60.0, 0.2));
        assert!(bad.mos < 2.0, "{bad:?}");
    }

    proptest! {
        #[test]
        fn a_score_lies_on_its_scale_and_a_worse_network_never_scores_better(
            round_trip in 0.0_f64..5_000.0, jitter in 0.0_f64..2_000.0, loss in 0.0_f64..=1.0,
            more in 0.0_f64..500.0, more_loss in 0.0_f64..=1.0,
        ) {
            let here = score(&heard(round_trip, jitter, loss));
            prop_assert!((0.0..=93.2).contains(&here.r) && (1.0..=4.5).contains(&here.mos));
            for worse in [
                heard(round_trip + more, jitter, loss),
                heard(round_trip, jitter + more, loss),
                heard(round_trip, jitter, (loss + more_loss).min(1.0)),
            ] {
                let worse = score(&worse);
                prop_assert!(worse.r <= here.r + 1e-9 && worse.mos <= here.mos + 1e-9, "{here:?} {worse:?}");
            }
        }
    }
}
