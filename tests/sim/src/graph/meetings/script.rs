//! Meetings that a test transcribes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Meeting, Transcript};
use crate::graph::courier::Parcel;
use crate::graph::notification;
use crate::graph::subscriptions::Watched;
use crate::world::World;
use crate::{clock, ids, seed};

/// A meeting that has just been transcribed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTranscript {
    /// Who invited; the first user unless said otherwise.
    #[serde(default)]
    pub organizer: Option<String>,
    /// What the meeting is about.
    pub subject: String,
    /// Who was invited.
    #[serde(default)]
    pub attendees: Vec<String>,
    /// The meeting, where it was made before.
    #[serde(default)]
    pub meeting_id: Option<String>,
    /// What was said, in WebVTT.
    pub vtt: String,
    /// When, as Graph writes it; now unless said otherwise.
    #[serde(default)]
    pub created: Option<String>,
    /// Whether subscribers are told.
    #[serde(default = "yes")]
    pub notify: bool,
}

fn yes() -> bool {
    true
}

/// A transcript.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transcribed {
    /// The meeting.
    pub meeting_id: String,
    /// Its transcript.
    pub transcript_id: String,
    /// As notifications of a user's meetings name it.
    pub resource: String,
    /// The subscriptions that are being told.
    pub notified: Vec<String>,
}

/// Why there cannot be such a meeting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMeeting {
    /// There is no such user.
    #[error("there is no user {0}")]
    User(String),
    /// There is no such meeting.
    #[error("there is no meeting {0}")]
    Meeting(String),
    /// That is no time.
    #[error("{0} is no time")]
    Time(String),
}

impl World {
    /// Holds a meeting with a transcript, and tells the subscribers.
    pub fn transcribe(&self, new: &NewTranscript) -> Result<Transcribed, BadMeeting> {
        let organizer = new.organizer.clone().unwrap_or_else(|| seed::USERS[0].object_id());
        for id in std::iter::once(&organizer).chain(&new.attendees) {
            if !seed::USERS.iter().any(|user| user.object_id() == *id) {
                return Err(BadMeeting::User(id.clone()));
            }
        }
        let created_ms = match &new.created {
            None => clock::now_ms(),
            Some(text) => clock::parse_ms(text).ok_or_else(|| BadMeeting::Time(text.clone()))?,
        };
        let transcript_id = STANDARD.encode(format!("1##0##{}", ids::fresh_guid()));
        let transcript = Transcript { id: transcript_id.clone(), created_ms, vtt: new.vtt.clone() };
        let mut held = self.graph.meetings.held.lock();
        let meeting_id = match &new.meeting_id {
            Some(id) => {
                let meeting = held.iter_mut().find(|meeting| meeting.id == *id);
                let meeting = meeting.ok_or_else(|| BadMeeting::Meeting(id.clone()))?;
                meeting.transcripts.push(transcript);
                id.clone()
            }
            None => {
                let mut meeting = Meeting::new(&organizer, &new.subject, created_ms, created_ms + 1_800_000);
                meeting.attendees = new.attendees.clone();
                meeting.transcripts.push(transcript);
                let id = meeting.id.clone();
                held.push(meeting);
                id
            }
        };
        drop(held);
        let tail = format!("onlineMeetings('{meeting_id}')/transcripts('{transcript_id}')");
        let resource = format!("users('{organizer}')/{tail}");
        let mut notified = vec![];
        if new.notify {
            let of_user = format!("users/{organizer}/onlineMeetings/getAllTranscripts");
            let of_all = "communications/onlineMeetings/getAllTranscripts".to_owned();
            notified.extend(self.tell_of_transcript(&of_user, &resource, &transcript_id));
            notified.extend(self.tell_of_transcript(
                &of_all,
                &format!("communications/{tail}"),
                &transcript_id,
            ));
        }
        Ok(Transcribed { meeting_id, transcript_id, resource, notified })
    }

    /// Whether an application access policy lets the app look at a user's meetings.
    pub fn set_access_policy(&self, user: &str, granted: bool) {
        let mut closed = self.graph.meetings.closed.lock();
        match granted {
            true => drop(closed.remove(&user.to_ascii_lowercase())),
            false => drop(closed.insert(user.to_ascii_lowercase())),
        }
    }

    fn tell_of_transcript(&self, watched: &str, resource: &str, id: &str) -> Vec<String> {
        let Some(wanted) = Watched::parse(watched) else { return Vec::new() };
        let store = &self.graph.subscriptions;
        let now = store.now_ms();
        let mut told = vec![];
        for held in store.all().iter().filter(|held| held.watched.key == wanted.key && held.expires_ms > now)
        {
            let item = json!({
                "subscriptionId": held.id,
                "changeType": "created",
                "clientState": held.client_state,
                "subscriptionExpirationDateTime": clock::graph_subscription(held.expires_ms),
                "resource": resource,
                "resourceData": {
                    "id": id, "@odata.type": "#Microsoft.Graph.callTranscript", "@odata.id": resource,
                },
                "tenantId": self.entra.directory_id,
            });
            let parcel = Parcel {
                subscription_id: held.id.clone(),
                url: held.notification_url.clone(),
                body: notification::batch(&[item], &[]),
            };
            self.graph.courier.send(parcel, store.clone(), self.options.delivery);
            told.push(held.id.clone());
        }
        told
    }
}
