//! The words of a case. A step is a table with one of them as its key.

mod access;
mod audit;
mod beside;
pub(crate) mod browser;
mod command;
mod contact_center;
mod hooks;
mod journals;
mod keys;
pub(crate) mod listen;
mod neighbour;
mod ops;
mod people;
mod process;
mod raw;
mod replay;

use std::{fs, time::Duration};

use serde_json::{Value, json};

use crate::{expect, scene::Scene};

impl Scene {
    /// Takes one step.
    pub(crate) async fn step(&mut self, step: Value) -> Result<(), String> {
        let fields = step.as_object().filter(|fields| fields.len() == 1).ok_or("a step has one key")?;
        let (word, value) = fields.iter().next().ok_or("a step has one key")?;
        match word.as_str() {
            // The host as a process: see `process.rs`.
            "host" => self.process(value),
            // Fills a disk that was made small: see `process.rs`.
            "fill" => self.fill(value).await,
            // What names mean to the host: see `process.rs`.
            "names" => self.names(value),
            // Names values for `${…}`: { behaviour = "spin" }.
            "let" => {
                for (name, value) in value.as_object().ok_or("`let` takes a table")? {
                    self.scope[name] = value.clone();
                }
                Ok(())
            }
            // Applies a tenant's file and waits until its subscriptions stand.
            "apply" => self.apply(value).await,
            // Writes a file of the case to the host's home, with its references filled in.
            "write" => {
                let name = value.as_str().ok_or("`write` takes a file's name")?;
                fs::write(self.home.path().join(name), self.file(name)?).map_err(|error| error.to_string())
            }
            // Puts a file of the host's home elsewhere: see `keys.rs`.
            "copy" => self.copy(value),
            // Changes a byte of a file of the host's home, or cuts it off: see `keys.rs`.
            "damage" => self.damage(value),
            // Makes a host of a backup, and a backup of a host that does not run: see `keys.rs`.
            "restored" => self.restored(value),
            "offline" => self.offline(value),
            // Runs the CLI and saves its answer: { args = […], save = "…" }, or expects it to fail.
            "cli" => self.run_cli(value),
            // Runs the CLI as a script does: { args, env, exit, says, save, keep }: see `command.rs`.
            "told" => self.told(value),
            // Changes the audit behind the host's back: see `audit.rs`.
            "tampered" => self.tampered(value).await,
            // Runs the CLI beside the steps that follow, and waits for it: see `beside.rs`.
            "beside" => self.beside(value),
            "ended" => self.ended(value),
            "killed" => self.killed(value),
            // Lets so many milliseconds pass in which something may happen.
            "pause" => {
                let millis = value.as_u64().ok_or("`pause` takes milliseconds")?;
                tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
                Ok(())
            }
            // Posts a Teams message: { text, …, save = "…" }.
            "post" => self.saved("POST", "/graph/messages", value).await,
            // Posts so many: { times, text, … }; each text ends in its number.
            "posts" => {
                for number in 1..=value["times"].as_u64().ok_or("`times`")? {
                    let mut body = value.clone();
                    let text = body["text"].as_str().ok_or("`text`")?;
                    body["text"] = json!(format!("{text} {number}"));
                    body.as_object_mut().ok_or("`posts` takes a table")?.remove("times");
                    self.saved("POST", "/graph/messages", &body).await?;
                }
                Ok(())
            }
            // Sends one notification request: { items = [{ resource, … }] }, of the first subscription unless an item
            // names another; `answers` is the status that it must get.
            "notify" => self.notify(value).await,
            // Any other order to the simulators: { method, path, body, save }.
            "control" => self.order(value).await,
            // Scripts a fault: { match = {…}, times, effect = {…} }.
            "fault" => self.control("POST", "/faults", value).await.map(drop),
            // Waits until a call is held under this name.
            "held" => self.held(value).await,
            // Lets a held call go on.
            "release" => self.release(value).await,
            // One request to the host, as a stranger would make it: see `raw.rs`.
            "request" => self.request(value).await,
            // Hears what happens, as it happens: see `listen.rs`.
            "listen" => self.listen(value).await,
            // A call of a connector's webhook: see `hooks.rs`.
            "hook" => self.hook(value).await,
            // What is consented to, who is signed in, what roles may not: see `people.rs`.
            "consent" => self.consent(value).await,
            "sign_in" => self.sign_in(value).await,
            "without_privilege" => self.without_privilege(value).await,
            // Agents who can have people in a session: see `contact_center.rs`.
            "contact_center" => self.contact_center(value).await,
            // Clients that are slow, and TLS: see `ops.rs`.
            "slow_clients" => self.slow_clients(value).await,
            "certificate" => self.certificate(value),
            "over_tls" => self.over_tls(value).await,
            // A person's browser: see `browser.rs`.
            "browse" => self.browse(value).await,
            // A request of a page that it shows: see `access.rs`.
            "fetch" => self.fetch(value).await,
            // Makes the package of a guest that was written by hand: { guest, section, again }.
            "package" => self.raw_package(value),
            // Makes a package of another whose code is broken: see `raw.rs`.
            "broken" => self.broken_package(value),
            // Lets another tenant's event be handled: see `neighbour.rs`.
            "neighbour" => self.neighbour(value).await,
            // Saves what all runs did, without what differs from host to host: see `journals.rs`.
            "journals" => self.journals(value).await,
            // Waits until so many events are in these states: { done = 2, pending = 0 }, or { done = { at_least = 2 } }.
            "events" => self.event_counts(value).await,
            // Replays what is on tape: see `replay.rs`.
            "replays" => self.replays(value).await,
            // What must be true: see `expect.rs`.
            "expect" => expect::all(self, value).await,
            // What must become true.
            "until" => self.until(async |scene| expect::all(scene, value).await).await,
            other => Err(format!("`{other}` is not a word of this language")),
        }
    }

