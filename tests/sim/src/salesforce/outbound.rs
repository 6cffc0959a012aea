//! Outbound messages: SOAP to a listener, again and again until it acknowledges ("Outbound Messaging").
//!
//! Real pauses grow up to two hours, for a day; here they are those of notifications.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::schema::Kind;
use crate::world::World;

/// A message that a flow of the organisation sends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbound {
    /// Where it goes.
    pub url: String,
    /// `Opportunity`, `Lead`
    pub object: String,
    /// The records, one notification each.
    pub ids: Vec<String>,
    /// Another organisation's, to forge it.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// The whole body, in place of a proper one.
    #[serde(default)]
    pub body: Option<String>,
    /// Sent once more after it was acknowledged: acknowledgements get lost.
    #[serde(default)]
    pub again: bool,
}

/// One attempt to deliver a message.
#[derive(Clone, Debug, Serialize)]
pub struct OutboundAttempt {
    /// The status of the answer; null if there was none.
    pub status: Option<u16>,
    /// What was answered.
    pub body: String,
    /// Whether that says `<Ack>true</Ack>`.
    pub acknowledged: bool,
}

/// What was sent.
#[derive(Debug, Default)]
pub(super) struct Sent(Arc<Mutex<VecDeque<OutboundAttempt>>>);

impl World {
    /// Sends an outbound message in the background, until it is acknowledged. The answer is the ids of its
    /// notifications; `None` if there is no such object type.
    pub fn send_outbound_message(&self, message: &Outbound) -> Option<Vec<String>> {
        let kind = Kind::named(&message.object).ok()?;
        let notices: Vec<_> = message.ids.iter().map(|_| self.salesforce.table(kind).new_id()).collect();
        let notices: Vec<_> = notices.iter().map(|id| format!("04l{}", &id[3..15])).collect();
        let organization = message.organization_id.as_deref().unwrap_or(&self.salesforce.org_id);
        let body = match &message.body {
            Some(body) => body.clone(),
            None => envelope(organization, kind.object().name, &notices, &message.ids),
        };
        let (client, how, log) =
            (self.graph.client().clone(), self.options.delivery, self.salesforce.outbound.0.clone());
        let (url, mut again) = (message.url.clone(), message.again);
        tokio::spawn(async move {
            let mut pause = how.first_pause;
            loop {
                let answer = client
                    .post(&url)
                    .header("content-type", "text/xml; charset=utf-8")
                    .header("soapaction", "\"\"")
                    .body(body.clone())
                    .timeout(how.retry_timeout)
                    .send()
                    .await;
                let (status, said) = match answer {
                    Ok(answer) => (Some(answer.status().as_u16()), answer.text().await.unwrap_or_default()),
                    Err(error) => (None, error.to_string()),
                };
                let acknowledged = status == Some(200) && said.contains("<Ack>true</Ack>");
                log.lock().push_back(OutboundAttempt { status, body: said, acknowledged });
                if acknowledged && !std::mem::take(&mut again) {
                    return;
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(how.longest_pause);
            }
        });
        Some(notices)
    }

    /// The attempts to deliver outbound messages, oldest first.
    pub fn outbound_attempts(&self) -> Vec<OutboundAttempt> {
        self.salesforce.outbound.0.lock().iter().cloned().collect()
    }
}

fn envelope(organization: &str, object: &str, notices: &[String], records: &[String]) -> String {
    let one = |(notice, record): (&String, &String)| {
        format!(
            "<Notification><Id>{notice}</Id><sObject xsi:type=\"sf:{object}\" \
             xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\"><sf:Id>{record}</sf:Id></sObject></Notification>"
        )
    };
    let all: String = notices.iter().zip(records).map(one).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         <soapenv:Body><notifications xmlns=\"http://soap.sforce.com/2005/09/outbound\">\
         <OrganizationId>{organization}</OrganizationId><ActionId>04k000000000001AAA</ActionId><SessionId xsi:nil=\"true\"/>\
         <EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/67.0/</EnterpriseUrl>\
         <PartnerUrl>https://acme.my.salesforce.com/services/Soap/u/67.0/</PartnerUrl>{all}</notifications></soapenv:Body>\
         </soapenv:Envelope>"
    )
}
