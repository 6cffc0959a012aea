//! The state machine of a conference. Pure.

use super::effect::{Effect, Reason, Told};
use super::input::{Heard, Input, Request, Said};
use super::{Conference, Mark, Stage};
use crate::settings::Config;
use crate::teams::html;

/// An answer that is none is asked for again, so many times in all.
const ASKED: u32 = 3;

/// Whose conference it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What the others read.
    pub name: String,
    /// Whether they turned the integration on.
    pub enabled: bool,
}

/// What becomes of a conference, or of none, when this happens: what it is then, and what is to be done in this order.
/// What comes again changes nothing and does nothing.
pub fn step(
    before: Option<Conference>,
    person: &Person,
    input: &Input,
    config: &Config,
    now: u64,
) -> (Option<Conference>, Vec<Effect>) {
    let mut turn = Turn { config, person, id: input.id(), effects: Vec::new() };
    let after = match (before, input) {
        (before, Input::Requested(request)) => turn.requested(before, request, now),
        (None, _) => None,
        (Some(open), Input::Centre { seat, event, heard }) if open.seat == *seat => {
            turn.heard(open, event, heard)
        }
        (Some(open), Input::Teams(said)) => turn.said(open, said),
        (Some(open), Input::Due(seat)) if open.seat == *seat => turn.due(open, now),
        (Some(open), Input::Disabled) => turn.left(&open, Reason::Left),
        (Some(open), Input::Removed) => turn.removed(&open),
        (Some(open), Input::Unreachable) => {
            turn.tell_left(&open, Reason::Unreachable);
            turn.over(&open)
        }
        (Some(open), Input::Gone) => turn.ended(&open),
        (open, _) => open,
    };
    (after, turn.effects)
}

struct Turn<'a> {
    config: &'a Config,
    person: &'a Person,
    /// Of what happened.
    id: String,
    effects: Vec<Effect>,
}

