//! What a person is shown about a record: the connector says it, the host adds what it knows of the actions.

use tieline_capabilities::{Mode, RunSpec};
use tieline_runtime::ViewAnswer;
use tieline_types::{
    Actor, Asker, InstallationKey, Manifest, Problem, Timestamp,
    api::{ActionState, OfferedAction, View},
};
use tracing::Instrument as _;

use crate::{Host, HostError, act::may, installations::installer::spec, observed};

impl Host {
    /// Asks the connector, in a run that can write nothing, here or upstream.
    pub(crate) async fn run_view(
        &self,
        key: &InstallationKey,
        record: (String, String),
        asker: Asker,
    ) -> Result<View, HostError> {
        let installation = self.installation(key)?;
        let failed = |problem: Problem| HostError::Failed { problem };
        let package = installation.package.as_ref().map_err(|problem| failed(problem.clone()))?;
        if let Some(problem) = may::record_faults(&record) {
            return Err(HostError::Invalid { problems: vec![problem] });
        }
        let actor = self.asking(&key.tenant, asker).await?;
        let spec = RunSpec { actor: Some(actor.clone()), ..spec(Mode::View, &installation, &self.services) };
        let span = observed::view(&installation);
        let asked = self.runtime.view(package, spec, &installation.config, record.clone(), actor.clone());
        let view = match asked.instrument(span.clone()).await.answer {
            Ok(Ok(view)) => Ok(view),
            Ok(Err(problem)) => Err(failed(problem)),
            Err(stop) => Err(failed(stop.problem())),
        };
        observed::was_asked(&span, &view);
        let view = view?;
        let since = |action: &str| self.under_way.since(&(key.clone(), action.into(), Some(record.clone())));
        understood(view, &package.inspection.manifest, &actor, since).map_err(failed)
    }
}

/// The connector's answer, with the state that an action has for the host: one that this person may not ask for is
/// refused, and one that somebody waits for is under way.
fn understood(
    view: ViewAnswer,
    manifest: &Manifest,
    actor: &Actor,
    since: impl Fn(&str) -> Option<Timestamp>,
) -> Result<View, Problem> {
    let broken = |message: String| {
        Problem::new("view.invalid", message).remedy("Report it to the connector's vendor.")
    };
    let content = serde_json::from_str(&view.content)
        .map_err(|error| broken(format!("The content is not JSON: {error}.")))?;
    let one = |offered: OfferedAction| {
        let action = manifest.action(&offered.action).ok_or_else(|| {
            let name: String = offered.action.chars().take(80).collect();
            broken(format!("It offers `{name}`, which is no action of its manifest."))
        })?;
        let state = match offered.state {
            ActionState::Refused { problem } => ActionState::Refused { problem },
            other => match (may::refusal(action, actor), since(&action.name)) {
                (Some(problem), _) => ActionState::Refused { problem },
                (None, Some(since)) => ActionState::Pending { since },
                (None, None) => other,
            },
        };
        Ok(OfferedAction { state, ..offered })
    };
    let actions = view.actions.into_iter().map(one).collect::<Result<_, Problem>>()?;
    Ok(View { title: view.title, content, actions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(content: &str, actions: &[(&str, ActionState)]) -> ViewAnswer {
        let offered = |(name, state): &(&str, ActionState)| OfferedAction {
            action: (*name).into(),
            label: (*name).into(),
            state: state.clone(),
        };
        ViewAnswer {
            title: "t".into(),
            content: content.into(),
            actions: actions.iter().map(offered).collect(),
        }
    }

    fn seen(
        answer: ViewAnswer,
        roles: &[&str],
        under_way: Option<&str>,
    ) -> Result<Vec<ActionState>, Problem> {
        let manifest = Manifest::parse(
            r#"
            connector = { id = "t", version = "1.0.0", name = "T", vendor = "T", licence = "MIT", description = "T", minimum_host = "0.1.0" }
            [[actions]]
            name = "create"
            title = "Create"
            description = "Creates."
            input = {}
            roles = ["agent"]
            [[actions]]
            name = "look"
            title = "Look"
            description = "Looks."
            input = {}
            "#,
        );
        let actor = Actor {
            directory_id: "d".into(),
            object_id: "o".into(),
            display_name: "Ada".into(),
            roles: roles.iter().map(|role| (*role).into()).collect(),
        };
        let since = |action: &str| (under_way == Some(action)).then_some(Timestamp(7));
        let view = understood(answer, &manifest.unwrap(), &actor, since)?;
        Ok(view.actions.into_iter().map(|offered| offered.state).collect())
    }

    #[test]
    fn what_somebody_may_not_ask_for_or_waits_for_is_not_offered_as_available() {
        let both = || view("{}", &[("create", ActionState::Available), ("look", ActionState::Available)]);
        let states = seen(both(), &["agent"], None).unwrap();
        assert_eq!(states, [ActionState::Available, ActionState::Available]);
        let states = seen(both(), &["agent"], Some("create")).unwrap();
        assert_eq!(states, [ActionState::Pending { since: Timestamp(7) }, ActionState::Available]);
        let states = seen(both(), &["viewer"], Some("create")).unwrap();
        assert!(
            matches!(&states[0], ActionState::Refused { problem } if problem.code == "action.not-allowed")
        );
        let own = ActionState::Refused { problem: Problem::new("record.closed", "It is closed.") };
        let refused = view("{}", &[("create", own.clone())]);
        assert_eq!(
            seen(refused, &["viewer"], Some("create")).unwrap(),
            [own],
            "the connector's own reason stays"
        );
    }

    #[test]
    fn what_the_manifest_does_not_know_and_what_is_not_json_is_the_vendors_fault() {
        let unknown = view("{}", &[("explode", ActionState::Available)]);
        assert_eq!(seen(unknown, &["agent"], None).unwrap_err().code, "view.invalid");
        assert_eq!(seen(view("no", &[]), &["agent"], None).unwrap_err().code, "view.invalid");
    }
}
