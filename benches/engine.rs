//! The engine on the host against a bare loop, in one run: `cargo bench --bench engine`.
//!
//! The two take turns, so that a machine whose speed drifts slows both. Prints one JSON object a line.

mod bare;
mod load;

use std::time::Instant;

const RUNS: u64 = 4_000;
const TURNS: usize = 11;

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
    let mut rates = [vec![], vec![], vec![]];
    for _ in 0..TURNS {
        let bare = rate(|| (0..RUNS).map(|seed| std::hint::black_box(bare::run(seed))).sum());
        let plain = rate(|| load::run(0..RUNS, false));
        let with_properties = rate(|| load::run(0..RUNS, true));
        ratios.push(plain / bare);
        watched.push(with_properties / bare);
        for (rates, rate) in rates.iter_mut().zip([plain, with_properties, bare]) {
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
    let [plain, properties, bare] = rates.map(median);
    eprintln!("engine {plain:.2} M events/s, with properties {properties:.2} M, bare loop {bare:.2} M");
}
