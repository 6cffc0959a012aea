//! Which webhooks a plan may name. Pure.

use std::collections::BTreeMap;

use http::header::{self, HeaderName};
use tieline_runtime::PlannedWebhook;
use tieline_types::{Problem, Verification};

use super::organization;

/// The most webhooks of an installation.
const WEBHOOKS: usize = 20;

/// Header fields that say something else: of the connection, or of the way that a call came.
const TAKEN: [HeaderName; 6] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::CONNECTION,
    header::COOKIE,
    header::TRANSFER_ENCODING,
];

/// A query parameter that means something else: Graph's handshake is answered wherever it is asked for.
const HANDSHAKE: &str = "validationToken";

/// The webhooks of a plan by their keys, in the one form in which they are compared.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn understood(
    planned: Vec<PlannedWebhook>,
) -> Result<BTreeMap<String, Verification>, Vec<Problem>> {
    if planned.len() > WEBHOOKS {
        let message = format!("The connector plans {} webhooks; the limit is {WEBHOOKS}.", planned.len());
        return Err(vec![Problem::new("plan.webhook-invalid", message)]);
    }
    let (mut all, mut problems) = (BTreeMap::new(), Vec::new());
    for PlannedWebhook { key, verification } in planned {
        let fault = match one(verification) {
            _ if !is_key(&key) => "its key is not 1 to 63 characters of a-z, 0-9 and `-`",
            _ if all.contains_key(&key) => "there are two of this key",
            Ok(verification) => {
                all.insert(key, verification);
                continue;
            }
            Err(fault) => fault,
        };
        let shown: String = key.chars().take(80).collect();
        let message = format!("The connector plans the webhook `{}`: {fault}.", shown.escape_debug());
        problems.push(Problem::new("plan.webhook-invalid", message));
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

/// It stands in commands and in the paths of the API.
fn is_key(key: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&key.len()) && key.bytes().all(plain) && !key.starts_with('-')
}

fn one(verification: Verification) -> Result<Verification, &'static str> {
    match verification {
        Verification::Header { name } => Ok(Verification::Header { name: field(&name)? }),
        Verification::HmacSha256 { header } => Ok(Verification::HmacSha256 { header: field(&header)? }),
        Verification::Query { name } => {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
            match (1..=64).contains(&name.len()) && name.bytes().all(plain) && name != HANDSHAKE {
                true => Ok(Verification::Query { name }),
                false => {
                    Err("its query parameter is not 1 to 64 letters, digits, `-`, `_` and `.`, or is taken")
                }
            }
        }
        Verification::SoapOrganization { organization } => {
            let organization = organization::canonical(&organization).ok_or(
                "its organisation is not a Salesforce organisation id of 15 or 18 characters (00D…)",
            )?;
            Ok(Verification::SoapOrganization { organization: organization.to_owned() })
        }
    }
}

fn field(name: &str) -> Result<String, &'static str> {
    let wrong = "its header is not the name of a header field, or is taken";
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong)?;
    if name.as_str().len() > 64 || TAKEN.contains(&name) { Err(wrong) } else { Ok(name.as_str().to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(planned: &[(&str, Verification)]) -> Result<BTreeMap<String, Verification>, Vec<Problem>> {
        let one = |(key, verification): &(&str, Verification)| PlannedWebhook {
            key: (*key).into(),
            verification: verification.clone(),
        };
        understood(planned.iter().map(one).collect())
    }

    fn header(name: &str) -> Verification {
        Verification::Header { name: name.into() }
    }

    #[test]
    fn takes_each_way_of_proof_in_its_one_form() {
        let all = plan(&[
            ("a", header("X-Key")),
            ("b", Verification::Query { name: "code".into() }),
            ("c", Verification::HmacSha256 { header: "X-Hub-Signature-256".into() }),
            ("d", Verification::SoapOrganization { organization: "00D000000000062EAA".into() }),
        ])
        .unwrap();
        assert_eq!(all["a"], header("x-key"));
        assert_eq!(all["c"], Verification::HmacSha256 { header: "x-hub-signature-256".into() });
        assert_eq!(all["d"], Verification::SoapOrganization { organization: "00D000000000062".into() });
    }

    #[test]
    fn refuses_each_fault_by_name() {
        let query = |name: &str| Verification::Query { name: name.into() };
        let organization = |id: &str| Verification::SoapOrganization { organization: id.into() };
        for (key, verification) in [
            ("", header("x-key")),
            ("A", header("x-key")),
            ("a/b", header("x-key")),
            ("-a", header("x-key")),
            ("a", header("")),
            ("a", header("x key")),
            ("a", header("Host")),
            ("a", header("cookie")),
            ("a", query("")),
            ("a", query("a=b")),
            ("a", query("validationToken")),
            ("a", organization("")),
            ("a", organization("001000000000062")),
            ("a", organization("00D000000000062EAB")),
        ] {
            let problems = plan(&[(key, verification.clone())]).expect_err(&format!("{key} {verification}"));
            assert_eq!(problems[0].code, "plan.webhook-invalid");
        }
        assert_eq!(plan(&[("a", header("x-a")), ("a", header("x-b"))]).unwrap_err().len(), 1);
        let many: Vec<_> = (0..=WEBHOOKS).map(|n| (n.to_string(), header("x-key"))).collect();
        let many: Vec<_> =
            many.iter().map(|(key, verification)| (key.as_str(), verification.clone())).collect();
        assert_eq!(plan(&many).unwrap_err().len(), 1);
    }
}
