//! Looks for the channel of a case among those of the team, as the person who asks.

use tieline_sdk::{Failure, Identity, graph, path};

use super::heard::Named;
use super::name::Wanted;

/// A team has up to a thousand channels.
const PAGES: usize = 20;

/// What a look at the team found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The channel of the case: it has the mark.
    pub(crate) own: Option<Named>,
    /// Another channel has the wanted name.
    pub(crate) name_taken: bool,
}

/// Looks.
pub(crate) fn look(team: &str, wanted: &Wanted) -> Result<Found, Failure> {
    let channels = graph::get(path(["teams", team, "channels"]))
        .select(&["id", "displayName", "description", "webUrl"])
        .identity(Identity::Actor);
    Ok(among(channels.all(PAGES)?, wanted))
}

/// The channel with this id; none if it is not there any more.
pub(crate) fn by_id(team: &str, id: &str) -> Result<Option<Named>, Failure> {
    let response = graph::get(path(["teams", team, "channels", id])).identity(Identity::Actor).send()?;
    match response.status {
        404 => Ok(None),
        _ if response.is_success() => response.json().map(Some),
        _ => Err(response.failure(graph::error(&response))),
    }
}

fn among(channels: Vec<Named>, wanted: &Wanted) -> Found {
    let name_taken =
        channels.iter().any(|channel| channel.display_name.to_lowercase() == wanted.name.to_lowercase());
    let marked = |channel: &Named| channel.description.as_deref().is_some_and(|said| wanted.is_marked(said));
    Found { own: channels.into_iter().find(marked), name_taken }
}

/// What the next channel that is asked for is called. Another case's channel of the same name is stepped aside for; so is,
/// after two attempts, one that Graph says is there and nobody can see: a deleted channel keeps its name for 30 days.
pub(crate) fn next_name<'a>(wanted: &'a Wanted, found: &Found, attempt: u32, refused: bool) -> &'a str {
    if found.name_taken || (refused && attempt > 2) { &wanted.other_name } else { &wanted.name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            name: "C-1 Pump".into(),
            other_name: "C-1 Pump (abcde)".into(),
            mark: "tieline:v/V0D1".into(),
        }
    }

    fn named(id: &str, name: &str, description: Option<&str>) -> Named {
        Named {
            id: id.into(),
            display_name: name.into(),
            description: description.map(str::to_owned),
            web_url: None,
        }
    }

    #[test]
    fn the_mark_makes_a_channel_the_case_s_own_and_not_the_name() {
        let wanted = wanted();
        let by_hand = named("1", "c-1 pump", Some("made by hand"));
        let own = named("2", "renamed", Some("Case C-1. tieline:v/V0D1"));
        let found = among(vec![by_hand.clone(), own.clone()], &wanted);
        assert_eq!(found, Found { own: Some(own), name_taken: true });
        assert_eq!(among(vec![by_hand], &wanted), Found { own: None, name_taken: true });
        assert_eq!(among(vec![named("3", "C-2", None)], &wanted), Found::default());
    }

    #[test]
    fn a_name_that_another_has_is_stepped_aside_for() {
        let wanted = wanted();
        let (free, taken) = (Found::default(), Found { own: None, name_taken: true });
        assert_eq!(next_name(&wanted, &free, 1, false), "C-1 Pump");
        assert_eq!(next_name(&wanted, &taken, 1, false), "C-1 Pump (abcde)");
        assert_eq!(next_name(&wanted, &free, 2, true), "C-1 Pump", "it may be our own, not yet seen");
        assert_eq!(next_name(&wanted, &free, 3, true), "C-1 Pump (abcde)");
    }
}
