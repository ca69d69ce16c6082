//! The `maillage` binary.

/// Runs the command line.
fn main() -> std::process::ExitCode {
    maillage_api::cli::main()
}
