//! How near an end is: pure rules over what ends. From 30 days ahead an end is worth an alert, and becomes louder 15, 7 and
//! 1 days ahead.

use std::time::Duration;

use tieline_types::{
    ConnectionName, InstallationId, Problem, Severity, Timestamp,
    api::{CalendarEntry, CalendarItem},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Days ahead, nearest first.
const STEPS: [(u32, Severity); 4] =
    [(1, Severity::Critical), (7, Severity::Warning), (15, Severity::Warning), (30, Severity::Info)];
/// How many days ahead everybody who works with the tenant is shown that its credential ends.
pub(super) const SHOWN: u32 = 15;
/// How many days ahead something is late that the host should have replaced by then.
const LATE: u32 = 15;

/// Something that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) item: CalendarItem,
    /// Its own name.
    pub(super) name: String,
    pub(super) connection: Option<ConnectionName>,
    pub(super) installations: Vec<InstallationId>,
    /// When it began, where it may be short-lived: then only those steps count that are within the second half of its life.
    pub(super) begun: Option<Timestamp>,
    /// None: nobody knows.
    pub(super) ends: Option<Timestamp>,
    /// What it is, in a sentence after "The": ``client secret of `microsoft` ``.
    pub(super) what: String,
    /// What somebody has to do, or what the host does by itself.
    pub(super) remedy: String,
    /// What is wrong with it already, by another judgement than that of days.
    pub(super) trouble: Option<(Severity, Problem)>,
}

impl Ending {
    /// Whether it ends within so many days, or has ended.
    pub(super) fn is_within(&self, days: u32, now: Timestamp) -> bool {
        self.ends.is_some_and(|ends| ends <= now || ends.since(now) <= DAY * days)
    }

    /// The alert that stands at this time, if one does.
    pub(super) fn alarm(&self, now: Timestamp) -> Option<(Severity, Problem)> {
        let ends = self.ends?;
        match self.item {
            CalendarItem::ClientSecret
            | CalendarItem::Certificate
            | CalendarItem::Password
            | CalendarItem::ServiceSignIn
            | CalendarItem::ServerCertificate => {}
            // One that has ended lets nobody in any more, and whoever used it was told so.
            CalendarItem::ApiToken if ends > now => {}
            // As long as the host looks after it as it should, nobody need to know.
            CalendarItem::ContentCertificate if self.is_within(LATE, now) => {}
            _ => return None,
        }
        let (will_end, has_ended) = match self.item {
            CalendarItem::ApiToken => ("token.ends", "token.ended"),
            CalendarItem::ServerCertificate => ("server.certificate-ends", "server.certificate-ended"),
            _ => ("connection.credential-ends", "connection.credential-ended"),
        };
        let problem = |code: &str, message: String| Problem::new(code, message).remedy(&self.remedy);
        if ends <= now {
            let message = format!("The {} ended on {}.", self.what, day(ends));
            return Some((Severity::Critical, problem(has_ended, message)));
        }
        let counts = |days: u32| self.begun.is_none_or(|begun| ends.since(begun) >= 2 * DAY * days);
        let near = |(days, _): &(u32, Severity)| counts(*days) && ends.since(now) <= DAY * *days;
        let (days, severity) = STEPS.into_iter().find(near)?;
        let message = format!("The {} ends on {}, in {days} days or less.", self.what, day(ends));
        Some((severity, problem(will_end, message)))
    }

    /// As people see it in the calendar.
    pub(super) fn shown(self, now: Timestamp) -> CalendarEntry {
        let banner = match self.item {
            CalendarItem::ClientSecret
            | CalendarItem::Certificate
            | CalendarItem::Password
            | CalendarItem::ServiceSignIn => self.is_within(SHOWN, now),
            _ => false,
        };
        let calm = || {
            let message = match self.ends {
                Some(ends) => format!("The {} ends on {}.", self.what, day(ends)),
                None => format!("When the {} ends is not known.", self.what),
            };
            (Severity::Info, Problem::new("calendar.ends", message).remedy(&self.remedy))
        };
        let (severity, problem) = self.trouble.clone().or_else(|| self.alarm(now)).unwrap_or_else(calm);
        CalendarEntry {
            what: self.item,
            name: self.name,
            connection: self.connection,
            installations: self.installations,
            ends: self.ends,
            days_left: self.ends.map(|ends| days_left(ends, now)),
            severity,
            banner,
            problem,
        }
    }
}

