//! A test message to a receiver: stage after stage, so that whoever set it up sees how far it comes. Nothing waits for it,
//! and its failure is no alert.

use std::time::Instant;

use tieline_egress::Unreached;
use tieline_types::{
    AlertReceiver, EventId, Origin, Problem, Secret,
    api::{AlertMessage, ReceiverTest, TestStage, Verdict},
};

use super::{Telling, receivers::ReceiverKey, send::Door};

impl Telling {
    /// Sends a test message; none when there is no such receiver.
    pub(super) async fn try_out(&self, key: &ReceiverKey) -> Option<ReceiverTest> {
        let receiver = self.receivers.get(key)?;
        let message = AlertMessage {
            id: EventId::generate().to_string(),
            host: self.host.clone(),
            receiver: key.name.clone(),
            test: true,
            alerts: Vec::new(),
            more: 0,
        };
        let (door, mut stages) = (self.door(key), Stages::default());
        match receiver.webhook {
            Some(_) => webhook(&door, &receiver, &message, &mut stages).await,
            None => mail(&door, &receiver, &message, &mut stages).await,
        }
        Some(ReceiverTest { receiver: key.name.clone(), stages: stages.0 })
    }
}

/// What a tenant named is looked at by calling it and no further, so that nobody explores the host's network with it.
async fn webhook(
    door: &Door<'_>,
    receiver: &AlertReceiver<Secret>,
    message: &AlertMessage,
    stages: &mut Stages,
) {
    let Some(url) = &receiver.webhook else { return };
    if let (true, Ok(origin)) = (door.operator, Origin::of(url)) {
        let names = async {
            let found = door.egress.look_up(&origin).await.map_err(|error| unreached(&error))?;
            let found: Vec<_> = found.iter().map(ToString::to_string).collect();
            Ok(Some(format!("{} is {}", origin.host(), found.join(", "))))
        };
        stages.run("dns", names).await;
        let shaken = async {
            let version = door.egress.shake_hands(&origin).await.map_err(|error| unreached(&error))?;
            Ok(Some(version.unwrap_or("no TLS, at an opened address").to_owned()))
        };
        stages.run("tls", shaken).await;
    }
    let posted = async { door.post(url, receiver.secret.as_ref(), message).await.map(Some) };
    stages.run("message", posted).await;
}

async fn mail(
    door: &Door<'_>,
    receiver: &AlertReceiver<Secret>,
    message: &AlertMessage,
    stages: &mut Stages,
) {
    let mut session = None;
    let connected = async {
        let connected = door.connect().await?;
        let found =
            if connected.is_encrypted() { "encrypted" } else { "not encrypted, at an opened address" };
        session = Some(connected);
        Ok(Some(found.to_owned()))
    };
    stages.run("connection", connected).await;
    let signed = async {
        match &mut session {
            Some(session) => Ok(door.sign_in(session).await?.filter(|_| door.operator)),
            None => Ok(None),
        }
    };
    stages.run("sign-in", signed).await;
    let sent = async {
        match session {
            Some(session) => door.mail(session, receiver, message).await.map(Some),
            None => Ok(None),
        }
    };
    stages.run("message", sent).await;
}

fn unreached(error: &Unreached) -> Problem {
    let problem = Problem::new("receiver.unreachable", format!("{}.", crate::problems::with_causes(error)));
    match error {
        Unreached::Denied(denial) => match &denial.allow_with {
            Some(line) => problem.remedy(format!("To allow it: {line}")),
            None => problem,
        },
        _ => problem,
    }
}

/// One stage after the other, each with its time; after one that failed the others are skipped.
#[derive(Default)]
struct Stages(Vec<TestStage>);

impl Stages {
    async fn run(&mut self, name: &str, stage: impl Future<Output = Result<Option<String>, Problem>>) {
        let skip = self.0.iter().any(|stage| stage.verdict == Verdict::Failed);
        let begun = Instant::now();
        let (verdict, found, problem) = if skip {
            (Verdict::Skipped, None, None)
        } else {
            match stage.await {
                Ok(found) => (Verdict::Ok, found, None),
                Err(problem) => (Verdict::Failed, None, Some(problem)),
            }
        };
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.push(TestStage { name: name.into(), verdict, duration_ms, found, problem });
    }
}
