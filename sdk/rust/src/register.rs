//! From the contract's exports to a [`Connector`].

use std::marker::PhantomData;

use crate::bindings::exports::tieline::connector::connector::Guest;
use crate::{
    Action, Actor, Connector, Entry, Event, Failure, Plan, Problem, RecordRef, Stage, View, decoded,
};

/// Exports a [`Connector`] as this component. Once in a crate; without effect in native builds.
#[macro_export]
macro_rules! register {
    ($connector:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Registered = $crate::register::Shell<$connector>;
    $crate::bindings::export!(Registered with_types_in $crate::bindings);
        };
    };
}

/// Decodes the configuration, constructs the connector, passes the question on.
pub struct Shell<C>(PhantomData<C>);

impl<C: Connector> Guest for Shell<C> {
    fn plan(config: String, wants: Vec<Entry>) -> Result<Plan, Vec<Problem>> {
        constructed::<C>(config).map_err(|problem| vec![problem])?.plan(&wants)
    }

    fn check(config: String) -> Vec<Stage> {
        match constructed::<C>(config) {
            Ok(connector) => connector.check(),
            Err(problem) => vec![Stage::failed("configuration", problem)],
        }
    }

    fn handle(config: String, event: Event) -> Result<(), Failure> {
        constructed::<C>(config).map_err(Failure::permanent)?.handle(&event)
    }

    fn act(config: String, action: Action) -> Result<String, Problem> {
        Ok(constructed::<C>(config)?.act(&action)?.to_string())
    }

    fn view(config: String, record: RecordRef, actor: Actor) -> Result<View, Problem> {
        constructed::<C>(config)?.view(&record, &actor)
    }

    fn migrate(from_version: String) -> Result<(), Problem> {
        C::migrate(&from_version)
    }
}

fn constructed<C: Connector>(config: String) -> Result<C, Problem> {
    decoded::config(config).map(C::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Payload;

    struct Silent;

    impl Connector for Silent {
        type Config = std::collections::BTreeMap<String, u32>;

        fn new(_: std::rc::Rc<Self::Config>) -> Self {
            Self
        }
    }

    fn event() -> Event {
        Event {
            id: "1".into(),
            idempotency_key: "1".into(),
            received: 0,
            ordering_key: String::new(),
            attempt: 1,
            in_doubt: false,
            replayed: false,
            actor: None,
            payload: Payload::Timer(("nightly".into(), None)),
        }
    }

    #[test]
    fn a_configuration_that_does_not_decode_is_refused_before_the_connector_exists() {
        let refused = Shell::<Silent>::plan("[]".into(), vec![]).unwrap_err();
        assert_eq!(refused[0].code, "config.invalid");
        assert!(matches!(Shell::<Silent>::handle("[]".into(), event()), Err(Failure::Permanent(_))));
        assert_eq!(Shell::<Silent>::check("[]".into())[0].verdict, crate::Verdict::Failed);
    }

    #[test]
    fn a_connector_that_answers_nothing_declines_everything() {
        assert_eq!(Shell::<Silent>::plan("{}".into(), vec![]), Ok(Plan::default()));
        assert_eq!(Shell::<Silent>::check("{}".into()), vec![]);
        assert_eq!(Shell::<Silent>::migrate("0.1.0".into()), Ok(()));
        let Err(Failure::Permanent(problem)) = Shell::<Silent>::handle("{}".into(), event()) else {
            panic!("handled");
        };
        assert_eq!(problem.code, "connector.not-handled");
    }
}
