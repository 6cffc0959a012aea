use super::*;

const APP: PermissionKind = PermissionKind::Application;
const SPREAD: Duration = Duration::from_secs(7_200);
const HOUR: u64 = 3_600_000;

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn judge(consent: &mut Consent, token: &[&str], cause: Cause, now: u64) -> Finding {
    let (allowing, token) = (["Chat.Read.All".to_owned()], names(token));
    let refused = Refused { kind: APP, allowing: &allowing, token: Some(&token), cause };
    consent.judge(refused, Timestamp(now), SPREAD).0
}

#[test]
fn what_was_never_granted_is_missing_for_as_long_as_it_takes() {
    let mut consent = Consent::default();
    assert!(consent.saw(APP, &names(&[]), Timestamp(0)));
    for hours in [0, 1, 100] {
        assert_eq!(judge(&mut consent, &[], Cause::Permission, hours * HOUR), Finding::Missing);
        assert_eq!(judge(&mut consent, &[], Cause::Unsaid, hours * HOUR), Finding::Missing);
    }
    assert!(consent.worked(APP, &["Chat.Read.All".into()]) && consent.refused().next().is_none());
    assert!(!consent.worked(APP, &["Chat.Read.All".into()]));
}

#[test]
fn what_came_into_a_token_spreads_for_two_hours_and_is_overdue_then() {
    let mut consent = Consent::default();
    consent.saw(APP, &names(&[]), Timestamp(0));
    assert!(consent.saw(APP, &names(&["Chat.Read.All"]), Timestamp(HOUR)));
    assert!(!consent.saw(APP, &names(&["Chat.Read.All"]), Timestamp(2 * HOUR)), "the same again");
    let until = Finding::Spreading(Timestamp(3 * HOUR));
    for cause in [Cause::Permission, Cause::PermissionOrPolicy] {
        assert_eq!(judge(&mut consent, &["Chat.Read.All"], cause, HOUR + 1), until);
    }
    assert_eq!(judge(&mut consent, &["Chat.Read.All"], Cause::Policy, HOUR + 1), Finding::Other);
    assert_eq!(
        judge(&mut consent, &["Chat.Read.All"], Cause::Permission, 3 * HOUR),
        Finding::Overdue(Timestamp(HOUR))
    );
    consent.worked(APP, &["Chat.Read.All".into()]);
    // It is honoured: what is refused now has another reason.
    assert_eq!(judge(&mut consent, &["Chat.Read.All"], Cause::Permission, 4 * HOUR), Finding::Other);
}

#[test]
fn what_the_first_token_has_was_granted_long_ago() {
    let mut consent = Consent::default();
    consent.saw(APP, &names(&["Chat.Read.All"]), Timestamp(0));
    for cause in [Cause::Permission, Cause::PermissionOrPolicy, Cause::Unsaid] {
        assert_eq!(judge(&mut consent, &["Chat.Read.All"], cause, 1), Finding::Other);
    }
}

#[test]
fn a_word_that_it_was_granted_opens_the_two_hours_also_before_a_token_has_it() {
    let mut consent = Consent::default();
    consent.saw(APP, &names(&[]), Timestamp(0));
    assert_eq!(judge(&mut consent, &[], Cause::Permission, 1), Finding::Missing);
    consent.accepted = Some(Accepted { at: Timestamp(HOUR), by: "ada".into() });
    let until = Finding::Spreading(Timestamp(3 * HOUR));
    assert_eq!(judge(&mut consent, &[], Cause::Permission, HOUR), until);
    assert_eq!(judge(&mut consent, &[], Cause::Permission, 3 * HOUR), Finding::Overdue(Timestamp(HOUR)));
    // An administrator grants it again: another two hours.
    consent.granted = Some(Timestamp(4 * HOUR));
    assert_eq!(
        judge(&mut consent, &[], Cause::Permission, 4 * HOUR),
        Finding::Spreading(Timestamp(6 * HOUR))
    );
}

#[test]
fn a_refusal_is_noted_once() {
    let mut consent = Consent::default();
    let (allowing, token) = (["A".to_owned(), "B".to_owned()], names(&[]));
    let refused = Refused { kind: APP, allowing: &allowing, token: Some(&token), cause: Cause::Permission };
    assert!(consent.judge(refused, Timestamp(1), SPREAD).1);
    assert!(!consent.judge(refused, Timestamp(2), SPREAD).1);
    assert_eq!(consent.refused().collect::<Vec<_>>(), [(APP, "A")]);
    let opaque = Refused { token: None, ..refused };
    assert_eq!(consent.judge(opaque, Timestamp(3), SPREAD).0, Finding::Missing);
    assert_eq!(
        consent.judge(Refused { cause: Cause::Unsaid, ..opaque }, Timestamp(3), SPREAD).0,
        Finding::Other
    );
    assert!(consent.worked(APP, &["B".into(), "A".into()]));
}
