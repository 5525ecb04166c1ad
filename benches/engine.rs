//! The engine on the host against a bare loop, in one run: `cargo bench --bench engine`.
//!
//! The two take turns, so that a machine whose speed drifts slows both. Prints one JSON object a line.

mod bare;
mod load;

use std::time::Instant;

const RUNS: u64 = 4_000;
const TURNS: usize = 11;
/// Runs of pmmc, each with as many events as some hundred of synod.
const LONG_RUNS: u64 = 6;

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
    let (mut ratios, mut watched) = (vec![], vec![]);
    let (mut long, mut long_watched) = (vec![], vec![]);
    let mut rates = [vec![], vec![], vec![], vec![]];
    for _ in 0..TURNS {
        let bare = rate(|| (0..RUNS).map(|seed| std::hint::black_box(bare::run(seed))).sum());
        let plain = rate(|| load::run(0..RUNS, false));
        let with_properties = rate(|| load::run(0..RUNS, true));
        let pmmc = rate(|| load::run_pmmc(0..LONG_RUNS, false));
        long_watched.push(rate(|| load::run_pmmc(0..LONG_RUNS, true)) / with_properties);
        long.push(pmmc / plain);
        ratios.push(plain / bare);
        watched.push(with_properties / bare);
        for (rates, rate) in rates.iter_mut().zip([plain, with_properties, bare, pmmc]) {
            rates.push(rate / 1e6);
        }
    }
    let (ratio, watched) = (median(ratios), median(watched));
    println!(
        "{{\"what\":\"engine with history and digest against a bare loop, host (ratio of events/s)\",\"value\":{ratio:.3},\
         \"bar\":0.3,\"pass\":{}}}",
        ratio >= 0.3
    );
    println!("{{\"what\":\"the same with the properties judged as well\",\"value\":{watched:.3}}}");
    let long = median(long);
    println!(
        "{{\"what\":\"pmmc, 5 clients × 100 commands, loss and crashes, against synod (ratio of events/s)\",\"value\":{long:.3},\
         \"bar\":0.5,\"pass\":{}}}",
        long >= 0.5
    );
    println!(
        "{{\"what\":\"the same with the properties judged, against synod's\",\"value\":{:.3}}}",
        median(long_watched)
    );
    let [plain, properties, bare, pmmc] = rates.map(median);
    eprintln!(
        "engine {plain:.2} M events/s, with properties {properties:.2} M, bare loop {bare:.2} M, pmmc {pmmc:.2} M"
    );
}
