//! The choice between the two ways: a function of what was observed, and of nothing else.

use std::path::PathBuf;

use super::{ToolchainError, Way};

/// rustup's target on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Installed,
    /// rustup is here and was not asked yet.
    Addable,
    /// It is not to be had, and this is why: a clause without a full stop.
    Refused(String),
}

/// What was observed.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) way: Option<Way>,
    pub(super) target: Target,
    /// Those of Debian's packages that are not installed.
    pub(super) missing: Vec<&'static str>,
    /// `rust-lld` of a rustup toolchain.
    pub(super) linker: Option<PathBuf>,
    pub(super) apt: bool,
    pub(super) root: bool,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    AddTarget,
    Install(Vec<&'static str>),
    Rustup,
    Debian { linker: PathBuf },
}

pub(super) fn next(facts: &Facts) -> Result<Next, ToolchainError> {
    let why = match (facts.way, &facts.target) {
        (Some(Way::Debian), _) => "the Debian way was demanded".into(),
        (_, Target::Installed) => return Ok(Next::Rustup),
        (_, Target::Addable) => return Ok(Next::AddTarget),
        (Some(Way::Rustup), Target::Refused(why)) => {
            return Err(ToolchainError::NoTarget { why: why.clone() });
        }
        (None, Target::Refused(why)) => why.clone(),
    };
    let missing = facts.missing.clone();
    match &facts.linker {
        _ if !missing.is_empty() && !facts.apt => Err(ToolchainError::NoWay { why }),
        None => Err(ToolchainError::NoLinker),
        Some(linker) if missing.is_empty() => Ok(Next::Debian { linker: linker.clone() }),
        Some(_) if facts.root => Ok(Next::Install(missing)),
        Some(_) => Err(ToolchainError::NeedsRoot { why, missing }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine on which nothing is to be had.
    fn bare() -> Facts {
        Facts {
            way: None,
            target: Target::Refused("rustup is not installed".into()),
            missing: vec!["rustc-web"],
            linker: None,
            apt: false,
            root: false,
        }
    }

    #[test]
    fn refuses_with_what_would_help() {
        let why = || "rustup is not installed".to_owned();
        let lld = || Some("/lld".into());
        let rustup = Some(Way::Rustup);
        let table = [
            (bare(), ToolchainError::NoWay { why: why() }),
            (Facts { way: rustup, ..bare() }, ToolchainError::NoTarget { why: why() }),
            (
                Facts { way: rustup, missing: vec![], linker: lld(), ..bare() },
                ToolchainError::NoTarget { why: why() },
            ),
            (Facts { apt: true, root: true, ..bare() }, ToolchainError::NoLinker),
            (Facts { missing: vec![], ..bare() }, ToolchainError::NoLinker),
            (
                Facts { apt: true, linker: lld(), ..bare() },
                ToolchainError::NeedsRoot { why: why(), missing: vec!["rustc-web"] },
            ),
        ];
        for (facts, expected) in table {
            assert_eq!(next(&facts), Err(expected), "{facts:?}");
        }
    }

    #[test]
    fn takes_what_is_there_before_it_fetches_and_rustup_before_debian() {
        let debian = || Next::Debian { linker: "/lld".into() };
        let lld = || Some("/lld".into());
        let wish = Some(Way::Debian);
        let table = [
            (Facts { target: Target::Installed, ..bare() }, Next::Rustup),
            (Facts { target: Target::Installed, missing: vec![], linker: lld(), ..bare() }, Next::Rustup),
            (Facts { target: Target::Addable, missing: vec![], linker: lld(), ..bare() }, Next::AddTarget),
            (Facts { missing: vec![], linker: lld(), ..bare() }, debian()),
            (Facts { linker: lld(), apt: true, root: true, ..bare() }, Next::Install(vec!["rustc-web"])),
            (
                Facts { way: wish, target: Target::Installed, missing: vec![], linker: lld(), ..bare() },
                debian(),
            ),
        ];
        for (facts, expected) in table {
            assert_eq!(next(&facts), Ok(expected), "{facts:?}");
        }
    }

    #[test]
    fn the_refusal_for_want_of_root_names_the_commands() {
        let facts = Facts { apt: true, linker: Some("/lld".into()), ..bare() };
        let said = next(&facts).unwrap_err().to_string();
        assert!(said.contains("rustup is not installed, and rustc-web is not installed"), "{said}");
        assert!(said.contains("\n    apt-get update\n    apt-get install -y"), "{said}");
    }
}
