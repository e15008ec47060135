//! The command `procura`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    procura::cli::main()
}
