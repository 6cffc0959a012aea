//! A package is a connector, and asks for what its manifest declares and nothing else: no operator approves
//! rights that nobody showed.

use tieline_types::{Manifest, manifest::Capability, wasi};

use crate::package::Surface;

/// The contract's package; a component may import from nowhere else.
const CONTRACT: &str = "tieline:connector/";
/// The interface of shared words: it has no functions, so it gives nothing away.
const WORDS: &str = "types";
/// The interface that every connector exports.
const CONNECTOR: &str = "connector";

/// The binary is not what its manifest says.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RightsError {
    /// It answers none of the host's questions: the crate has no connector, or does not register it.
    #[error("the crate exports no connector: does it register one?")]
    NoConnector,
    /// A capability is used and not declared.
    #[error(
        "the connector uses the capability `{0}`, which its manifest does not declare; add to connector.toml:\n\n    \
         [capabilities]\n    {0} = \"why the connector needs it\"\n"
    )]
    Undeclared(&'static str),
    /// An import that is no capability: a part of WASI that the host does not have, an unknown interface, a module of another tool.
    #[error(
        "the connector imports `{0}`, which is no capability of {CONTRACT}*; look for the dependency that reaches \
         for the operating system, and leave it out"
    )]
    Foreign(String),
}

/// Compares a component with its manifest.
pub(crate) fn check(surface: &Surface, manifest: &Manifest) -> Result<(), RightsError> {
    if !surface.exports.iter().any(|export| interface(export) == Some(CONNECTOR)) {
        return Err(RightsError::NoConnector);
    }
    for import in &surface.imports {
        if let Some(interface) = wasi::provided(import) {
            if wasi::calls_upstream(interface) && !manifest.capabilities.contains_key(&Capability::Http) {
                return Err(RightsError::Undeclared(Capability::Http.name()));
            }
            continue;
        }
        let Some(interface) = interface(import) else {
            return Err(RightsError::Foreign(import.clone()));
        };
        if interface == WORDS {
            continue;
        }
        let Some(capability) = Capability::named(interface) else {
            return Err(RightsError::Foreign(import.clone()));
        };
        if !capability.is_harmless() && !manifest.capabilities.contains_key(&capability) {
            return Err(RightsError::Undeclared(capability.name()));
        }
    }
    Ok(())
}

/// `graph` of `tieline:connector/graph@0.1.0`. Whether this host has that version is for the host to say.
fn interface(import: &str) -> Option<&str> {
    let rest = import.strip_prefix(CONTRACT)?;
    Some(rest.split_once('@').map_or(rest, |(interface, _)| interface))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tests::MANIFEST;

    fn with(imports: &[&str]) -> Result<(), RightsError> {
        let imports = imports.iter().map(|&import| import.into()).collect();
        let exports = vec!["tieline:connector/connector@0.1.0".into()];
        check(&Surface { imports, exports }, &Manifest::parse(MANIFEST).unwrap())
    }

    #[test]
    fn refuses_what_is_not_declared_and_says_the_line_that_would() {
        let error = with(&["tieline:connector/graph@0.1.0"]).unwrap_err();
        assert_eq!(error, RightsError::Undeclared("graph"));
        assert!(error.to_string().contains("[capabilities]\n    graph = \"why the connector needs it\""));
    }

    #[test]
    fn refuses_what_is_no_connector() {
        let surface = Surface { imports: vec![], exports: vec!["run".into()] };
        let manifest = Manifest::parse(MANIFEST).unwrap();
        assert_eq!(check(&surface, &manifest), Err(RightsError::NoConnector));
    }

    #[test]
    fn refuses_what_is_no_capability() {
        for import in [
            "wasi:keyvalue/store@0.2.6",
            "tieline:connector/root@0.1.0",
            "tieline:connectors/graph@0.1.0",
            "env",
            "graph",
        ] {
            assert_eq!(with(&[import]), Err(RightsError::Foreign(import.into())));
        }
    }

    #[test]
    fn allows_what_is_declared_and_what_is_harmless() {
        let allowed = ["types", "storage", "log", "clock", "random"];
        let imports = allowed.map(|interface| format!("tieline:connector/{interface}@0.1.0"));
        assert_eq!(with(&imports.each_ref().map(String::as_str)), Ok(()));
    }
}
