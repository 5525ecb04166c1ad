//! The engine on the host against a bare loop, in one run: `cargo bench --bench engine`.
//!
//! The two take turns, so that a machine whose speed drifts slows both. Prints one JSON object a line.

mod bare;

use paxos_playground::check::Properties;
use paxos_playground::paxos::synod::Synod;
use paxos_playground::paxos::{Knobs, Micros, System};
use paxos_playground::sim::{World, settings};
use std::time::Instant;

const RUNS: u64 = 4_000;
const TURNS: usize = 9;

/// Runs of the engine with history and digest on; returns the events.
fn engine(watched: bool) -> u64 {
    let mut knobs = Knobs::default();
    knobs.set(&settings::LOSS, 100_000);
    knobs.set(&settings::DUPLICATE, 10_000);
    let system = Synod::configure(&knobs, &mut Vec::new());
    let mut events = 0;
    for seed in 0..RUNS {
        let mut world = World::new(system.clone(), knobs.clone(), seed, Vec::new(), 200_000);
        events += if watched {
            world.advance(Micros(600_000_000), u64::MAX, &mut Properties::new(system.clone()))
        } else {
            world.advance(Micros(600_000_000), u64::MAX, &mut ())
        };
        std::hint::black_box(world.digest());
    }
    events
}

fn rate(work: impl Fn() -> u64) -> f64 {
    let start = Instant::now();
    let events = std::hint::black_box(work());
    events as f64 / start.elapsed().as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn main() {
    let (mut ratios, mut engines, mut watched, mut bares) = (vec![], vec![], vec![], vec![]);
    for _ in 0..TURNS {
        let bare = rate(|| (0..RUNS).map(|seed| std::hint::black_box(bare::run(seed))).sum());
        let plain = rate(|| engine(false));
        let with_properties = rate(|| engine(true));
        ratios.push(plain / bare);
        engines.push(plain);
        watched.push(with_properties);
        bares.push(bare);
    }
    let ratio = median(ratios);
    let million = |figures| median(figures) / 1e6;
    println!(
        "{{\"what\":\"engine against a bare loop, host (ratio of events/s)\",\"value\":{:.3},\"bar\":0.3,\"pass\":{}}}",
        ratio,
        ratio >= 0.3
    );
    eprintln!(
        "engine {:.2} M events/s, with properties {:.2} M, bare loop {:.2} M",
        million(engines),
        million(watched),
        million(bares)
    );
}
