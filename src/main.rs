//! The `procura` command.

fn main() {}
