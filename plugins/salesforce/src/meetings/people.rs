//! Who is who in a meeting. Pure.

use serde::Deserialize;

use crate::teams::phrases::Text;

/// A meeting as Graph tells it, as far as it is of interest here.
///
/// <https://learn.microsoft.com/graph/api/resources/onlinemeeting>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meeting {
    /// What it is about.
    pub subject: Option<String>,
    /// Where people join it.
    pub join_web_url: Option<String>,
    participants: Option<Participants>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Participants {
    organizer: Option<Participant>,
    attendees: Option<Vec<Participant>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Participant {
    identity: Option<Identity>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Identity {
    user: Option<User>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct User {
    id: Option<String>,
    display_name: Option<String>,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Person {
    /// As the transcript and the meeting name them.
    pub name: String,
    /// In the directory; none for people of whom only the voice is known.
    pub object_id: Option<String>,
}

impl Meeting {
    /// Everybody whom the meeting or the transcript names, each once.
    pub fn people<'s>(&self, speakers: impl Iterator<Item = &'s str>) -> Vec<Person> {
        let invited = self.participants.iter().flat_map(|all| {
            all.organizer.iter().chain(all.attendees.iter().flatten()).filter_map(Participant::person)
        });
        let heard = speakers.map(|name| Person { name: name.to_owned(), object_id: None });
        let mut people: Vec<Person> = vec![];
        for person in invited.chain(heard).filter(|person| !person.name.is_empty()) {
            if !people.iter().any(|known| known.name.eq_ignore_ascii_case(&person.name)) {
                people.push(person);
            }
        }
        people
    }
}

impl Participant {
    fn person(&self) -> Option<Person> {
        let user = self.identity.as_ref()?.user.as_ref()?;
        Some(Person { name: user.display_name.clone()?, object_id: user.id.clone() })
    }
}

/// Whom a sentence names, other than its speaker: by their whole name, or by their first name if nobody shares it.
/// None if it names nobody, or several.
pub fn named<'p>(people: &'p [Person], sentence: &Text, speaker: &str) -> Option<&'p Person> {
    let others = || people.iter().filter(|person| !person.name.eq_ignore_ascii_case(speaker));
    let whole: Vec<_> = others().filter(|person| sentence.mentions(&person.name)).collect();
    match whole.as_slice() {
        [one] => return Some(one),
        [] => {}
        _ => return None,
    }
    let first = |person: &Person| person.name.split_whitespace().next().unwrap_or_default().to_lowercase();
    let alone = |name: &str| people.iter().filter(|person| first(person) == name).count() == 1;
    let mut called = others().filter(|person| {
        let name = first(person);
        name.chars().count() > 1 && alone(&name) && sentence.mentions(&name)
    });
    let one = called.next()?;
    called.next().is_none().then_some(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[&str]) -> Vec<Person> {
        names.iter().map(|name| Person { name: (*name).to_owned(), object_id: None }).collect()
    }

    fn who(names: &[&str], sentence: &str) -> Option<String> {
        named(&people(names), &Text::new(sentence), "Priya Singh").map(|person| person.name.clone())
    }

    #[test]
    fn a_name_means_one_person_or_nobody() {
        let names = ["Priya Singh", "Robin Kline", "Adele Vance", "Adele Berg"];
        let cases = [
            ("Robin, can you send it?", Some("Robin Kline")),
            ("Can Adele Vance do it?", Some("Adele Vance")),
            ("Adele, please", None),
            ("Robin and Adele Berg", Some("Adele Berg")),
            ("Priya said so", None),
            ("the robins sing", None),
            ("please", None),
        ];
        for (sentence, name) in cases {
            assert_eq!(who(&names, sentence).as_deref(), name, "{sentence}");
        }
    }

    #[test]
    fn participants_and_voices_are_the_same_people() {
        let meeting: Meeting = serde_json::from_str(
            r#"{"subject":"s","participants":{"organizer":{"identity":{"user":{"id":"o","displayName":"Ada"}}},
                "attendees":[{"identity":{"user":{"id":"b","displayName":null}}},{"identity":{"phone":{}}}]}}"#,
        )
        .unwrap();
        let all = meeting.people(["ada", "Grace", ""].into_iter());
        let found: Vec<_> = all.iter().map(|p| (p.name.as_str(), p.object_id.as_deref())).collect();
        assert_eq!(found, [("Ada", Some("o")), ("Grace", None)]);
    }
}
