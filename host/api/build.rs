//! Looks whether the console was built anew since: what is embedded is found out while this crate is compiled.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Kept in the repository for this: a folder that is not there would be looked for at every build.
    println!("cargo::rerun-if-changed=console/dist");
}
