//! Which stage a message speaks of. Pure, but for proposing it.

use tieline_sdk::Failure;

use super::{opportunity, proposal};
use crate::Config;
use crate::run::Run;
use crate::teams::message::Message;
use crate::teams::phrases::Text;
use crate::teams::place::Place;
use crate::teams::source::Source;

/// A stage that was agreed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Agreed<'a> {
    /// The Opportunity.
    pub opportunity: &'a str,
    /// The stage's name.
    pub stage: &'a str,
}

/// The stages that rules of this place hear in the text. A message that speaks of two stages of one deal, such as
/// "from Qualification to Negotiation", says by its longer phrase which is meant; of equals, none is.
pub fn wanted<'a>(config: &'a Config, place: Place<'_>, text: &str) -> Vec<Agreed<'a>> {
    let text = Text::new(text);
    let here = config.stages.iter().filter(|rule| rule.place() == Some(place));
    here.filter_map(|rule| {
        let heard = rule.stages.iter().filter_map(|(stage, phrases)| {
            let said = phrases.iter().filter(|phrase| text.mentions(phrase));
            Some((said.map(|phrase| phrase.chars().count()).max()?, stage))
        });
        let mut heard: Vec<_> = heard.collect();
        heard.sort_unstable_by(|one, other| other.cmp(one));
        match heard.as_slice() {
            [(first, stage), rest @ ..] if rest.first().is_none_or(|(second, _)| second < first) => {
                Some(Agreed { opportunity: &rule.opportunity_id, stage })
            }
            _ => None,
        }
    })
    .collect()
}

impl Agreed<'_> {
    /// Proposes the stage, unless the Opportunity is there already, or a later message proposed another.
    pub(crate) fn propose(
        &self,
        run: &Run<'_>,
        source: &Source<'_>,
        message: &Message,
    ) -> Result<(), Failure> {
        if proposal::standing(self.opportunity)?.is_some_and(|later| later.written > source.written()) {
            return Ok(());
        }
        let opportunity = opportunity::read(&run.salesforce, self.opportunity)?;
        if opportunity.stage_name.eq_ignore_ascii_case(self.stage) {
            return Ok(());
        }
        proposal::put(self, &opportunity.stage_name, source, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Vec<String> {
        let config: Config = serde_json::from_str(
            r#"{"stages":[{"name":"acme","chat_id":"19:x@thread.v2","opportunity_id":"006000000000001","stages":{
                "Closed Won":["they signed","closed won"],"Negotiation/Review":["negotiation","move to negotiation"],
                "Qualification":["qualification"]}}]}"#,
        )
        .unwrap();
        let place = Place::Chat { chat: "19:X@thread.v2" };
        wanted(&config, place, text).into_iter().map(|agreed| agreed.stage.to_owned()).collect()
    }

    #[test]
    fn the_longer_phrase_says_which_stage_is_meant() {
        let cases = [
            ("Great news, they signed!", vec!["Closed Won"]),
            ("From qualification we move to negotiation today", vec!["Negotiation/Review"]),
            ("negotiation", vec!["Negotiation/Review"]),
            ("Closed won? they signed", vec!["Closed Won"]),
            ("lunch?", vec![]),
        ];
        for (text, stages) in cases {
            assert_eq!(heard(text), stages, "{text}");
        }
    }
}
