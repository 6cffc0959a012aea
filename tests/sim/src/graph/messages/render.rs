//! A chatMessage as JSON ("chatMessage resource type"): every field is there, most are null.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::threads::Spot;
use crate::{clock, percent};

/// Who posts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Author<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) directory_id: &'a str,
}

/// A message before it has an id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draft<'a> {
    pub(super) author: Author<'a>,
    pub(super) subject: Option<&'a str>,
    /// `text` or `html`.
    pub(super) content_type: &'a str,
    pub(super) content: &'a str,
    /// As they were posted.
    pub(super) attachments: &'a [Value],
    pub(super) reply_to: Option<u64>,
}

/// A message as it is sent: alone with its context, or as an item of a list.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    whole: Bytes,
    /// Where the item begins in it, after the context.
    item: usize,
}

impl Rendered {
    pub(super) fn answer(&self) -> Bytes {
        self.whole.clone()
    }

    /// Without the context and without the opening brace.
    pub(super) fn item(&self) -> Bytes {
        self.whole.slice(self.item..)
    }
}

impl Rendered {
    /// The message after something of it was changed.
    pub(super) fn changed(&self, change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Self {
        let mut message: serde_json::Map<String, Value> =
            serde_json::from_slice(&self.whole).unwrap_or_default();
        let context = message.remove("@odata.context").unwrap_or_default();
        change(&mut message);
        let head = format!(r#"{{"@odata.context":{context},"#);
        let item = head.len();
        let mut whole = head.into_bytes();
        let text = serde_json::to_vec(&message).unwrap_or_default();
        whole.extend_from_slice(text.get(1..).unwrap_or_default());
        Self { whole: Bytes::from(whole), item }
    }
}

impl Draft<'_> {
    pub(super) fn render(&self, spot: &Spot, id: u64) -> Rendered {
        let id_text = id.to_string();
        let time = clock::graph_resource(id);
        let reply_to = self.reply_to.map(|parent| parent.to_string());
        let (context, chat_id, channel, web_url) = match spot {
            Spot::Channel { team_id, channel_id } => {
                let encoded = percent::encode(channel_id);
                let tail = match &reply_to {
                    Some(parent) => format!("messages('{parent}')/replies/$entity"),
                    None => "messages/$entity".to_owned(),
                };
                let parent = reply_to.as_ref().unwrap_or(&id_text);
                (
                    format!("teams('{team_id}')/channels('{encoded}')/{tail}"),
                    None,
                    Some(ChannelIdentity { team_id, channel_id }),
                    Some(format!(
                        "https://teams.microsoft.com/l/message/{encoded}/{id}?groupId={team_id}\
                         &tenantId={}&createdTime={id}&parentMessageId={parent}",
                        self.author.directory_id
                    )),
                )
            }
            Spot::Chat { chat_id } => {
                let context = format!("chats('{}')/messages/$entity", percent::encode(chat_id));
                (context, Some(chat_id.as_str()), None, None)
            }
        };
        let message = Message {
            id: &id_text,
            reply_to_id: reply_to.as_deref(),
            etag: &id_text,
            message_type: "message",
            created_date_time: &time,
            last_modified_date_time: &time,
            last_edited_date_time: None,
            deleted_date_time: None,
            subject: self.subject,
            summary: None,
            chat_id,
            importance: "normal",
            locale: "en-us",
            web_url: web_url.as_deref(),
            policy_violation: None,
            event_detail: None,
            from: From {
                application: None,
                device: None,
                user: Identity {
                    odata_type: "#microsoft.graph.teamworkUserIdentity",
                    id: self.author.id,
                    display_name: self.author.name,
                    user_identity_type: "aadUser",
                    tenant_id: self.author.directory_id,
                },
            },
            body: Body { content_type: self.content_type, content: self.content },
            channel_identity: channel,
            attachments: self.attachments,
            mentions: [],
            reactions: [],
            message_history: [],
        };
        let head = format!(r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#{context}","#);
        let item = head.len();
        let mut whole = head.into_bytes();
        let text = serde_json::to_vec(&message).unwrap_or_default();
        whole.extend_from_slice(text.get(1..).unwrap_or_default());
        Rendered { whole: Bytes::from(whole), item }
    }
}

/// In Graph's order. What is never set has no type worth naming.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    id: &'a str,
    reply_to_id: Option<&'a str>,
    etag: &'a str,
    message_type: &'a str,
    created_date_time: &'a str,
    last_modified_date_time: &'a str,
    last_edited_date_time: Option<()>,
    deleted_date_time: Option<()>,
    subject: Option<&'a str>,
    summary: Option<()>,
    chat_id: Option<&'a str>,
    importance: &'a str,
    locale: &'a str,
    web_url: Option<&'a str>,
    policy_violation: Option<()>,
    event_detail: Option<()>,
    from: From<'a>,
    body: Body<'a>,
    channel_identity: Option<ChannelIdentity<'a>>,
    attachments: &'a [Value],
    mentions: [(); 0],
    reactions: [(); 0],
    message_history: [(); 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct From<'a> {
    application: Option<()>,
    device: Option<()>,
    user: Identity<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'a str,
    id: &'a str,
    display_name: &'a str,
    user_identity_type: &'a str,
    tenant_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    content_type: &'a str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChannelIdentity<'a> {
    team_id: &'a str,
    channel_id: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHOR: Author<'_> = Author { id: "u-1", name: "Robin Kline", directory_id: "d-1" };

    fn draft(reply_to: Option<u64>) -> Draft<'static> {
        Draft {
            author: AUTHOR,
            subject: None,
            content_type: "html",
            content: "<p>\"Hi\"</p>",
            attachments: &[],
            reply_to,
        }
    }

    fn channel() -> Spot {
        Spot::Channel { team_id: "t-1".into(), channel_id: "19:ab@thread.tacv2".into() }
    }

    #[test]
    fn a_channel_message_has_every_field() {
        let rendered = draft(None).render(&channel(), 1_616_990_032_035);
        let message: Value = serde_json::from_slice(&rendered.answer()).unwrap();
        assert_eq!(message["id"], "1616990032035");
        assert_eq!(message["createdDateTime"], "2021-03-29T03:53:52.035Z");
        assert_eq!(message["body"]["content"], "<p>\"Hi\"</p>");
        assert_eq!(message["channelIdentity"]["channelId"], "19:ab@thread.tacv2");
        assert_eq!(message["chatId"], Value::Null);
        assert_eq!(message.as_object().unwrap().len(), 24);
    }

    #[test]
    fn an_item_is_the_message_without_its_context() {
        let rendered = draft(Some(7)).render(&channel(), 8);
        let item = [b"{", &*rendered.item()].concat();
        let item: Value = serde_json::from_slice(&item).unwrap();
        assert_eq!(item["replyToId"], "7");
        assert!(item.get("@odata.context").is_none());
    }
}
