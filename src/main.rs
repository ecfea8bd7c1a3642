//! The binary. See [`people360::cli`] for what it can do.

fn main() -> std::process::ExitCode {
    people360::cli::main()
}
