//! The program as scripts see it: exit codes, the last line, and a host that is started, used and stopped. One
//! binary, since each run links nothing anew but starts the same built program.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

fn tieline(arguments: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tieline"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["TIELINE_HOST", "TIELINE_TOKEN", "TIELINE_MASTER_KEY"] {
        command.env_remove(name);
    }
    command.envs(env.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("{text:?}"))
}

/// A host of its own folder, running.
struct Host {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
    token: Option<String>,
}

impl Host {
    fn start(dir: &Path) -> Self {
        let config = dir.join("tieline.toml");
        fs::write(&config, "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sled:./data\"\n").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tieline"))
            .args(["serve", "--json", "--exit-with-parent", "--config"])
            .arg(config)
            .env_remove("TIELINE_MASTER_KEY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let up: Value = serde_json::from_str(&line).unwrap();
        let token = up["api_token"].as_str().map(String::from);
        Self { child, output, address: up["listening"].as_str().unwrap().into(), token }
    }

    /// Closes its standard input; it must end well by itself.
    fn stop(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line, "{\"ok\":true}\n");
    }
}

const DOCUMENT: &str = r#"
    [tenant]
    id = "acme"
    name = "Acme Ltd"
    [connections.salesforce]
    provider = "salesforce"
    login_url = "https://acme.my.salesforce.com"
    client_id = "id"
    client_secret = { env = "ACME_SF" }
"#;

#[test]
fn a_command_line_that_makes_no_sense_is_2() {
    for line in [vec!["frobnicate"], vec!["check", "acme"], vec!["act", "acme/desk", "log", "--input", "{"]] {
        assert_eq!(tieline(&line, &[]).status.code(), Some(2), "{line:?}");
    }
}

#[test]
fn a_host_that_is_not_there_is_3_and_says_what_to_do() {
    let output = tieline(&["tenants", "--json"], &[("TIELINE_HOST", "http://127.0.0.1:1")]);
    assert_eq!(output.status.code(), Some(3));
    let said = said(&output);
    assert_eq!((&said["ok"], &said["error"]["code"]), (&false.into(), &"host.unreachable".into()));
    assert!(said["error"]["remedy"].as_str().unwrap().contains("TIELINE_HOST"));
}

#[test]
fn a_missing_secret_is_1_and_named_before_any_host_is_asked() {
    let dir = TempDir::new().unwrap();
    let document = dir.path().join("acme.toml");
    fs::write(&document, DOCUMENT).unwrap();
    let output = tieline(&["apply", "-f", document.to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    for part in ["ACME_SF", "acme.toml", "connections.salesforce.client_secret"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[test]
fn a_file_that_is_no_package_is_1() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("x.wasm");
    fs::write(&file, "hello").unwrap();
    let output = tieline(&["inspect", "--json", file.to_str().unwrap()], &[]);
    assert_eq!((output.status.code(), &said(&output)["ok"]), (Some(1), &false.into()));
}

#[test]
fn what_allows_a_graph_call_is_told_without_a_host() {
    let said = |arguments: &[&str]| {
        let output = tieline(&[&["explain", "graph"], arguments].concat(), &[]);
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, text) = said(&["GET", "/teams/1/channels/2/messages"]);
    assert!(code == 0 && text.contains("ChannelMessage.Read.All   the least"), "{text}");
    let (code, text) = said(&["POST", "/teams/1/channels/2/messages", "--delegated"]);
    assert!(code == 0 && text.contains("ChannelMessage.Send"), "{text}");
    let (code, text) = said(&["GET", "/directoryRoles"]);
    assert!(code == 1 && text.contains("nothing allows it"), "{text}");
    assert_eq!(said(&["GET", "/users/../me"]).0, 1);
    assert_eq!(said(&["BREW", "/users"]).0, 1);
}

#[test]
fn the_default_configuration_is_printed_as_it_is() {
    let output = tieline(&["serve", "--print-config"], &[]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), include_str!("../src/config/default.toml"));
}

#[test]
fn a_host_tells_its_token_once_keeps_secrets_and_knows_them_after_a_restart() {
    let dir = TempDir::new().unwrap();
    let host = Host::start(dir.path());
    let token = host.token.clone().unwrap();
    assert!(token.starts_with("tl_"));
    let key = fs::metadata(dir.path().join("data/master.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);

    let wrong = tieline(&["tenants", "--host", &host.address, "--token", "tl_wrong"], &[]);
    assert_eq!(wrong.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--new-token"));

    let document = dir.path().join("acme.toml");
    fs::write(&document, DOCUMENT).unwrap();
    let apply = ["apply", "--json", "-f", document.to_str().unwrap(), "--host", &host.address];
    let env = [("TIELINE_TOKEN", token.as_str()), ("ACME_SF", "canary-7f3a")];
    for done in ["created", "unchanged"] {
        let output = tieline(&apply, &env);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let changes = &said(&output)["reports"][0]["changes"];
        assert!(changes.as_array().unwrap().iter().all(|change| change["done"] == done), "{changes}");
    }
    // People are told before anything is done, and then what was done.
    fs::write(&document, DOCUMENT.replace("Acme Ltd", "Acme Group")).unwrap();
    let people = ["apply", "-f", document.to_str().unwrap(), "--host", &host.address];
    for ahead in [true, false] {
        let output = tieline(&people, &env);
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (aside, done) = (said(&output.stderr), said(&output.stdout));
        assert_eq!(aside.contains("about to be done:") && aside.contains("Acme Group"), ahead, "{aside}");
        assert_eq!(done.contains("Acme Group"), ahead, "{done}");
        assert!(done.contains("no difference") != ahead && !done.contains("about to be"), "{done}");
    }
    host.stop();

    let host = Host::start(dir.path());
    assert_eq!(host.token, None);
    let token_file = dir.path().join("token");
    fs::write(&token_file, format!("{token}\n")).unwrap();
    let list = ["connections", "--tenant", "acme", "--json", "--host", &host.address, "--token-file"];
    let output = tieline(&[&list[..], &[token_file.to_str().unwrap()]].concat(), &[]);
    assert_eq!(said(&output)["connections"][0]["secrets"], serde_json::json!(["client_secret"]));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("canary"));
    host.stop();
    for file in fs::read_dir(dir.path().join("data")).unwrap().map(|entry| entry.unwrap().path()) {
        let content = if file.is_file() { fs::read(&file).unwrap() } else { Vec::new() };
        assert!(!content.windows(11).any(|window| window == b"canary-7f3a"), "{}", file.display());
    }
}
