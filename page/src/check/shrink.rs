//! A failing run made smaller: less done by hand, fewer faults, fewer nodes, an earlier end. Nothing is left out unless
//! the run without it was run and breaks the same property.

use super::plan::roles;
use paxos_playground::paxos::{Kind, Knob, Micros};
use paxos_playground::run;
use paxos_playground::scenario::{Scenario, knobs_of};
use paxos_playground::sim::settings;

/// Runs are cut off after so many events: one that goes round in circles has an end.
const MOST_EVENTS: u64 = 20_000;
/// The most runs that are tried to make one smaller.
const TRIES: u32 = 300;
/// Other seeds are tried up to this one.
const SEEDS: u64 = 20;

/// What became of a run.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Fate {
    /// The first property that broke.
    pub broken: Option<Broken>,
    /// When a value was first chosen.
    pub chosen: Option<Micros>,
    /// Messages sent.
    pub messages: u64,
    /// Events.
    pub events: u64,
}

/// How a property broke.
#[derive(Clone, PartialEq, Debug)]
pub struct Broken {
    /// Which property.
    pub property: &'static str,
    /// What happened.
    pub what: String,
    /// The event.
    pub event: u64,
    /// When.
    pub time: Micros,
}

/// Runs the scenario until that time.
pub fn fate(scenario: &Scenario, until: Micros) -> Fate {
    let (mut run, _) = run::open_bounded(scenario, MOST_EVENTS as usize + 1);
    let events = run.advance(until, MOST_EVENTS);
    let metrics = run.metrics();
    let broken = run.properties().into_iter().filter_map(|property| {
        let (event, what) = property.broken?;
        let time = run.log(event, event + 1).first().map_or(Micros::ZERO, |entry| entry.time);
        Some(Broken { property: property.name, what, event, time })
    });
    Fate {
        broken: broken.min_by_key(|broken| broken.event),
        chosen: metrics.first_chosen,
        messages: metrics.messages.iter().map(|row| row.1).sum(),
        events,
    }
}

/// The scenario as it opens shortly before that time.
pub fn before(scenario: &Scenario, time: Micros) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.show.time = Micros(time.0.saturating_sub(1_000_000));
    scenario
}

/// A smaller run that breaks the same property first, as it opens shortly before that, and what was changed in words.
pub fn shrink(scenario: &Scenario, property: &str, until: Micros) -> (Scenario, Vec<String>) {
    let mut best = scenario.clone();
    let mut end = until;
    let mut without: Vec<String> = Vec::new();
    let mut tries = 0;
    let breaks = |candidate: &Scenario, tries: &mut u32| {
        *tries += 1;
        fate(candidate, until).broken.filter(|broken| broken.property == property)
    };
    let Some(broken) = breaks(&best, &mut tries) else { return (best, without) };
    end = end.min(broken.time);
    // From the beginning again after each success: what could not be left out before may be now.
    'again: while tries < TRIES {
        for (candidate, change) in candidates(&best, end) {
            if tries >= TRIES {
                break 'again;
            }
            if let Some(broken) = breaks(&candidate, &mut tries) {
                best = candidate;
                end = broken.time;
                // A knob that is changed again was changed once.
                let name = change.split(':').next().unwrap_or_default().to_owned();
                without.retain(|other| !other.starts_with(&name));
                without.push(change);
                continue 'again;
            }
        }
        break;
    }
    if let Some((seed, broken)) = earlier(&best, end, |candidate| breaks(candidate, &mut 0)) {
        without.push(format!("seed: {} → {seed}", best.seed));
        best.seed = seed;
        end = broken;
    }
    (before(&best, end), without)
}

/// A seed with which it breaks earlier, and when.
fn earlier(
    scenario: &Scenario,
    end: Micros,
    mut breaks: impl FnMut(&Scenario) -> Option<Broken>,
) -> Option<(u64, Micros)> {
    let ends = (1..=SEEDS).filter_map(|seed| {
        let broken = breaks(&Scenario { seed, ..scenario.clone() })?;
        (broken.time < end).then_some((seed, broken.time))
    });
    ends.min_by_key(|(seed, time)| (*time, *seed))
}

