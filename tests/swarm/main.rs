//! Thousands of runs over random mixes of settings, faults and deeds by hand, of every system there is.
//!
//! The cases are the same each time. `SWARM=20000` runs that many of each, and `SWARM_SEED=…` (any number) others. A
//! case that fails is shrunk and printed as a command that shows the run.

mod chance;
mod mix;
mod progress;
mod world;

use mix::{Mix, check, mixes, play, shown};
use paxos_playground::paxos::Micros;
use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::run::{self, Metrics, Run};
use paxos_playground::scenario::Scenario;

const MINUTE: Micros = Micros(60_000_000);

/// The most events of one run: some settings let nodes talk without end in no time.
const MOST: u64 = 4_000;

/// Runs of each system that must keep every property.
const SAFE: u32 = 2_500;

#[test]
fn nothing_that_the_network_or_a_sound_node_does_breaks_a_property() {
    for about in SYSTEMS {
        check(SAFE, mix::mixes_of(about, mix::Rules::Kept, 0..16), |mix| {
            let mut run = mix.open();
            play(&mut *run, mix, MOST);
            run.advance(MINUTE, MOST);
            match run.properties().into_iter().find_map(|property| Some((property.name, property.broken?))) {
                None => Ok(()),
                Some((name, (event, what))) => Err(format!("{name} broke at event {event}: {what}")),
            }
        });
        println!("{}: {SAFE} runs keep every property", about.key);
    }
}

/// The run that `link` opens to, let go on until it is as far as `other`.
fn again(link: &str, other: &dyn Run) -> Result<Box<dyn Run>, String> {
    let (scenario, notices) = Scenario::from_link(link);
    if let Some(notice) = notices.first() {
        return Err(format!("its own link is not understood: {notice}"));
    }
    let (mut run, _) = run::open(&scenario);
    run.advance(other.time(), other.events());
    Ok(run)
}

/// What depends on the time is not compared: where nothing is to happen any more but what leaves no trace, a run may stop early.
fn same(what: &str, one: &dyn Run, other: &dyn Run) -> Result<(), String> {
    let [one, other] = [one, other].map(|run| {
        let metrics = Metrics { time: Micros::ZERO, quorum_up: Micros::ZERO, ..run.metrics() };
        (run.digest(), run.events(), run.chosen(), metrics)
    });
    if one == other { Ok(()) } else { Err(format!("{what}: {one:?}\nis not {other:?}")) }
}

#[test]
fn a_run_made_by_hand_opens_from_its_link_to_the_same_digest() {
    check(2_000, mixes(mix::Rules::Broken), |mix| {
        let mut run = mix.open();
        play(&mut *run, mix, MOST);
        let mut opened = again(&run.scenario().link(), &*run)?;
        same("where the hand stopped", &*run, &*opened)?;
        for run in [&mut run, &mut opened] {
            run.advance(MINUTE, MOST);
        }
        same("a minute on", &*run, &*opened)
    });
}

#[test]
fn a_run_is_the_same_in_one_go_and_in_steps_of_any_size() {
    check(500, mixes(mix::Rules::Broken), |mix| {
        let mut made = mix.open();
        play(&mut *made, mix, MOST);
        let open = || run::open(made.scenario()).0;
        let (mut whole, mut stepped) = (open(), open());
        whole.advance(MINUTE, MOST);
        let mut sizes = (0..).map(|n: u64| paxos_playground::sim::Digest::of(&(mix.seed, n)));
        let end = whole.events();
        while stepped.events() < end {
            let (size, before) = (sizes.next().unwrap_or(0), stepped.time());
            match size % 4 {
                0 => drop(stepped.step()),
                1 => drop(stepped.advance(MINUTE, (1 + size / 4 % 50).min(end - stepped.events()))),
                _ => {
                    let to = stepped.time().plus(Micros(size / 4 % 700_000)).0.min(MINUTE.0);
                    let left = end - stepped.events();
                    if stepped.advance(Micros(to), left) < left && stepped.time().0 != to.max(before.0) {
                        return Err(format!("asked to go to {to}us, it went to {}us", stepped.time().0));
                    }
                }
            }
        }
        stepped.advance(whole.time(), 0);
        if (whole.digest(), whole.events()) != (stepped.digest(), stepped.events()) {
            return Err(format!("{} is not {}", shown(&*whole), shown(&*stepped)));
        }
        Ok(())
    });
}

#[test]
fn whatever_is_done_every_event_can_be_told_in_words() {
    check(300, mixes(mix::Rules::Broken), |mix: &Mix| {
        let mut run = mix.open();
        play(&mut *run, mix, MOST);
        run.advance(MINUTE, 1_000);
        let log = run.log(0, u64::MAX);
        if let Some(entry) = log.iter().find(|entry| entry.text.is_empty()) {
            return Err(format!("event {} is told in no word", entry.event));
        }
        if let Some(entry) = log.iter().find(|entry| entry.cause.is_some_and(|cause| cause >= entry.event)) {
            return Err(format!("event {} comes before its cause", entry.event));
        }
        Ok(())
    });
}
