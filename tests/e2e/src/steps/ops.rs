//! The server as clients of all kinds meet it.

use std::fs;

use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::scene::Scene;

impl Scene {
    /// So many clients begin a request each and go no further. They stay until the case ends.
    pub(crate) async fn slow_clients(&mut self, count: &Value) -> Result<(), String> {
        let host = self.host.as_ref().ok_or("no host runs")?;
        let address = host.url.trim_start_matches("http://").to_owned();
        for _ in 0..count.as_u64().ok_or("`slow_clients` takes a number")? {
            let mut stream = TcpStream::connect(&address).await.map_err(|error| error.to_string())?;
            // One that gave way already is as good as one that is still open.
            let _ = stream.write_all(b"POST /hooks/x HTTP/1.1\r\nhost: h\r\nx-slow: ").await;
            self.slow.push(stream);
        }
        Ok(())
    }

    /// Makes a certificate for 127.0.0.1, and writes it with its key: { certificate = "tls.pem", key = "tls.key" }.
    pub(crate) fn certificate(&mut self, files: &Value) -> Result<(), String> {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).map_err(|e| e.to_string())?;
        for (name, text) in [("certificate", made.cert.pem()), ("key", made.signing_key.serialize_pem())] {
            let file = files[name].as_str().ok_or_else(|| format!("`{name}`"))?;
            fs::write(self.home.path().join(file), text).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// One request to a host with TLS, trusting this certificate alone: { path, trusting = "tls.pem", answers = 200, headers =
    /// { … } }; it waits for the host to show that certificate.
    pub(crate) async fn over_tls(&mut self, step: &Value) -> Result<(), String> {
        let file = step["trusting"].as_str().ok_or("`trusting`")?;
        let pem = fs::read(self.home.path().join(file)).map_err(|error| error.to_string())?;
        let root = reqwest::Certificate::from_pem(&pem).map_err(|error| error.to_string())?;
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([root]).build();
        let client = client.map_err(|error| error.to_string())?;
        let path = step["path"].as_str().ok_or("`path`")?;
        self.until(async |scene| {
            let host = scene.host.as_ref().ok_or("no host runs")?;
            let answer = client.get(format!("{}{path}", host.url)).send().await;
            let answer = answer.map_err(|error| format!("{error:?}"))?;
            if step["answers"] != answer.status().as_u16() {
                return Err(format!("answered {}", answer.status()));
            }
            for (name, value) in step["headers"].as_object().into_iter().flatten() {
                let found = answer.headers().get(name).and_then(|found| found.to_str().ok());
                if found != value.as_str() {
                    return Err(format!("{name} is {found:?}"));
                }
            }
            Ok(())
        })
        .await
    }
}
