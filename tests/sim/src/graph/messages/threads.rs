//! Where messages are kept: one thread a channel or chat, each with its own lock.
//!
//! A message is rendered when it is posted and never again: reading one copies a reference.

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::RwLock;

use super::render::{Draft, Rendered};
use crate::clock;
use crate::graph::path::cut;
use crate::graph::places::Places;

/// A place for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::graph) enum Spot {
    Channel { team_id: String, channel_id: String },
    Chat { chat_id: String },
}

impl Spot {
    /// The place in notifications: `teams('…')/channels('…')` or `chats('…')`.
    pub(in crate::graph) fn resource(&self) -> String {
        match self {
            Spot::Channel { team_id, channel_id } => {
                format!("teams('{team_id}')/channels('{channel_id}')")
            }
            Spot::Chat { chat_id } => format!("chats('{chat_id}')"),
        }
    }
}

/// All threads, by channel or chat id. Those that are there from the start are found without a lock.
#[derive(Debug)]
pub(in crate::graph) struct Threads {
    seeded: HashMap<String, Thread>,
    created: RwLock<HashMap<String, Arc<Thread>>>,
    keep: usize,
}

/// A thread that was looked for.
pub(in crate::graph) enum Found<'a> {
    Seeded(&'a Thread),
    Created(Arc<Thread>),
}

impl Deref for Found<'_> {
    type Target = Thread;

    fn deref(&self) -> &Thread {
        match self {
            Self::Seeded(thread) => thread,
            Self::Created(thread) => thread,
        }
    }
}

/// The messages of one channel or chat.
#[derive(Debug)]
pub(in crate::graph) struct Thread {
    pub(super) spot: Spot,
    /// More are forgotten, the oldest first.
    keep: usize,
    log: RwLock<Log>,
}

#[derive(Debug, Default)]
struct Log {
    last: u64,
    messages: BTreeMap<u64, Kept>,
}

#[derive(Debug)]
struct Kept {
    rendered: Rendered,
    /// When it was written, edited or deleted last.
    modified: u64,
    reply_to: Option<u64>,
    replies: Vec<u64>,
}

impl Threads {
    pub(in crate::graph) fn of(places: &Places, keep: usize) -> Self {
        let channels = places.channels.iter().map(|channel| {
            let spot = Spot::Channel { team_id: places.team_id.clone(), channel_id: channel.id.clone() };
            (channel.id.clone(), Thread { spot, keep, log: RwLock::default() })
        });
        let spot = Spot::Chat { chat_id: places.chat_id.clone() };
        let chat = (places.chat_id.clone(), Thread { spot, keep, log: RwLock::default() });
        Self { seeded: channels.chain([chat]).collect(), created: RwLock::default(), keep }
    }

    /// Makes room for the messages of a new chat.
    pub(in crate::graph) fn open(&self, chat_id: &str) {
        let spot = Spot::Chat { chat_id: chat_id.to_owned() };
        let thread = Thread { spot, keep: self.keep, log: RwLock::default() };
        self.created.write().insert(chat_id.to_owned(), Arc::new(thread));
    }

    /// Makes room for the messages of a new channel.
    pub(in crate::graph) fn open_channel(&self, team_id: &str, channel_id: &str) {
        let spot = Spot::Channel { team_id: team_id.to_owned(), channel_id: channel_id.to_owned() };
        let thread = Thread { spot, keep: self.keep, log: RwLock::default() };
        self.created.write().insert(channel_id.to_owned(), Arc::new(thread));
    }

    pub(super) fn channel(&self, id: &str) -> Option<Found<'_>> {
        self.found(id).filter(|thread| matches!(thread.spot, Spot::Channel { .. }))
    }

    pub(super) fn chat(&self, id: &str) -> Option<Found<'_>> {
        self.found(id).filter(|thread| matches!(thread.spot, Spot::Chat { .. }))
    }

    fn found(&self, id: &str) -> Option<Found<'_>> {
        let created = || self.created.read().get(id).cloned().map(Found::Created);
        self.seeded.get(id).map(Found::Seeded).or_else(created)
    }

    /// The message that a resource of a notification names: `teams('…')/channels('…')/messages('…')`.
    pub(in crate::graph) fn named(&self, resource: &str) -> Option<Bytes> {
        let parts = cut(resource);
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        let id = |text: &str| text.parse().ok();
        match parts.as_slice() {
            ["teams", _, "channels", channel, "messages", message] => {
                self.channel(channel)?.answer(id(message)?, None)
            }
            ["teams", _, "channels", channel, "messages", message, "replies", reply] => {
                self.channel(channel)?.answer(id(reply)?, Some(id(message)?))
            }
            ["chats", chat, "messages", message] => self.chat(chat)?.answer(id(message)?, None),
            _ => None,
        }
    }

    pub(super) fn clear(&self) {
        for thread in self.seeded.values() {
            thread.log.write().messages.clear();
        }
        for thread in self.created.read().values() {
            thread.log.write().messages.clear();
        }
    }
}

