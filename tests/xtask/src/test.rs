//! `cargo xtask test`

use clap::Args;

use crate::{
    api, console,
    failure::Failure,
    guests, tool,
    workspace::{Workspace, run as run_it},
};

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Only a module of the end-to-end tests (`first_light`), a package (`store` or `tieline-store`), or tests
    /// whose name or module starts so.
    #[arg(long, value_name = "NAME")]
    filter: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let expression = match &options.filter {
        Some(name) => Some(expression(name, &workspace.packages)?),
        None => None,
    };
    tool::NEXTEST.ensure(workspace)?;
    guests::build(workspace)?;
    if expression.is_none() {
        console::build(workspace)?;
    }
    workspace.build_binaries()?;
    let mut nextest = workspace.cargo(&["nextest", "run", "--locked", "--workspace"]);
    match expression {
        Some(expression) => run_it(nextest.args(["-E", &expression])),
        // nextest runs no examples of the documentation.
        None => {
            run_it(&mut workspace.cargo(&["test", "--locked", "--quiet", "--workspace", "--doc"]))?;
            run_it(&mut nextest)?;
            api::ask(workspace, api::FEW)?;
            console::check(workspace)
        }
    }
}

/// The filter in nextest's language. A package is named only if there is one: nextest takes the name of a
/// package that does not exist for an error.
fn expression(name: &str, packages: &[String]) -> Result<String, Failure> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-:".contains(letter);
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Failure::Filter(name.into()));
    }
    let mut expression = format!("test(/(^|::){name}/)");
    for package in [name.to_owned(), format!("tieline-{name}")] {
        if packages.contains(&package) {
            expression.push_str(&format!(" | package(={package})"));
        }
    }
    Ok(expression)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_not_a_way_to_write_expressions() {
        for name in ["", "a)", "a b", "a.*", "a/"] {
            assert!(expression(name, &[]).is_err(), "{name}");
        }
    }

    #[test]
    fn a_name_selects_modules_and_the_package_if_there_is_one() {
        let packages = ["tieline-store".to_owned(), "xtask".to_owned()];
        let table = [
            ("first_light", "test(/(^|::)first_light/)"),
            ("store", "test(/(^|::)store/) | package(=tieline-store)"),
            ("xtask", "test(/(^|::)xtask/) | package(=xtask)"),
            ("first_light::kill-9", "test(/(^|::)first_light::kill-9/)"),
        ];
        for (name, expected) in table {
            assert_eq!(expression(name, &packages).unwrap(), expected);
        }
    }
}
