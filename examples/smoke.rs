use paxos_playground::{paxos::*, run, scenario::*};
fn main() {
    let mut knobs = Knobs::default();
    let set: Vec<String> = std::env::args().skip(1).collect();
    let about = registry::SYSTEMS[0];
    let mut seed = 1;
    for s in &set {
        let (k, v) = s.split_once('=').unwrap();
        if k == "seed" {
            seed = v.parse().unwrap();
            continue;
        }
        let knob = about.knobs.iter().chain(paxos_playground::sim::settings::KNOBS).find(|x| x.key == k).unwrap();
        knobs.set(knob, v.parse().unwrap());
    }
    let scenario =
        Scenario { system: "synod", knobs, seed, plan: vec![], show: Show { time: Micros::ZERO, speed: 100 } };
    let (mut run, notices) = run::open(&scenario);
    for n in notices {
        println!("! {n}");
    }
    let n = run.advance(Micros(60_000_000), 100_000);
    if n < 400 {
        for e in run.log(0, u64::MAX) {
            println!(
                "{:>4} {:>9} {} {}",
                e.event,
                e.time.to_string(),
                e.text,
                e.explanations.iter().map(|x| format!("| {} [{}]", x.text, x.source)).collect::<String>()
            );
        }
    }
    println!("{n} events, digest {:016x}\n{:?}\n{:?}", run.digest(), run.metrics(), run.chosen());
    for p in run.properties() {
        if let Some(b) = p.broken {
            println!("BROKEN {} {:?}", p.name, b);
        }
    }
}