/// Whole days until then; negative from the moment on at which it has ended.
fn days_left(ends: Timestamp, now: Timestamp) -> i64 {
    let millis = i64::try_from(ends.0).unwrap_or(i64::MAX) - i64::try_from(now.0).unwrap_or(i64::MAX);
    millis.div_euclid(i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX))
}

/// `2027-01-31`
pub(super) fn day(at: Timestamp) -> String {
    at.rfc3339().split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: Timestamp = Timestamp(1_801_353_600_000);

    fn ending(item: CalendarItem) -> Ending {
        Ending {
            item,
            name: "microsoft".into(),
            connection: None,
            installations: Vec::new(),
            begun: None,
            ends: Some(ENDS),
            what: "client secret of `microsoft`".into(),
            remedy: "r".into(),
            trouble: None,
        }
    }

    fn before(days: u32) -> Timestamp {
        Timestamp(ENDS.0 - (DAY * days).as_millis() as u64)
    }

    #[test]
    fn becomes_louder_thirty_fifteen_seven_and_one_days_ahead() {
        let at = |days| ending(CalendarItem::ClientSecret).alarm(before(days));
        assert_eq!(at(31), None);
        let found = [30, 15, 7, 1, 0].map(|days| at(days).unwrap());
        let severities = found.each_ref().map(|(severity, _)| *severity);
        let expected =
            [Severity::Info, Severity::Warning, Severity::Warning, Severity::Critical, Severity::Critical];
        assert_eq!(severities, expected);
        assert_eq!(at(16), at(30), "a step is one alert");
        assert!(found[1].1.message.contains("2027-01-31, in 15 days"), "{}", found[1].1.message);
        assert_eq!(found[4].1.code, "connection.credential-ended");
    }

    #[test]
    fn what_lives_for_days_only_is_told_in_the_second_half_of_its_life_and_not_when_it_is_over() {
        let token = |life: u32, left: u32| {
            let ending = Ending { begun: Some(before(life)), ..ending(CalendarItem::ApiToken) };
            ending.alarm(before(left)).map(|(severity, problem)| (severity, problem.code))
        };
        let ends = |severity| Some((severity, "token.ends".to_owned()));
        assert_eq!(token(1, 1), None, "made for a day");
        assert_eq!((token(7, 7), token(7, 2), token(7, 1)), (None, None, ends(Severity::Critical)));
        assert_eq!((token(30, 30), token(30, 15), token(30, 0)), (None, ends(Severity::Warning), None));
        assert_eq!(token(90, 30), ends(Severity::Info));
        let server = ending(CalendarItem::ServerCertificate);
        assert_eq!(server.alarm(before(7)).unwrap().1.code, "server.certificate-ends");
        assert_eq!(server.alarm(before(0)).unwrap().1.code, "server.certificate-ended");
        assert_eq!(ending(CalendarItem::WebhookSecret).alarm(before(1)), None);
    }

    #[test]
    fn everybody_is_shown_a_credential_that_ends_within_fifteen_days_and_nothing_else() {
        let shown = |item, days| {
            let entry = ending(item).shown(before(days));
            (entry.days_left, entry.severity, entry.banner)
        };
        let secret = CalendarItem::ClientSecret;
        assert_eq!(shown(secret, 40), (Some(40), Severity::Info, false));
        assert_eq!(shown(secret, 16), (Some(16), Severity::Info, false));
        assert_eq!(shown(secret, 15), (Some(15), Severity::Warning, true));
        assert_eq!(ending(secret).shown(Timestamp(ENDS.0 + 1)).days_left, Some(-1));
        assert!(ending(secret).shown(Timestamp(ENDS.0 + 1)).banner);
        assert_eq!(shown(CalendarItem::SignIn, 1), (Some(1), Severity::Info, false));
        assert_eq!(shown(CalendarItem::Subscription, 0), (Some(0), Severity::Info, false));
        assert_eq!(shown(CalendarItem::ContentCertificate, 30).1, Severity::Info);
        assert_eq!(shown(CalendarItem::ContentCertificate, 15), (Some(15), Severity::Warning, false));
        let unknown = Ending { ends: None, ..ending(secret) }.shown(before(1));
        assert_eq!((unknown.days_left, unknown.severity, unknown.banner), (None, Severity::Info, false));
        assert!(unknown.problem.message.contains("not known"));
    }
}
