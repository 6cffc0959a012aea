//! `cargo xtask plugins`

use crate::{failure::Failure, guests, workspace::Workspace};

pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    for built in guests::build(workspace)? {
        let state = if built.unchanged { "up to date" } else { "built" };
        println!("{} {} bytes {} {state}", built.wasm.display(), built.size, built.digest());
    }
    Ok(())
}
