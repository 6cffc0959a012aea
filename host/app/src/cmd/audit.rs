//! `tieline audit`: who did what, and whether that is all.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use tieline_types::{
    TenantId,
    api::{AuditHead, AuditRecord, AuditVerdict, AuditWho},
};

use crate::{
    Answer, Exit, Failure,
    cli::audit::{Audit, List, Verify},
    client::Client,
    table::{or_dash, table, time},
};

pub(crate) async fn run(command: Audit) -> Result<Answer, Failure> {
    match command {
        Audit::List(args) => list(args).await,
        Audit::Verify(args) => verify(args).await,
    }
}

async fn list(args: List) -> Result<Answer, Failure> {
    let client = Client::new(&args.of.remote)?;
    let page = client.audit(args.of.tenant.as_ref(), &args.query()).await?;
    let text = shown(&page.items);
    Ok(Answer::done(args.page.with_rest(text, page.next.as_deref()))
        .with("audit", page.items)
        .with("next", page.next))
}

fn shown(records: &[AuditRecord]) -> String {
    let rows = records.iter().map(|record| {
        let outcome = match (record.status, record.asked) {
            (Some(status), Some(asked)) => format!("{} ({status}), asked in {asked}", record.outcome),
            _ => record.outcome.to_string(),
        };
        let from = or_dash(record.from.map(|from| from.to_string()));
        let what = format!("{} {}{}", record.action, record.target, changes(record));
        vec![record.seq.to_string(), time(record.at), who(&record.who), from, what, outcome]
    });
    table(&["No.", "When", "Who", "From", "What", "Outcome"], rows.collect(), "Nothing was done.")
}

fn who(who: &AuditWho) -> String {
    match (who.name.as_str(), who.id.as_str()) {
        ("", "") => who.kind.to_string(),
        (name, "") => format!("{} {name}", who.kind),
        ("", id) => format!("{} {id}", who.kind),
        (name, id) => format!("{} {name}\n{id}", who.kind),
    }
}

/// A line for each field that was changed.
fn changes(record: &AuditRecord) -> String {
    let fields = |side: &Option<Value>| side.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (fields(&record.before), fields(&record.after));
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let value = |value: Option<&Value>| value.map_or("–".to_owned(), Value::to_string);
    let line = |name: &String| format!("\n{name}: {} → {}", value(before.get(name)), value(after.get(name)));
    names.into_iter().map(line).collect()
}

async fn verify(args: Verify) -> Result<Answer, Failure> {
    let client = Client::new(&args.remote)?;
    let remembered = args.against.as_deref().map(read).transpose()?.unwrap_or_default();
    let remembered: Vec<_> =
        remembered.into_iter().filter(|chain| args.tenant.is_none() || chain.tenant == args.tenant).collect();
    let mut verdicts = match &args.tenant {
        Some(tenant) => vec![client.verify_audit(Some(tenant), None).await?],
        None => client.verify_audits().await?,
    };
    for chain in remembered {
        let verdict = client.verify_audit(chain.tenant.as_ref(), Some(&chain.head)).await?;
        match verdicts.iter_mut().find(|known| known.tenant == chain.tenant) {
            Some(known) => *known = verdict,
            None => verdicts.push(verdict),
        }
    }
    let broken = verdicts.iter().any(|verdict| verdict.broken.is_some());
    let answer = Answer::done(verdicts_shown(&verdicts)).with("chains", verdicts);
    Ok(if broken { answer.exit(Exit::Broken) } else { answer })
}

fn verdicts_shown(verdicts: &[AuditVerdict]) -> String {
    let rows = verdicts.iter().map(|verdict| {
        let chain =
            verdict.tenant.as_ref().map_or("the host".to_owned(), |tenant| format!("tenant {tenant}"));
        let whole = match &verdict.broken {
            Some(fault) => format!("BROKEN at {}: {} [{}]", fault.seq, fault.message, fault.code),
            None => "whole".into(),
        };
        vec![chain, verdict.head.seq.to_string(), whole, verdict.head.digest.to_string()]
    });
    table(&["Chain", "Records", "State", "Head"], rows.collect(), "There is no chain.")
}

/// What an earlier verification said.
#[derive(Debug, Deserialize)]
struct Earlier {
    chains: Vec<Remembered>,
}

#[derive(Debug, Deserialize)]
struct Remembered {
    #[serde(default)]
    tenant: Option<TenantId>,
    head: AuditHead,
}

/// Why an earlier verification is of no use.
#[derive(Debug, thiserror::Error)]
enum EarlierError {
    /// The file cannot be read.
    #[error("reading {} failed", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{} is not what `tieline audit verify --json` said", path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

fn read(path: &Path) -> Result<Vec<Remembered>, Failure> {
    let failed = |error: EarlierError| Failure::new(Exit::Failed, error).code("audit.earlier");
    let text = std::fs::read_to_string(path)
        .map_err(|source| failed(EarlierError::Read { path: path.into(), source }))?;
    let earlier: Result<Earlier, _> = serde_json::from_str(&text);
    earlier
        .map(|earlier| earlier.chains)
        .map_err(|source| failed(EarlierError::Parse { path: path.into(), source }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_says_who_did_what_from_where_with_what_outcome() {
        let digest = tieline_types::Digest::of(b"");
        let record = json!({"seq": 7, "at": 0, "tenant": "acme", "who": {"kind": "token", "id": "t1", "name": "ci"},
            "from": "192.0.2.7", "action": "applyTenant", "target": "/tenants/acme", "outcome": "done", "status": 200,
            "asked": 6, "before": {"/tenants/acme/name": "a"}, "after": {"/tenants/acme/name": "b"},
            "previous": digest, "digest": digest});
        let text = shown(&[serde_json::from_value(record).unwrap()]);
        for part in [
            "7",
            "token ci",
            "t1",
            "192.0.2.7",
            "applyTenant /tenants/acme",
            "done (200), asked in 6",
            "name: \"a\" → \"b\"",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(shown(&[]), "Nothing was done.");
    }

    #[test]
    fn what_is_broken_is_named() {
        let head = json!({"seq": 2, "digest": tieline_types::Digest::of(b"")});
        let broken = json!({"seq": 3, "code": "altered", "message": "Record 3 is not as it was written."});
        let verdicts: Vec<AuditVerdict> = serde_json::from_value(
            json!([{"head": head}, {"tenant": "acme", "head": head, "broken": broken}]),
        )
        .unwrap();
        let text = verdicts_shown(&verdicts);
        for part in ["the host", "whole", "tenant acme", "BROKEN at 3", "[altered]"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn reads_what_it_said_before_and_refuses_anything_else() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let head = AuditHead { seq: 2, digest: tieline_types::Digest::of(b"") };
        std::fs::write(&file, json!({"ok": true, "chains": [{"tenant": "acme", "head": head}]}).to_string())
            .unwrap();
        let read_back = read(file.path()).unwrap();
        assert_eq!((read_back.len(), read_back[0].head), (1, head));
        std::fs::write(&file, "{}").unwrap();
        assert!(read(file.path()).unwrap_err().text().contains("audit verify --json"));
        assert!(read(Path::new("/no/such")).is_err());
    }
}