/// Every scenario that is one step smaller, the much smaller ones first, each with what was changed. What acts after
/// `end` does nothing for the failure.
fn candidates(scenario: &Scenario, end: Micros) -> Vec<(Scenario, String)> {
    let mut found = Vec::new();
    let plan = &scenario.plan;
    let mut keep = |plan: Vec<_>| {
        let change = format!("by hand: {} → {}", scenario.plan.len(), plan.len());
        found.push((Scenario { plan, ..scenario.clone() }, change));
    };
    if !plan.is_empty() {
        keep(Vec::new());
        if plan.iter().any(|step| step.at.time > end) {
            keep(plan.iter().filter(|step| step.at.time <= end).cloned().collect());
        }
        for at in 0..plan.len() {
            keep(plan.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, step)| step.clone()).collect());
        }
    }
    let mut turn = |knob: &'static Knob, value: i64| {
        let now = scenario.knobs.get(knob);
        let mut smaller = scenario.clone();
        smaller.knobs.set(knob, value);
        if smaller != *scenario {
            let change = format!("{}: {} → {}", knob.label, knob.kind.format(now), knob.kind.format(value));
            found.push((smaller, change));
        }
    };
    for knob in settings::KNOBS {
        if matches!(knob.kind, Kind::Probability { .. }) {
            let now = scenario.knobs.get(knob);
            turn(knob, 0);
            // Half as likely, down to one in a hundred.
            if now > 20_000 {
                turn(knob, now / 20_000 * 10_000);
            }
        }
    }
    // Plans name nodes; without a plan their number is free.
    if plan.is_empty() {
        for knob in roles(scenario) {
            let Kind::Count { min, .. } = knob.kind else { continue };
            let now = scenario.knobs.get(knob);
            [min, now / 2, now - 1].into_iter().filter(|fewer| (min..now).contains(fewer)).for_each(|fewer| {
                turn(knob, fewer);
            });
        }
    }
    let counted = roles(scenario);
    for knob in knobs_of(scenario.about()).filter(|knob| !counted.contains(knob)) {
        if !matches!(knob.kind, Kind::Probability { .. } | Kind::Set(_)) {
            turn(knob, knob.default);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIL: Micros = Micros(30_000_000);

    /// A failing run with much about it that does not matter.
    fn failing() -> (Scenario, &'static str) {
        let link =
            "acceptors=7&proposers=3&learners=2&break=ignore-accepted&loss=0.1&duplicate=0.3&jitter=400ms&reorder=0.2";
        let seeds = (1..200).map(|seed| Scenario { seed, ..Scenario::from_link(link).0 });
        let mut broken = seeds.filter_map(|scenario| {
            let property = fate(&scenario, UNTIL).broken?.property;
            Some((scenario, property))
        });
        broken.next().expect("some seed fails")
    }

    #[test]
    fn a_smaller_run_breaks_the_same_property_with_less_about_it() {
        let (scenario, property) = failing();
        let (small, without) = shrink(&scenario, property, UNTIL);
        let broken = fate(&small, UNTIL).broken.expect("it still fails");
        assert_eq!(broken.property, property);
        assert!(small.show.time <= broken.time);
        let nodes = |scenario: &Scenario| roles(scenario).iter().map(|knob| scenario.knobs.get(knob)).sum::<i64>();
        assert!(nodes(&small) < nodes(&scenario), "{without:?}");
        assert_eq!(small.knobs.get(&settings::DUPLICATE), 0, "{without:?}");
        // No single step makes it smaller still.
        let same =
            |candidate: &Scenario| fate(candidate, UNTIL).broken.is_some_and(|broken| broken.property == property);
        let end = broken.time;
        let further = candidates(&Scenario { seed: scenario.seed, ..small }, end);
        assert!(without.iter().any(|change| change.starts_with("seed")) || !further.iter().any(|(run, _)| same(run)));
    }

    /// With several rules off, a run with less about it may well break something else.
    #[test]
    fn what_breaks_stays_what_it_was() {
        let link = "acceptors=5&proposers=3&learners=2&loss=0.1&jitter=600ms&duplicate=0.2&break=count-replies,ignore-accepted";
        let mut properties = std::collections::BTreeSet::new();
        for seed in 0..12 {
            let scenario = Scenario { seed, ..Scenario::from_link(link).0 };
            let Some(broken) = fate(&scenario, UNTIL).broken else { continue };
            let (small, without) = shrink(&scenario, broken.property, UNTIL);
            let still = fate(&small, UNTIL).broken.map(|broken| broken.property);
            assert_eq!(still, Some(broken.property), "seed {seed}: {without:?}");
            properties.insert(broken.property);
        }
        assert!(properties.len() > 1, "{properties:?}");
    }

    #[test]
    fn what_was_done_by_hand_and_does_not_matter_is_left_out() {
        let (mut scenario, property) = failing();
        let text = r#"{"system":"synod","knobs":{"acceptors":7,"proposers":3},"plan":[{"at":"1ms","do":"slow A7 5ms"},{"at":"29s","do":"crash A1"}]}"#;
        scenario.plan = Scenario::from_text(text).unwrap().0.plan;
        assert_eq!(scenario.plan.len(), 2);
        if fate(&scenario, UNTIL).broken.is_some_and(|broken| broken.property == property) {
            let (small, without) = shrink(&scenario, property, UNTIL);
            assert!(small.plan.len() < 2, "{without:?}");
        } else {
            panic!("it fails with something done by hand, too");
        }
    }

    #[test]
    fn a_run_that_does_not_fail_stays_as_it_is() {
        let scenario = Scenario::default();
        assert_eq!(shrink(&scenario, "agreement", UNTIL), (scenario, Vec::new()));
    }
}
