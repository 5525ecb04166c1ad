//! `paxos`, the command line: runs scenarios without a browser. In a browser it is nothing.

#[cfg(not(target_arch = "wasm32"))]
mod check;
#[cfg(not(target_arch = "wasm32"))]
mod cli;
#[cfg(not(target_arch = "wasm32"))]
mod compare;
#[cfg(not(target_arch = "wasm32"))]
mod knobs;
#[cfg(not(target_arch = "wasm32"))]
mod live;
#[cfg(not(target_arch = "wasm32"))]
mod report;

fn main() -> std::process::ExitCode {
    #[cfg(not(target_arch = "wasm32"))]
    return cli::main();
    #[cfg(target_arch = "wasm32")]
    std::process::ExitCode::SUCCESS
}
