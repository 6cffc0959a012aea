//! An event, handled: to whichever use it belongs.

use tieline_sdk::{Event, Failure, Gap, Notification, Payload, Problem, log};

use crate::catch_up::{self, CATCH_UP, FOUND, was_logged};
use crate::conversation::{Part, hear};
use crate::meetings::{self, TRANSCRIPT, Transcript};
use crate::pause::{self, LOOK_AGAIN, RESUMED, Work};
use crate::run::{Run, read};
use crate::tasks::write::Look;
use crate::teams::source::Source;
use crate::{Config, handoff};

/// Handles it, and begins a pause if that took the organisation near its limit.
pub(crate) fn handle(config: &Config, event: &Event) -> Result<(), Failure> {
    let run = Run::of(config, event);
    match &event.payload {
        Payload::Notification(notification) => notified(&run, notification),
        Payload::Gap(gap) => missed(&run, gap),
        Payload::Custom(custom) => go_on(&run, &custom.type_, &custom.body),
        Payload::Timer((key, _)) => timer(&run, key),
        Payload::Webhook(call) => match &config.handoff {
            Some(handoffs) if call.key == handoff::HOOK => handoff::outbound(handoffs, call),
            _ => unwanted("webhook", &call.key),
        },
    }?;
    pause::note(&run)
}

fn notified(run: &Run<'_>, notification: &Notification) -> Result<(), Failure> {
    if let Some(source) = Source::parse(&notification.resource) {
        // The configuration may have changed since, and a shared subscription may tell of edits too.
        let wanted = notification.change_type == "created" && run.config.watches(source.place);
        if !wanted || was_logged(&source)? {
            return Ok(());
        }
        let look = Look::of_attempt(run.in_doubt);
        return hear(run, source, notification.content.as_deref(), look, Part::All).map(drop);
    }
    match &run.config.meetings {
        Some(settings) if meetings::source::Source::parse(&notification.resource).is_some() => {
            meetings::capture(run, settings, &notification.resource, false)
        }
        _ => {
            let what = format!("{} is not a message", notification.resource);
            Err(Failure::permanent(Problem::new("salesforce.not-a-message", what)))
        }
    }
}

fn missed(run: &Run<'_>, gap: &Gap) -> Result<(), Failure> {
    match &run.config.meetings {
        Some(_) if meetings::is_transcripts(&gap.resource) => meetings::missed(gap),
        _ => catch_up::begin(run.config, gap),
    }
}

fn timer(run: &Run<'_>, key: &str) -> Result<(), Failure> {
    match (key, &run.config.handoff) {
        (LOOK_AGAIN, _) => pause::look_again(run),
        (handoff::TIMER, Some(handoffs)) => handoff::poll(run, handoffs),
        _ => unwanted("timer", key),
    }
}

/// Goes on with what an earlier run left to do.
fn go_on(run: &Run<'_>, kind: &str, body: &str) -> Result<(), Failure> {
    let config = run.config;
    match (kind, &config.handoff, &config.meetings) {
        (CATCH_UP, ..) => catch_up::go_on(config, read(body)?),
        (FOUND, ..) => catch_up::found(run, &read(body)?),
        (RESUMED, ..) => resumed(run, read(body)?),
        (handoff::HANDOVERS, Some(_), _) => handoff::spread(read(body)?),
        (handoff::HANDOVER, Some(handoffs), _) => handoff::tell(run, handoffs, &read(body)?, false),
        (TRANSCRIPT, _, Some(settings)) => {
            let Transcript { resource } = read(body)?;
            meetings::capture(run, settings, &resource, false)
        }
        _ => unwanted("event", kind),
    }
}

/// Does what was put aside, as far as it is still configured.
fn resumed(run: &Run<'_>, work: Work) -> Result<(), Failure> {
    let config = run.config;
    match (work, &config.handoff, &config.meetings) {
        (Work::Message { resource }, ..) => {
            match Source::parse(&resource).filter(|source| config.watches(source.place)) {
                Some(source) => {
                    hear(run, source, None, Look::of_attempt(run.in_doubt), Part::Waited).map(drop)
                }
                None => Ok(()),
            }
        }
        (Work::Handover { object, id }, Some(handoffs), _) => {
            handoff::tell(run, handoffs, &handoff::Candidate::new(&object, &id, None), true)
        }
        (Work::Transcript { resource }, _, Some(settings)) => {
            meetings::capture(run, settings, &resource, true)
        }
        _ => Ok(()),
    }
}

/// Something that an earlier configuration asked for.
fn unwanted(what: &str, name: &str) -> Result<(), Failure> {
    log::info("nothing of the configuration wants this any more", [("what", what), ("name", name)]);
    Ok(())
}