    async fn apply(&mut self, file: &Value) -> Result<(), String> {
        let name = file.as_str().ok_or("`apply` takes a file's name")?;
        let path = self.home.path().join(name);
        fs::write(&path, self.file(name)?).map_err(|error| error.to_string())?;
        self.cli(&["apply", "-f", &path.to_string_lossy()])?;
        self.until(async |scene| {
            let standing = scene.api("/tenants/acme/subscriptions?limit=1000").await?;
            // One that is made for the service user waits until there is one.
            let waits = |s: &Value| s["problem"]["code"] == "connection.no-service-user";
            if expect::items(&standing)?.iter().all(|s| s["id"].is_string() || waits(s)) {
                Ok(())
            } else {
                Err(standing.to_string())
            }
        })
        .await
    }

    fn run_cli(&mut self, step: &Value) -> Result<(), String> {
        let arguments: Vec<_> =
            step["args"].as_array().ok_or("`args`")?.iter().filter_map(Value::as_str).collect();
        let fails = step["fails"].as_bool().unwrap_or(false);
        match (self.cli(&arguments), fails) {
            (Ok(said), false) => {
                self.save(step, said);
                Ok(())
            }
            (Err(said), true) => {
                self.save(step, json!(said));
                Ok(())
            }
            (Ok(said), true) => Err(format!("should fail, and said {said}")),
            (Err(error), false) => Err(error),
        }
    }

    pub(crate) fn save(&mut self, step: &Value, said: Value) {
        if let Some(name) = step["save"].as_str() {
            self.scope[name] = said;
        }
    }

    async fn saved(&mut self, method: &str, path: &str, step: &Value) -> Result<(), String> {
        let mut body = step.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("save");
        }
        let said = self.control(method, path, &body).await?;
        self.save(step, said);
        Ok(())
    }

    async fn notify(&mut self, step: &Value) -> Result<(), String> {
        let mut body = step.clone();
        let standing = self.control("GET", "/graph/subscriptions", &Value::Null).await?;
        // An item with `repeat` is as many, each with a number of its own behind its etag.
        if let Some(items) = body["items"].as_array_mut() {
            *items = items.iter().flat_map(repeated).collect();
        }
        for item in body["items"].as_array_mut().into_iter().flatten() {
            if item["subscription_id"].is_null() {
                item["subscription_id"] = standing[0]["id"].clone();
            }
        }
        let fields = body.as_object_mut().ok_or("a table")?;
        let wanted = fields.remove("answers").unwrap_or(json!(202));
        // As Graph does with what was sent back.
        let again = fields.remove("again").is_some();
        loop {
            let sent = self.control("POST", "/graph/notifications", &body).await?;
            match &sent["status"] {
                status if *status == wanted => return Ok(()),
                status if again && *status == 503 => tokio::time::sleep(Duration::from_millis(50)).await,
                _ => return Err(format!("answered {sent}, not {wanted}")),
            }
        }
    }

    async fn order(&mut self, step: &Value) -> Result<(), String> {
        let text = |name: &str| step[name].as_str().map(str::to_owned);
        let method = text("method").unwrap_or_else(|| "POST".into());
        let path = text("path").ok_or("`path`")?;
        let said = self.control(&method, &path, &step["body"]).await?;
        self.save(step, said);
        Ok(())
    }

    async fn held(&self, name: &Value) -> Result<(), String> {
        self.until(async |scene| {
            let holds = scene.control("GET", "/holds", &Value::Null).await?;
            let found = holds.as_array().is_some_and(|all| all.iter().any(|hold| hold["name"] == *name));
            if found { Ok(()) } else { Err(format!("holds: {holds}")) }
        })
        .await
    }

    async fn release(&self, name: &Value) -> Result<(), String> {
        let path = format!("/holds/{}/release", name.as_str().ok_or("`release` takes a name")?);
        self.control("POST", &path, &json!({ "all": true })).await.map(drop)
    }

    async fn event_counts(&self, wanted: &Value) -> Result<(), String> {
        let wanted = wanted.as_object().ok_or("`events` takes counts by state")?;
        self.until(async |scene| {
            let events = scene.api("/tenants/acme/events?limit=1000").await?;
            let items = expect::items(&events)?;
            for (state, count) in wanted {
                let have = items.iter().filter(|event| event["state"] == *state).count();
                let have = have as u64;
                let right =
                    count["at_least"].as_u64().map_or(count.as_u64() == Some(have), |least| have >= least);
                if !right {
                    return Err(format!("{have} events are {state}: {events}"));
                }
            }
            Ok(())
        })
        .await
    }
}

fn repeated(item: &Value) -> Vec<Value> {
    let Some(times) = item["repeat"].as_u64() else { return vec![item.clone()] };
    let one = |number| {
        let mut item = item.clone();
        item["etag"] = json!(format!("{}{number}", item["etag"].as_str().unwrap_or("number ")));
        item.as_object_mut().map(|fields| fields.remove("repeat"));
        item
    };
    (0..times).map(one).collect()
}
