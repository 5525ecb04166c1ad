//! The work that benches measure: default synods with loss 0.1 and duplication 0.01, one for each seed, to their ends.

use paxos_playground::check::Properties;
use paxos_playground::paxos::pmmc::Pmmc;
use paxos_playground::paxos::synod::Synod;
use paxos_playground::paxos::{Knobs, Micros, System};
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::{World, settings};

/// Lets the runs of `seeds` happen, with history and digest on, and with the properties if they are to be `watched`.
/// Returns how many events there were.
pub fn run(seeds: std::ops::Range<u64>, watched: bool) -> u64 {
    let mut knobs = Knobs::default();
    knobs.set(&settings::LOSS, 100_000);
    knobs.set(&settings::DUPLICATE, 10_000);
    let system = Synod::configure(&knobs, &mut Vec::new());
    let mut events = 0;
    for seed in seeds {
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

/// As [`run`], of pmmc: three replicas, three leaders, five acceptors, five clients with a hundred commands each, loss
/// 0.1 and crashes of every role.
#[allow(dead_code, reason = "the bench in a browser does without")]
pub fn run_pmmc(seeds: std::ops::Range<u64>, watched: bool) -> u64 {
    let link = "system=pmmc&replicas=3&leaders=3&acceptors=5&clients=5&commands=100&loss=0.1&failure=0.001&fails=all";
    let (scenario, notices) = Scenario::from_link(link);
    assert_eq!(notices, []);
    let system = Pmmc::configure(&scenario.knobs, &mut Vec::new());
    let mut events = 0;
    for seed in seeds {
        let mut world = World::new(system.clone(), scenario.knobs.clone(), seed, Vec::new(), 200_000);
        events += if watched {
            world.advance(Micros(3_600_000_000), u64::MAX, &mut Properties::new(system.clone()))
        } else {
            world.advance(Micros(3_600_000_000), u64::MAX, &mut ())
        };
        std::hint::black_box(world.digest());
    }
    events
}
