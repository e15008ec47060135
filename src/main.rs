//! The command `procura`: parse, run, exit code.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    procura::cli::main()
}
