//! A customer of a contact centre and somebody of Teams: asked, there, heard on both sides, until the session ends.

use serde_json::Value;
use tieline_types::InstallationKey;

use super::{
    messages::until,
    scene,
    sim::Person,
    steps::{Steps, Stopped},
    walk::{Record, Walk},
};
use crate::Failure;

/// The connector's own name for the hook that the contact centre calls.
const HOOK: &str = "events";
/// Somebody who knows contracts.
const PERSON: usize = 4;
/// What the customer asks, and what they are told.
const QUESTION: &str = "Can I end the contract in March?";
const ANSWER: &str = "Yes, with a month's notice.";

/// The walk of a conference.
#[derive(Debug)]
pub(crate) struct Conference<'a>(pub(crate) Walk<'a>);

impl Conference<'_> {
    /// Takes the conference through all its steps. What was read back from the contact centre.
    pub(crate) async fn follow(&self, steps: &mut Steps) -> Result<Vec<Record>, Stopped> {
        let key = scene::contact_center();
        let person = self.0.person(PERSON)?;
        let chat = steps.take("conference: integration on", self.enabled(&key, person)).await?;
        steps.take("conference: webhook set up", self.hooked(&key)).await?;
        let session = steps.take("conference: invited", self.invited(person, &chat)).await?;
        steps.take("conference: accepted", self.accepted(person, &chat, &session)).await?;
        steps.take("conference: both sides heard", self.heard(person, &chat, &session)).await?;
        steps.take("conference: ended", self.ended(&chat, &session)).await?;
        Ok(vec![Record::new("contact-center", "session", &session)])
    }

    /// The person turns it on for themselves; their chat is watched from then on.
    async fn enabled(&self, key: &InstallationKey, person: &Person) -> Result<(String, String), Failure> {
        self.0.sign_in(&[person]).await?;
        self.0.switch_on(key, "enable", person).await?;
        let watched = until("the person's chat to be watched", async || {
            let all = self.0.client.subscriptions(&key.tenant).await?;
            let of_person =
                |resource: &&String| resource.contains(&person.id) && resource.contains("/chats/");
            let standing = all.iter().filter(|one| one.id.is_some()).map(|one| &one.resource).find(of_person);
            Ok(standing
                .and_then(|resource| resource.split('/').find(|part| part.contains("@unq")))
                .map(str::to_owned))
        });
        let chat = watched.await?;
        Ok((chat.clone(), format!("{} by {}", chat, person.name)))
    }

    async fn hooked(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        let hook = self.0.client.hook(key, HOOK).await?;
        let secret = hook.secret.as_ref().map(|secret| secret.0.expose()).unwrap_or_default();
        self.0.control.contact_center_calls(hook.address.0.expose(), secret).await?;
        Ok(((), hook.hook.verification.to_string()))
    }

    async fn invited(&self, person: &Person, chat: &str) -> Result<(String, String), Failure> {
        let session = self.0.control.customer_chat("Jane Lee").await?;
        self.0.control.in_session(&session, "invite", serde_json::json!({ "user": person.id })).await?;
        self.posted(chat, "would you like to accept").await?;
        Ok((session.clone(), format!("Jane Lee's session {session}")))
    }

    async fn accepted(&self, person: &Person, chat: &str, session: &str) -> Result<((), String), Failure> {
        self.0.control.says(chat, &person.id, "YES").await?;
        let there = until("the person to be in the session", async || {
            let shown = self.0.control.session(session).await?;
            let mut parties = shown["parties"].as_array().into_iter().flatten();
            Ok(parties.any(|party| party["name"] == person.name && party["state"] == "there").then_some(()))
        });
        there.await?;
        Ok(((), format!("{} joined the session", person.name)))
    }

    async fn heard(&self, person: &Person, chat: &str, session: &str) -> Result<((), String), Failure> {
        self.0.control.in_session(session, "say", serde_json::json!({ "text": QUESTION })).await?;
        self.posted(chat, QUESTION).await?;
        self.0.control.says(chat, &person.id, ANSWER).await?;
        let read = until("the customer to read the answer", async || {
            let shown = self.0.control.session(session).await?;
            let said = |said: &Value| said["name"] == person.name && said["text"] == ANSWER;
            Ok(shown["said"].as_array().is_some_and(|all| all.iter().any(said)).then_some(()))
        });
        read.await?;
        Ok(((), format!("“{QUESTION}” “{ANSWER}”")))
    }

    async fn ended(&self, chat: &str, session: &str) -> Result<((), String), Failure> {
        self.0.control.in_session(session, "end", serde_json::json!({})).await?;
        self.posted(chat, "Customer chat session ended").await?;
        Ok(((), "both sides know".to_owned()))
    }

    async fn posted(&self, chat: &str, words: &str) -> Result<(), Failure> {
        let told = until("the person to be written to", async || {
            let posted = self.0.control.posted(chat).await?;
            Ok(posted.iter().any(|body| body.contains(words)).then_some(()))
        });
        told.await
    }
}
