//! From the raw configuration to the resolved one.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tieline_egress::Policy;
use tieline_identity::{Clouds, InvalidCloud};
use tieline_types::{
    Origin, Problem,
    config::{Datasets, HostConfig, Setting, Telemetry, Tls},
    origin::InvalidOrigin,
};
use url::Url;

use super::{Config, DatasetFiles, Traces, alerting::alerting, sign_in};
use crate::document::secret::{self, SecretError};

/// Why the host cannot start as configured. Says which line of `tieline.toml` to look at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file is not there.
    #[error("reading the configuration {} failed", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not TOML, or not of the configuration's shape.
    #[error("{} is not a configuration", path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A file that it names cannot be read.
    #[error("{field}: reading {} failed", path.display())]
    File {
        /// Which field names it.
        field: String,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An address leads nowhere.
    #[error("{field} is not an address that can be called")]
    Address {
        /// Which field.
        field: String,
        /// Why.
        source: InvalidOrigin,
    },
    /// A cloud that cannot be used.
    #[error(transparent)]
    Cloud(#[from] InvalidCloud),
    /// Nobody can sign in like this.
    #[error(transparent)]
    SignIn(#[from] sign_in::SignInError),
    /// Not a store that this host has.
    #[error("store.url = \"{0}\": a store is `sled:` or `lsm:` and a folder")]
    Store(String),
    /// An option of the datasets' storage cannot be found.
    #[error("datasets.options.{name}")]
    Datasets {
        /// Which option.
        name: String,
        /// Why.
        source: SecretError,
    },
    /// A secret cannot be found.
    #[error("{field}")]
    Secret {
        /// Which one.
        field: String,
        /// Why.
        source: SecretError,
    },
    /// Nobody could be told of alerts in this way.
    #[error("{}: {}", .problem.field.as_deref().unwrap_or("/alerts"), .problem.message)]
    Alerts {
        /// What is wrong, and where.
        problem: Problem,
    },
    /// A header of the collector of traces cannot be found.
    #[error("telemetry.headers.{name}")]
    TraceHeader {
        /// Which one.
        name: String,
        /// Why.
        source: SecretError,
    },
    /// Not a part of all traces.
    #[error("telemetry.sample: give 0 to 1, 0.1 for every tenth hook")]
    Sample,
    /// A server that could answer nobody.
    #[error("server.limits: give at least 1 connection, 1 header and 1024 header_bytes")]
    ServerLimits,
    /// Zero seconds between two audits.
    #[error("subscriptions.audit_s: an audit takes its time; give at least 1")]
    Audit,
    /// No time in which a certificate could be used, or more than anybody gives one.
    #[error("subscriptions.certificate_s: give 1 to 31536000, a year")]
    Certificate,
}

/// Resolves every path against `base`, the folder of the file, and reads the certificates.
pub(crate) fn resolve(raw: HostConfig, base: &Path) -> Result<Config, ConfigError> {
    let HostConfig {
        server,
        store,
        datasets,
        clouds,
        sign_in,
        egress,
        delivery,
        subscriptions,
        keys,
        alerts,
        sandbox,
        limits,
        doors,
        telemetry,
    } = raw;
    let folder = ["sled:", "lsm:"].into_iter().find_map(|scheme| store.url.strip_prefix(scheme));
    let folder = folder.filter(|folder| !folder.is_empty());
    let data = base.join(folder.ok_or_else(|| ConfigError::Store(store.url.clone()))?);
    let mut policy = Policy {
        allow_private: egress.allow_private.into_iter().collect(),
        extra_ca_pem: pem("egress.ca", egress.ca.as_deref(), base)?,
        origin_ca_pem: Vec::new(),
    };
    for (name, cloud) in &clouds {
        let Some(ca) = pem(&format!("clouds.{name}.ca"), cloud.ca.as_deref(), base)? else { continue };
        for (part, url) in [("login", &cloud.login), ("graph", &cloud.graph)] {
            policy.origin_ca_pem.push((origin(&format!("clouds.{name}.{part}"), url)?, ca.clone()));
        }
    }
    if subscriptions.audit_s == 0 {
        return Err(ConfigError::Audit);
    }
    if !(1..=365 * 24 * 60 * 60).contains(&subscriptions.certificate_s) {
        return Err(ConfigError::Certificate);
    }
    if let Some(url) = &server.public_url {
        origin("server.public_url", url)?;
    }
    let least = [server.limits.connections, server.limits.headers, server.limits.header_bytes / 1_024];
    if least.contains(&0) {
        return Err(ConfigError::ServerLimits);
    }
    Ok(Config {
        listen: server.listen,
        public_url: server.public_url,
        trusted_proxies: server.trusted_proxies,
        metrics_listen: server.metrics_listen,
        tls: server
            .tls
            .map(|Tls { certificate, key }| Tls { certificate: base.join(certificate), key: base.join(key) }),
        server_limits: server.limits,
        tenants_counted: telemetry.tenants,
        traces: traces_of(telemetry, base)?,
        datasets: datasets_of(datasets, &data, base)?,
        store: store.url,
        base: base.into(),
        data,
        clouds: Clouds::new(clouds)?,
        sign_in: sign_in.map(|raw| sign_in::resolve(raw, base)).transpose()?,
        egress: policy,
        delivery,
        subscriptions,
        keys,
        alerts: alerting(alerts, base, &|name| std::env::var(name).ok())?,
        sandbox,
        limits,
        doors,
    })
}

fn datasets_of(raw: Datasets, data: &Path, base: &Path) -> Result<DatasetFiles, ConfigError> {
    let options = settings(raw.options, base, |name, source| ConfigError::Datasets { name, source })?;
    let url = raw.url.unwrap_or_else(|| data.join("datasets").to_string_lossy().into_owned());
    Ok(DatasetFiles { url, options, patience: Duration::from_secs(raw.flush_s) })
}

fn traces_of(raw: Telemetry, base: &Path) -> Result<Option<Traces>, ConfigError> {
    if !(0.0..=1.0).contains(&raw.sample) {
        return Err(ConfigError::Sample);
    }
    let headers = settings(raw.headers, base, |name, source| ConfigError::TraceHeader { name, source })?;
    let Some(url) = raw.traces else { return Ok(None) };
    origin("telemetry.traces", &url)?;
    Ok(Some(Traces { url, headers, sample: raw.sample, propagate: raw.propagate }))
}

/// What another service needs to know, with the secrets that it names.
fn settings(
    raw: BTreeMap<String, Setting>,
    base: &Path,
    failed: impl Fn(String, SecretError) -> ConfigError,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let found = raw.into_iter().map(|(name, setting)| {
        let value = match setting {
            Setting::Plain(value) => value,
            Setting::Secret(reference) => {
                let found = secret::follow(&reference, base, &|name| std::env::var(name).ok());
                found.map_err(|source| failed(name.clone(), source))?.0.expose().to_owned()
            }
        };
        Ok((name, value))
    });
    found.collect()
}

fn origin(field: &str, url: &Url) -> Result<Origin, ConfigError> {
    Origin::of(url).map_err(|source| ConfigError::Address { field: field.into(), source })
}

fn pem(field: &str, path: Option<&Path>, base: &Path) -> Result<Option<String>, ConfigError> {
    let read = |path: &Path| {
        let path = base.join(path);
        std::fs::read_to_string(&path).map_err(|source| ConfigError::File {
            field: field.into(),
            path,
            source,
        })
    };
    path.map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{
        Doors, Limits,
        config::{Delivery, ServerLimits},
    };

    fn config(more: &str, base: &Path) -> Result<Config, ConfigError> {
        let text = format!("[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sled:./data\"\n{more}");
        resolve(toml::from_str(&text).unwrap(), base)
    }

    const CLOUD: &str = "[clouds.sim]\nlogin = \"http://127.0.0.1:1\"\ngraph = \"http://127.0.0.1:2\"\n";

    #[test]
    fn refuses_plain_http_unless_simulated() {
        let base = Path::new("/etc/tieline");
        assert!(matches!(config(CLOUD, base), Err(ConfigError::Cloud(_))));
        assert!(config(&format!("{CLOUD}simulated = true\n"), base).is_ok());
    }

    #[test]
    fn a_missing_certificate_is_named_with_its_field() {
        let text = format!("{CLOUD}simulated = true\nca = \"no.pem\"\n");
        let error = config(&text, Path::new("/etc/tieline")).unwrap_err().to_string();
        assert!(error.contains("clouds.sim.ca") && error.contains("/etc/tieline/no.pem"), "{error}");
    }

    #[test]
    fn paths_are_relative_to_the_file_and_a_clouds_authority_vouches_for_it_alone() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("sim.pem"), "PEM").unwrap();
        let text = format!("{CLOUD}simulated = true\nca = \"sim.pem\"\n");
        let config = config(&text, dir.path()).unwrap();
        assert_eq!(config.data, dir.path().join("./data"));
        let trusted: Vec<String> = config.egress.origin_ca_pem.iter().map(|(o, _)| o.to_string()).collect();
        assert_eq!(trusted, ["http://127.0.0.1:1", "http://127.0.0.1:2"]);
        assert_eq!(config.egress.extra_ca_pem, None);
    }

    #[test]
    fn a_server_that_could_answer_nobody_and_half_a_trace_are_refused() {
        let base = Path::new("/etc/tieline");
        for (more, field) in [
            ("[server.limits]\nconnections = 0\n", "server.limits"),
            ("[server.limits]\nheader_bytes = 100\n", "server.limits"),
            ("[telemetry]\nsample = 1.5\n", "telemetry.sample"),
            ("[telemetry]\ntraces = \"file:///traces\"\n", "telemetry.traces"),
            ("[telemetry.headers]\nkey = { env = \"TIELINE_NO_SUCH\" }\n", "telemetry.headers.key"),
        ] {
            let error = config(more, base).unwrap_err().to_string();
            assert!(error.contains(field), "{error}");
        }
        let given = "[server.tls]\ncertificate = \"a.pem\"\nkey = \"/b.key\"\n\
                     [telemetry]\ntraces = \"http://127.0.0.1:4318/v1/traces\"\nheaders = { key = \"canary\" }\n";
        let config = config(given, base).unwrap();
        let tls = config.tls.as_ref().unwrap();
        assert_eq!(
            (tls.certificate.as_path(), tls.key.as_path()),
            (&*base.join("a.pem"), Path::new("/b.key"))
        );
        assert_eq!(config.traces.as_ref().unwrap().headers["key"], "canary");
        assert!(!format!("{config:?}").contains("canary"));
    }

    #[test]
    fn the_default_file_is_the_defaults() {
        let raw: HostConfig = toml::from_str(super::super::DEFAULT).unwrap();
        assert_eq!((&raw.limits, &raw.doors), (&Limits::default(), &Doors::default()));
        assert_eq!(raw.keys, tieline_types::config::Keys::default());
        assert_eq!(raw.sandbox, tieline_types::config::Sandbox::default());
        let (said, meant) = (&raw.delivery, Delivery::default());
        assert_eq!(said.concurrency, meant.concurrency);
        assert_eq!(said.per_tenant(), 48);
        assert_eq!(said.per_tenant(), meant.per_tenant());
        assert_eq!(said.concurrency_per_installation, meant.concurrency_per_installation);
        assert_eq!(said.pending_events_per_tenant, meant.pending_events_per_tenant);
        assert_eq!(said.retry_schedule_ms, meant.retry_schedule_ms);
        assert_eq!(raw.alerts, tieline_types::config::Alerts::default());
        assert_eq!(raw.server.limits, ServerLimits::default());
        assert_eq!(raw.telemetry, Telemetry::default());
        assert!(
            raw.clouds.is_empty()
                && raw.sign_in.is_none()
                && raw.egress.allow_private.is_empty()
                && raw.egress.ca.is_none()
        );
    }
}
