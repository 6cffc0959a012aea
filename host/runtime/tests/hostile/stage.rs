//! A runtime, and questions to the guests in it.

use std::sync::Arc;

use tempfile::TempDir;
use tieline_capabilities::{Allowance, EffectMemory, Mode, RunSpec, Services, Source};
use tieline_egress::{Egress, Policy};
use tieline_identity::{Clouds, Connections, MasterKey, Vault};
use tieline_raw_guests::Guest;
use tieline_runtime::{ActionCall, Failure, Package, PackageError, Runtime, RuntimeOptions};
use tieline_types::{
    Actor, Delivery, Doors, Event, EventId, EventRef, InstallationKey, Limits, Payload, Rights, SystemClock,
    Timestamp,
};

pub(crate) struct Stage {
    runtime: Arc<Runtime>,
    services: Arc<Services>,
    _folder: TempDir,
}

/// What came of a question: `done`, `permanent`, `retry`, or the code of what stopped the guest.
pub(crate) type Came = String;

/// Which question.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask {
    Plan,
    Check,
    Handle,
    /// As `Handle`, within half a second on the wall.
    HandleSoon,
    Act,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        let store = tieline_store::open("sled:store", folder.path(), clock.clone()).unwrap();
        let vault = Vault::open(store.clone(), &MasterKey::new([7; 32])).await.unwrap();
        let egress = Egress::new(&Policy::default()).unwrap();
        let clouds = Clouds::new(Default::default()).unwrap();
        let connections = Connections::new(store.clone(), egress.clone(), vault, clouds, clock.clone());
        let services = Arc::new(Services {
            store,
            egress,
            connections: connections.into(),
            circuits: Default::default(),
            governor: Default::default(),
            datasets: Default::default(),
            clock,
        });
        let options = RuntimeOptions {
            cache_dir: folder.path().join("compiled"),
            cache_key: [7; 32],
            instances: 2,
            limits: Limits::default(),
            doors: Doors::default(),
            reuse: true,
        };
        Self { runtime: Arc::new(Runtime::new(options).unwrap()), services, _folder: folder }
    }

    pub(crate) async fn load(&self, package: Vec<u8>) -> Result<Arc<Package>, PackageError> {
        self.runtime.load(package.into()).await
    }

    /// Loads a guest and asks it; for a package that is refused, its problem's code.
    pub(crate) async fn came(&self, guest: &Guest, ask: Ask) -> Came {
        match self.load(guest.package()).await {
            Ok(package) => self.ask(&package, installation("acme", "raw"), ask).await,
            Err(error) => error.problem().code,
        }
    }

    pub(crate) async fn ask(&self, package: &Package, of: InstallationKey, ask: Ask) -> Came {
        let none = Arc::new("{}".to_owned());
        let stopped = match ask {
            Ask::Plan => self
                .runtime
                .plan(package, self.spec(Mode::Plan, &of, None), &none, Vec::new())
                .await
                .answer
                .map(drop),
            Ask::Check => {
                self.runtime.check(package, self.spec(Mode::Check, &of, None), &none).await.answer.map(drop)
            }
            Ask::Act => self
                .runtime
                .act(package, self.spec(Mode::Act, &of, None), &none, action())
                .await
                .answer
                .map(drop),
            Ask::Handle | Ask::HandleSoon => {
                let event = event(&of);
                let delivery = Delivery::fresh(Timestamp(0));
                let mut spec = self.spec(Mode::Handle, &of, Some(event.reference()));
                if matches!(ask, Ask::HandleSoon) {
                    let limits = Limits { wall_ms: 500, ..Limits::clone(&spec.limits) };
                    spec.limits = Arc::new(Allowance::new(limits));
                }
                match self.runtime.handle(package, spec, &none, &event, &delivery).await.answer {
                    Ok(Ok(())) => return "done".into(),
                    Ok(Err(Failure::Permanent { .. })) => return "permanent".into(),
                    Ok(Err(Failure::Retry { .. })) => return "retry".into(),
                    Err(stop) => Err(stop),
                }
            }
        };
        match stopped {
            Ok(()) => "done".into(),
            Err(stop) => stop.problem().code,
        }
    }

    fn spec(&self, mode: Mode, of: &InstallationKey, event: Option<EventRef>) -> RunSpec {
        // So few calls that cheap ones are used up long before the time is, also on a machine that is busy.
        let limits = Limits {
            cpu_ms: 200,
            wall_ms: 20_000,
            host_calls: 20_000,
            memory_bytes: 32 << 20,
            ..Limits::default()
        };
        RunSpec {
            mode,
            installation: of.clone(),
            rights: Arc::new(Rights::default()),
            limits: Arc::new(Allowance::new(limits)),
            tables: Default::default(),
            event,
            actor: None,
            effects: EffectMemory::default(),
            seed: [0; 16],
            source: Source::live(self.services.clone()),
        }
    }
}

pub(crate) fn installation(tenant: &str, name: &str) -> InstallationKey {
    InstallationKey { tenant: tenant.parse().unwrap(), installation: name.parse().unwrap() }
}

fn event(of: &InstallationKey) -> Event {
    Event {
        id: EventId::generate(),
        installation: of.clone(),
        ordering_key: "key".into(),
        received: Timestamp(0),
        actor: None,
        trace: None,
        payload: Payload::Custom { r#type: "test".into(), body: "{}".into() },
    }
}

fn action() -> ActionCall {
    let actor = Actor {
        directory_id: String::new(),
        object_id: String::new(),
        display_name: String::new(),
        roles: Vec::new(),
    };
    ActionCall { name: "act".into(), record: None, input: "{}".into(), actor, idempotency_key: "1".into() }
}