impl Turn<'_> {
    fn requested(&mut self, before: Option<Conference>, request: &Request, now: u64) -> Option<Conference> {
        let refusal = match &before {
            Some(open) if open.seat == request.seat => return before,
            Some(_) => Reason::Busy,
            None if !self.person.enabled => Reason::NotEnabled,
            None => {
                let until = now.saturating_add(u64::from(self.config.answer_within_seconds) * 1_000);
                self.invite(1);
                self.effects.push(Effect::Wake { at: until });
                return Some(Conference::new(request, until));
            }
        };
        let seat = request.seat.clone();
        let told = Told::Left { reason: refusal, text: None };
        self.effects.extend([Effect::Tell { seat: seat.clone(), told }, Effect::Forget { seat }]);
        before
    }

    fn heard(&mut self, mut open: Conference, event: &str, heard: &Heard) -> Option<Conference> {
        if !open.hears(event) {
            return Some(open);
        }
        let here = open.stage == Stage::Joined;
        let own = |party: &String| *party == open.seat.party;
        match heard {
            Heard::Ended => return self.ended(&open),
            // Whoever told the contact centre so does the rest, and may be about to: the person is not told twice.
            Heard::Left { party, told: true } if own(party) => return self.over(&open),
            // An agent takes the person out, or takes the invitation back.
            Heard::Left { party, .. } if own(party) => return self.ended(&open),
            // What the person said comes back to everybody.
            Heard::Message { party, .. } | Heard::File { party } | Heard::Joined { party, .. }
                if own(party) => {}
            Heard::Message { party, text } if here => self.post_spoken(open.name(party), text),
            Heard::File { party } if here => {
                let name = open.name(party).to_owned();
                self.post_notice(&format!("{name} {}", self.config.notices.file_not_shown));
                let text = format!("{} {}", self.person.name, self.config.notices.file_not_received);
                self.tell(&open, Told::Message { id: format!("{event}/refused"), text });
            }
            Heard::Joined { party, name } => {
                open.names.insert(party.clone(), name.clone());
                if here {
                    self.post_notice(&format!("{name} {}", self.config.texts.party_joined));
                }
            }
            Heard::Left { party, .. } if here => {
                let name = open.name(party).to_owned();
                self.post_notice(&format!("{name} {}", self.config.texts.party_left));
            }
            // Nobody hears a session before they are in it.
            Heard::Message { .. } | Heard::File { .. } | Heard::Left { .. } => {}
        }
        Some(open)
    }

    fn said(&mut self, mut open: Conference, said: &Said) -> Option<Conference> {
        open.read.until = open.read.until.max(said.changed);
        if said.created < open.read.began {
            return Some(open);
        }
        let Some(seen) = open.read.seen.get(&said.id).cloned().or_else(|| forgotten(&open, said)) else {
            let (after, relayed) = self.first(open, said);
            let mark = Mark { created: said.created, edited: said.edited, deleted: said.deleted, relayed };
            return after.map(|mut open| {
                open.read.note(&said.id, mark);
                open
            });
        };
        if seen.relayed && said.deleted && !seen.deleted {
            let text = self.config.notices.removed.clone();
            self.tell(&open, Told::Message { id: format!("{}/deleted", said.id), text });
        } else if seen.relayed && !said.deleted && said.edited > seen.edited {
            let text = format!("{} {}", self.config.notices.corrected, said.text);
            let id = format!("{}/{}", said.id, said.edited.unwrap_or_default());
            self.tell(&open, Told::Message { id, text });
        }
        let edited = said.edited.max(seen.edited);
        open.read.note(&said.id, Mark { edited, deleted: said.deleted || seen.deleted, ..seen });
        Some(open)
    }

    /// A message that nobody has read. Whether it was passed on.
    fn first(&mut self, mut open: Conference, said: &Said) -> (Option<Conference>, bool) {
        let texts = &self.config.texts;
        let is = |word: &str| is_answer(&said.text, word);
        if said.deleted {
            return (Some(open), false);
        }
        if is(&texts.leave_command) {
            let reason = if open.stage == Stage::Joined { Reason::Left } else { Reason::Declined };
            return (self.left(&open, reason), false);
        }
        if open.stage == Stage::Joined {
            let relayed = !said.text.is_empty();
            if relayed {
                self.tell(&open, Told::Message { id: said.id.clone(), text: said.text.clone() });
            }
            if said.files > 0 {
                self.post_notice(&self.config.notices.file_not_sent.clone());
            }
            return (Some(open), relayed);
        }
        if is(&texts.positive_response) {
            let text = format!("{} {}", self.person.name, texts.party_joined);
            open.stage = Stage::Joined;
            self.tell(&open, Told::Joined { name: self.person.name.clone(), text: text.clone() });
            self.post_notice(&text);
            self.effects.push(Effect::Sleep);
        } else if is(&texts.negative_response) {
            return (self.left(&open, Reason::Declined), false);
        } else if open.asked < ASKED {
            open.asked += 1;
            self.invite(open.asked);
        }
        (Some(open), false)
    }

    fn due(&mut self, open: Conference, now: u64) -> Option<Conference> {
        match open.stage {
            Stage::Invited { until } if until <= now => {
                self.tell_left(&open, Reason::NoAnswer);
                self.ended(&open)
            }
            _ => Some(open),
        }
    }

    /// The person goes, or never came.
    fn left(&mut self, open: &Conference, reason: Reason) -> Option<Conference> {
        // The contact centre is told last: it says so to all at once, and what it says must find this kept.
        if open.stage == Stage::Joined {
            self.post_notice(&format!("{} {}", self.person.name, self.config.texts.party_left));
        }
        self.tell_left(open, reason);
        self.over(open)
    }

    fn removed(&mut self, open: &Conference) -> Option<Conference> {
        // What cannot be said to the person must not have been told to the contact centre.
        self.post_notice(&self.config.texts.session_ended.clone());
        self.tell_left(open, Reason::Removed);
        self.over(open)
    }

    /// The session is over for the person, and they read it.
    fn ended(&mut self, open: &Conference) -> Option<Conference> {
        self.post_notice(&self.config.texts.session_ended.clone());
        self.over(open)
    }

    fn over(&mut self, open: &Conference) -> Option<Conference> {
        self.effects.extend([Effect::Sleep, Effect::Forget { seat: open.seat.clone() }]);
        None
    }

    fn tell_left(&mut self, open: &Conference, reason: Reason) {
        let text = format!("{} {}", self.person.name, self.config.texts.party_left);
        let text = (open.stage == Stage::Joined).then_some(text);
        self.tell(open, Told::Left { reason, text });
    }

    fn tell(&mut self, open: &Conference, told: Told) {
        self.effects.push(Effect::Tell { seat: open.seat.clone(), told });
    }

    fn invite(&mut self, time: u32) {
        let key = format!("{}/invitation/{time}", self.id);
        let html = html::notice(&self.config.texts.invitation);
        self.effects.push(Effect::Post { key, html });
    }

    fn post_notice(&mut self, text: &str) {
        let key = format!("{}/notice", self.id);
        self.effects.push(Effect::Post { key, html: html::notice(text) });
    }

    fn post_spoken(&mut self, name: &str, text: &str) {
        for (number, html) in html::spoken(name, text).into_iter().enumerate() {
            self.effects.push(Effect::Post { key: format!("{}/{number}", self.id), html });
        }
    }
}

/// What is known of a message of which nothing is remembered but that it is old: it was passed on then.
fn forgotten(open: &Conference, said: &Said) -> Option<Mark> {
    let old = said.created <= open.read.forgotten;
    old.then_some(Mark { created: said.created, edited: None, deleted: false, relayed: true })
}

/// Whether somebody wrote this word: in any case, and with any punctuation around it.
fn is_answer(text: &str, word: &str) -> bool {
    let bare = |text: &str| {
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
        trimmed.to_lowercase()
    };
    let (text, wanted) = (bare(text), bare(word));
    // A word that is nothing but punctuation is taken as it stands.
    if wanted.is_empty() { text.is_empty() && !word.trim().is_empty() } else { text == wanted }
}

#[cfg(test)]
#[path = "step_laws.rs"]
mod laws;
