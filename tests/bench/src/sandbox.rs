//! `sandbox`: one event through a guest that makes three calls of the host: it reads a value, logs a line and
//! writes the value. No store commits, no upstream: what remains is the sandbox, with a fresh instance for each
//! event and with one instance for all.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tieline_capabilities::{EffectMemory, Mode, RunSpec, Services, Source};
use tieline_runtime::{Package, Runtime};
use tieline_types::{Delivery, Event, EventId, Grant, InstallationKey, Payload, Rights, Timestamp};

use crate::{
    error::BenchError,
    figures::micros_each,
    parts,
    stage::{Stage, forgetful},
};

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How many events.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) events: usize,
}

/// Events one after another on one thread, whose processor time is counted.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let stage = Stage::set(forgetful(0), packages, "").await?;
    let (folder, package) = (stage.home.path().to_owned(), stage.package("hostile")?);
    let events = options.events.max(1);
    let measured = tokio::task::spawn_blocking(move || {
        let alone = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let alone = alone.map_err(BenchError::io("making a thread of its own"))?;
        alone.block_on(async {
            let services = parts::services(&folder).await?;
            let mut sides = Vec::new();
            for reuse in [false, true] {
                let runtime = parts::runtime(&folder, reuse)?;
                let loaded = runtime.load(package.clone().into()).await;
                let package = loaded.map_err(BenchError::part("loading the guest"))?;
                let guest = Guest::of(&package, services.clone())?;
                guest.handle(&runtime, &package, events / 10).await?;
                sides.push(guest.handle(&runtime, &package, events).await?);
            }
            Ok::<_, BenchError>(sides)
        })
    });
    let sides = measured.await??;
    let [(fresh_wall, fresh_cpu), (reused_wall, reused_cpu)] = sides[..] else {
        return Err(BenchError::Server("one side was not measured".into()));
    };
    Ok(json!({
        "events": events,
        "host_calls": 3,
        "fresh_cpu_us": micros_each(fresh_cpu, events),
        "fresh_wall_us": micros_each(fresh_wall, events),
        "reused_cpu_us": micros_each(reused_cpu, events),
        "reused_wall_us": micros_each(reused_wall, events),
    }))
}

/// An installation of the counting guest, and an event for it.
struct Guest {
    installation: InstallationKey,
    rights: Arc<Rights>,
    limits: Arc<tieline_capabilities::Allowance>,
    event: Event,
    delivery: Delivery,
    services: Arc<Services>,
}

impl Guest {
    fn of(package: &Package, services: Arc<Services>) -> Result<Self, BenchError> {
        let installation: InstallationKey =
            serde_json::from_value(json!({ "tenant": "acme", "installation": "counter" }))?;
        let event = Event {
            id: EventId::generate(),
            installation: installation.clone(),
            ordering_key: "one".into(),
            received: Timestamp(1_700_000_000_000),
            actor: None,
            trace: None,
            payload: Payload::Notification {
                resource: "teams('1')/channels('2')/messages('3')".into(),
                change_type: "created".into(),
                resource_data: r#"{"id":"3"}"#.into(),
                encrypted: None,
                content: None,
            },
        };
        let rights = Arc::new(Rights::of(&package.inspection.manifest, &Grant::default()));
        Ok(Self {
            installation,
            rights,
            limits: Arc::new(tieline_capabilities::Allowance::new(tieline_types::Limits {
                // The sandbox is measured, not its brake.
                storage_ops_per_second: u32::MAX,
                ..Default::default()
            })),
            delivery: Delivery::fresh(event.received),
            event,
            services,
        })
    }

    /// Handles so many events; what time they took, on the wall and of this thread's processor.
    async fn handle(
        &self,
        runtime: &Runtime,
        package: &Package,
        count: usize,
    ) -> Result<(Duration, Duration), BenchError> {
        let config = Arc::new(r#"{"behaviour":"counter"}"#.to_owned());
        let (begun, cpu) = (Instant::now(), thread_cpu()?);
        for _ in 0..count {
            let spec = RunSpec {
                mode: Mode::Handle,
                installation: self.installation.clone(),
                rights: self.rights.clone(),
                limits: self.limits.clone(),
                tables: Default::default(),
                event: Some(self.event.reference()),
                actor: None,
                effects: EffectMemory::default(),
                seed: [0; 16],
                source: Source::live(self.services.clone()),
            };
            let finished = runtime.handle(package, spec, &config, &self.event, &self.delivery).await;
            if !matches!(finished.answer, Ok(Ok(()))) {
                return Err(BenchError::Server("the guest did not handle its event".into()));
            }
        }
        Ok((begun.elapsed(), thread_cpu()?.saturating_sub(cpu)))
    }
}

/// Time that this thread has run on a processor: the first number of proc(5)'s `schedstat`, in nanoseconds.
fn thread_cpu() -> Result<Duration, BenchError> {
    let text = fs::read_to_string("/proc/thread-self/schedstat");
    let text = text.map_err(BenchError::io("reading processor time"))?;
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0);
    Ok(Duration::from_nanos(nanoseconds))
}
