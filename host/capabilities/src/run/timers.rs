//! Timers as they are kept.

use bytes::Bytes;
use tieline_store::{Key, Space};
use tieline_types::{InstallationKey, Timer, TimerKey, TimerKind};

use super::of_installation;

/// Where an installation's timers of a kind stand.
pub fn space(installation: &InstallationKey, kind: TimerKind) -> Key {
    of_installation(Space::Timer, installation).part(part(kind))
}

/// Where a timer stands.
pub fn place(timer: &TimerKey) -> Key {
    space(&timer.installation, timer.kind).part(&timer.key)
}

/// The timer that stands at a place; none if it is no place of a timer.
pub fn placed(place: &Key) -> Option<TimerKey> {
    let [tenant, installation, kind, key]: [String; 4] = place.parts().try_into().ok()?;
    let installation =
        InstallationKey { tenant: tenant.parse().ok()?, installation: installation.parse().ok()? };
    let kind = [TimerKind::Planned, TimerKind::Once].into_iter().find(|known| part(*known) == kind)?;
    Some(TimerKey { installation, kind, key })
}

/// A timer as it is written.
pub fn written(timer: &Timer) -> Bytes {
    Bytes::from(serde_json::to_vec(timer).expect("plain data always serialises"))
}

fn part(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::Planned => "plan",
        TimerKind::Once => "once",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_its_timer_and_no_other() {
        let installation =
            InstallationKey { tenant: "a".parse().unwrap(), installation: "once".parse().unwrap() };
        let timer = |kind, key: &str| TimerKey { installation: installation.clone(), kind, key: key.into() };
        for timer in
            [timer(TimerKind::Once, "k"), timer(TimerKind::Planned, "k"), timer(TimerKind::Once, "k/l")]
        {
            assert_eq!(placed(&place(&timer)), Some(timer));
        }
        assert_eq!(placed(&space(&installation, TimerKind::Once)), None);
    }
}
