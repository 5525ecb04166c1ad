use paxos_playground::check::explore::*;
use paxos_playground::paxos::{System, synod::Synod};
use paxos_playground::scenario::Scenario;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (s, n) = Scenario::from_link(&a[1]);
    for n in n {
        println!("! {n}");
    }
    let system = Synod::configure(&s.knobs, &mut vec![]);
    let g = |k: &str, d: u64| a.iter().position(|x| x == k).map_or(d, |i| a[i + 1].parse().unwrap());
    let bounds = Bounds {
        network: if a.iter().any(|x| x == "once") { Network::Once } else { Network::Set },
        rounds: g("r", 1) as u32,
        crashes: g("c", 0) as u8,
        restarts: g("u", 0) as u8,
        goal: a.iter().position(|x| x == "goal").map(|i| a[i + 1].parse().unwrap()),
        ..Bounds::default()
    };
    let start = std::time::Instant::now();
    let mut search = Search::new(Actors::new(system, bounds), 8 << 30, u64::MAX);
    let stop = loop {
        match search.go_on(100_000) {
            Stop::Paused => {}
            s => break s,
        }
    };
    let p = search.progress();
    let t = start.elapsed().as_secs_f64();
    println!(
        "{stop:?} {p:?}\n{:.2} M/s kept {:.1} B all {:.1} B runs {}",
        p.states as f64 / t / 1e6,
        p.kept as f64 / p.states as f64,
        p.bytes as f64 / p.states as f64,
        search.space().runs
    );
    if let Stop::Found { state, .. } = stop {
        println!("{:?}", search.way_to(state));
    }
}