impl Thread {
    /// Adds a message. `None` if it replies to one that is not there, or to a reply.
    ///
    /// Ids are the time in milliseconds, as they are in Teams, and differ within a thread.
    pub(super) fn add(&self, draft: &Draft<'_>) -> Option<u64> {
        let mut log = self.log.write();
        if let Some(parent) = draft.reply_to {
            log.messages.get(&parent).filter(|parent| parent.reply_to.is_none())?;
        }
        let id = clock::now_ms().max(log.last + 1);
        log.last = id;
        if let Some(parent) = draft.reply_to {
            log.messages.entry(parent).and_modify(|parent| parent.replies.push(id));
        }
        let rendered = draft.render(&self.spot, id);
        log.messages
            .insert(id, Kept { rendered, modified: id, reply_to: draft.reply_to, replies: Vec::new() });
        while log.messages.len() > self.keep {
            log.messages.pop_first();
        }
        Some(id)
    }

    /// The whole answer to a GET of this message, which must be where the caller looks for it: a
    /// reply is found under the message it replies to and nowhere else.
    pub(super) fn answer(&self, id: u64, reply_to: Option<u64>) -> Option<Bytes> {
        let log = self.log.read();
        let kept = log.messages.get(&id).filter(|kept| kept.reply_to == reply_to)?;
        Some(kept.rendered.answer())
    }

    /// Changes a message that is no reply; the answer is when, if it is there.
    pub(super) fn change(
        &self,
        id: u64,
        change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>, &str),
    ) -> Option<u64> {
        let mut log = self.log.write();
        let at = clock::now_ms().max(log.last + 1);
        let kept = log.messages.get_mut(&id).filter(|kept| kept.reply_to.is_none())?;
        let time = clock::graph_resource(at);
        kept.rendered = kept.rendered.changed(|message| {
            message.insert("lastModifiedDateTime".to_owned(), time.clone().into());
            message.insert("etag".to_owned(), at.to_string().into());
            change(message, &time);
        });
        kept.modified = at;
        log.last = at;
        Some(at)
    }

    /// Up to `size` messages that are no replies, newest first, older than `before` and changed after `since`; and
    /// whether there are more.
    pub(super) fn page(&self, before: Option<u64>, since: Option<u64>, size: usize) -> Slice {
        let log = self.log.read();
        let older = log.messages.range(..before.unwrap_or(u64::MAX)).rev();
        let later = older.filter(|(_, kept)| since.is_none_or(|since| kept.modified > since));
        slice(later.filter(|(_, kept)| kept.reply_to.is_none()), size)
    }

    /// Up to `size` messages that are no replies, oldest first, later than `after`; and where the thread ends.
    pub(super) fn later(&self, after: u64, size: usize) -> (Slice, u64) {
        let log = self.log.read();
        let later = log.messages.range(after.saturating_add(1)..);
        (slice(later.filter(|(_, kept)| kept.reply_to.is_none()), size), log.last)
    }

    /// The same for the replies to one message; `None` if there is no such message.
    pub(super) fn replies(&self, parent: u64, before: Option<u64>, size: usize) -> Option<Slice> {
        let log = self.log.read();
        let parent = log.messages.get(&parent).filter(|parent| parent.reply_to.is_none())?;
        let older = parent.replies.iter().rev().filter(|id| before.is_none_or(|b| **id < b));
        Some(slice(older.filter_map(|id| log.messages.get_key_value(id)), size))
    }
}

/// A part of a list: items as JSON text, and where it ends if there is more.
#[derive(Debug)]
pub(super) struct Slice {
    pub(super) items: Vec<Bytes>,
    /// The last item, if others follow.
    pub(super) more_after: Option<u64>,
}

fn slice<'a>(mut from: impl Iterator<Item = (&'a u64, &'a Kept)>, size: usize) -> Slice {
    let mut last = None;
    let mut items = Vec::new();
    for (id, kept) in from.by_ref().take(size) {
        items.push(kept.rendered.item());
        last = Some(*id);
    }
    Slice { items, more_after: last.filter(|_| from.next().is_some()) }
}
