//! Chance is local: what is changed in one place changes nothing else.

use super::mix::{Mix, Rules, check, mixes_of};
use super::{MINUTE, MOST};
use paxos_playground::paxos::registry::{self, SYSTEMS, Visitor};
use paxos_playground::paxos::{Micros, NodeId, System};
use paxos_playground::scenario::Scenario;
use paxos_playground::sim::{Action, At, Intervention, Letter, Loss, What, World, settings};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What became of a letter by chance alone.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Fate {
    Lost,
    /// Travelled so long.
    Travelled(u64),
}

/// The fate of every letter of a run, and its events as hashes.
struct Fates<'a>(&'a Scenario);

/// The fates, then for each event its hash and whether chance lost a letter there.
type Seen = (BTreeMap<Letter, Fate>, Vec<(u64, Option<Letter>)>);

impl Visitor for Fates<'_> {
    type Output = Seen;

    fn visit<S: System>(self) -> Self::Output {
        let Scenario { knobs, seed, plan, .. } = self.0;
        let system = S::configure(knobs, &mut Vec::new());
        let mut world = World::new(system, knobs.clone(), *seed, plan.clone(), 1 << 20);
        world.advance(MINUTE, MOST, &mut ());
        let (mut fates, mut events) = (BTreeMap::new(), Vec::new());
        for number in world.history().range() {
            let Some(event) = world.history().get(number) else { continue };
            let sent = event
                .cause
                .event()
                .and_then(|cause| world.history().get(cause))
                .map_or(Micros::ZERO, |cause| cause.time);
            let mut lost = None;
            match event.what {
                What::Lost(letter, _, Loss::Chance) => {
                    lost = Some(letter);
                    fates.insert(letter, Fate::Lost);
                }
                What::Delivered(letter, _) | What::Lost(letter, _, Loss::Absent | Loss::Down) => {
                    fates.insert(letter, Fate::Travelled(event.time.0 - sent.0));
                }
                _ => {}
            }
            if !matches!(event.what, What::Hand(_)) {
                events.push((paxos_playground::sim::Digest::of(&(event.time, event.node, &event.what)), lost));
            }
        }
        (fates, events)
    }
}

fn fates(scenario: &Scenario) -> Seen {
    registry::visit(scenario.system, Fates(scenario)).expect("a system")
}

/// Settings in which a letter's fate is chance alone, and its way one leg.
fn plain(about: &'static paxos_playground::paxos::About) -> BoxedStrategy<Mix> {
    let mix = mixes_of(about, Rules::Kept, 0..1);
    let keep = |key: &str| !matches!(key, "transport" | "order" | "failure");
    mix.prop_map(move |mut mix| {
        mix.knobs.retain(|(key, _)| keep(key));
        mix.knobs.push(("failure", 0));
        mix
    })
    .boxed()
}

fn each_system() -> impl Strategy<Value = Mix> {
    proptest::sample::select(SYSTEMS.to_vec()).prop_flat_map(plain)
}

#[test]
fn a_higher_loss_only_adds_losses() {
    check(600, each_system(), |mix| {
        let at = |loss| {
            let mut scenario = mix.scenario();
            scenario.knobs.set(&settings::LOSS, loss);
            fates(&scenario)
        };
        let low = 20_000 + (mix.seed % 10) as i64 * 20_000;
        let ((few, fewer_events), (many, more_events)) = (at(low), at(low + 100_000));
        let kept = few.iter().filter(|(letter, fate)| **fate == Fate::Lost && many.contains_key(letter));
        for (letter, _) in kept {
            if many[letter] != Fate::Lost {
                return Err(format!("{letter:?} is lost at {low} and arrives at {}", low + 100_000));
            }
        }
        let first = fewer_events.iter().zip(&more_events).find(|(one, other)| one.0 != other.0);
        match first {
            Some((_, (_, Some(letter)))) if few.get(letter) != Some(&Fate::Lost) => Ok(()),
            None => Ok(()),
            Some((one, other)) => Err(format!("the runs part at something else than a loss: {one:?} and {other:?}")),
        }
    });
}

#[test]
fn what_is_done_to_one_link_leaves_the_chances_of_the_others() {
    check(600, each_system(), |mix| {
        let before = mix.scenario();
        let nodes = paxos_playground::run::open(&before).0.nodes().len() as u64;
        let (from, to) = (NodeId((mix.seed % nodes) as u8), NodeId((mix.seed / nodes % nodes) as u8));
        let key = ["loss", "delay", "duplicate"][mix.seed as usize % 3];
        let at = At { time: Micros(mix.seed % 3_000_000), after: 0 };
        let action = Action::Tune(from, to, key.into(), 900_000);
        let after = Scenario { plan: vec![Intervention { at, action }], ..before.clone() };
        let ((before, _), (after, _)) = (fates(&before), fates(&after));
        for (letter, fate) in before.iter().filter(|(letter, _)| (letter.from, letter.to) != (from, to)) {
            // A letter that was on its way when the run ended has no fate yet.
            if after.get(letter).is_some_and(|other| other != fate) {
                return Err(format!("{letter:?}: {fate:?} became {:?}", after[letter]));
            }
        }
        Ok(())
    });
}
