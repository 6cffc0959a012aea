//! The way to a provider's hosts. Only to the provider's own: a tenant who may name any address must not learn
//! from this host what answers there.

use tieline_egress::{Egress, Unreached};
use tieline_types::{Origin, Problem, origin::Scheme};

use super::stages::Found;
use crate::endpoint::Endpoint;

/// Resolves the names.
pub(super) async fn names(egress: &Egress, endpoint: &Endpoint) -> Result<Found, Problem> {
    let Some(origins) = own(egress, endpoint) else { return Ok(not_own(endpoint)) };
    let mut found = Vec::new();
    for origin in origins {
        let addresses = egress.look_up(&origin).await.map_err(problem)?;
        let first = addresses.first().map(ToString::to_string).unwrap_or_default();
        found.push(match addresses.len() {
            1 if first == origin.host() => first,
            1 => format!("{} is {first}", origin.host()),
            more => format!("{} is {first} and {} more", origin.host(), more - 1),
        });
    }
    Ok(Found::ok(found.join("; ")))
}

/// Connects, and has them prove who they are.
pub(super) async fn certificates(egress: &Egress, endpoint: &Endpoint) -> Result<Found, Problem> {
    let Some(origins) = own(egress, endpoint) else { return Ok(not_own(endpoint)) };
    let mut found = Vec::new();
    for origin in origins {
        let version = egress.shake_hands(&origin).await.map_err(problem)?;
        found.push(format!("{} with {}", origin, version.unwrap_or("no TLS")));
    }
    Ok(Found::ok(found.join("; ")))
}

/// The hosts to look at; none if they are not the provider's.
fn own(egress: &Egress, endpoint: &Endpoint) -> Option<Vec<Origin>> {
    let origin = &endpoint.origin;
    if !endpoint.is_own() && !egress.is_opened(origin) {
        return None;
    }
    let base = endpoint.known_base().and_then(|base| Origin::of(base).ok());
    Some(std::iter::once(origin.clone()).chain(base.filter(|base| base != origin)).collect())
}

fn not_own(endpoint: &Endpoint) -> Found {
    Found::skipped(format!(
        "{} is not one of the provider's own hosts, and is not looked at.",
        endpoint.origin
    ))
}

fn problem(unreached: Unreached) -> Problem {
    let said = said(&unreached);
    match unreached {
        Unreached::Denied(denial) => {
            let problem =
                Problem::new("connection.egress-denied", format!("It may not be called: {}.", denial.asked));
            match denial.allow_with {
                Some(line) => problem.remedy(format!("To allow it: {line} in tieline.toml.")),
                None => problem,
            }
        }
        Unreached::Name { .. } => Problem::new("connection.name-unknown", said).remedy(
            "Check the address of the cloud or the connection, and that this machine's resolver answers.",
        ),
        Unreached::Connection { .. } => Problem::new("connection.unreachable", said)
            .remedy("Check that a firewall lets this host call out to it."),
        Unreached::Tls { origin, .. } => {
            let ca = match origin.scheme() {
                Scheme::Https => {
                    "Name the authority that signed its certificate: `ca` of the cloud, or of [egress] \
                                  behind a proxy that opens TLS."
                }
                Scheme::Http => "Look at what answers there.",
            };
            Problem::new("connection.tls-failed", said).remedy(ca)
        }
    }
}

/// In one line, with the innermost cause.
fn said(error: &(dyn std::error::Error + 'static)) -> String {
    let last = std::iter::successors(Some(error), |error| (**error).source()).last();
    let cause = last.map(ToString::to_string).unwrap_or_default();
    let said = error.to_string();
    let sentence = format!("{}{}", said[..1].to_uppercase(), &said[1..]);
    if cause == said { format!("{sentence}.") } else { format!("{sentence}: {cause}.") }
}
