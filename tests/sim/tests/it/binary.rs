//! The program itself.

use std::process::Stdio;
use std::time::Duration;

use tieline_sim::Manifest;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

async fn started(arguments: &[&str]) -> (Child, Manifest) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tieline-sim"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    (child, serde_json::from_str(&first).unwrap())
}

async fn ended(mut child: Child) {
    let status = tokio::time::timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn it_says_where_it_is_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    let (child, manifest) = started(&["--json", "--ca-out", ca.to_str().unwrap()]).await;
    assert_eq!(manifest.ca, ca.to_str().unwrap());
    assert!(std::fs::read_to_string(&ca).unwrap().contains("CERTIFICATE"));
    let url = format!("{}/manifest", manifest.control);
    let shown: Manifest = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(shown.tenant.client_secret, manifest.tenant.client_secret);
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").arg(id).status().await.unwrap().success());
    ended(child).await;
}

#[tokio::test]
async fn it_ends_with_its_parent() {
    let (mut child, manifest) = started(&["--json", "--exit-with-parent", "--no-record"]).await;
    drop(child.stdin.take());
    ended(child).await;
    assert!(!std::path::Path::new(&manifest.ca).exists());
}
