//! The engine's part of the browser bench, which `cargo xtask bench browser` drives: in the browser `run` is called by
//! the bench's page; on the host each line of input is a number of runs, and each line of output the events a second.

#[path = "../load/mod.rs"]
mod load;

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn run(from: u32, to: u32) -> f64 {
    load::run(u64::from(from)..u64::from(to), false) as f64
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let runs: u64 = line.trim().parse().expect("how many runs");
        let start = std::time::Instant::now();
        let events = load::run(0..runs, false);
        println!("{}", events as f64 / start.elapsed().as_secs_f64());
    }
}
