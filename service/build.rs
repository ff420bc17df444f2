//! A new migration is a reason to build again: its text becomes part of the program.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
