//! Runs that never change: scenarios with the digest they have on every platform. `tests/wasm.rs` checks the same file
//! in browsers.
//!
//! A bug fix adds the scenario that showed it. `UPDATE=1 cargo test --test goldens` writes the digests anew; a change
//! of any of them is a new version of the engine.

#[path = "common/goldens.rs"]
mod goldens;

use goldens::{Golden, measure, read};
use paxos_playground::paxos::registry::SYSTEMS;
use paxos_playground::scenario::presets::PRESETS;
use paxos_playground::scenario::{Scenario, knobs_of};
use paxos_playground::sim::Action;
use std::collections::BTreeSet;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens.txt");

#[test]
fn every_golden_run_is_as_it_was() {
    let text = std::fs::read_to_string(FILE).expect("goldens.txt");
    let (mut fresh, mut changed) = (String::new(), Vec::new());
    for line in text.lines() {
        match read(line) {
            None => fresh.push_str(line),
            Some(golden) => {
                let now = measure(golden.link);
                let written = now.to_string();
                if written != line {
                    changed.push(format!("  {line}\nis now\n  {written}"));
                }
                fresh.push_str(&written);
            }
        }
        fresh.push('\n');
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, fresh).expect("goldens.txt");
    } else if !changed.is_empty() {
        panic!("{}\n\nUPDATE=1 cargo test --test goldens writes them anew", changed.join("\n"));
    }
}

/// A preset whose run may change without notice is one whose text may become wrong.
#[test]
fn every_preset_is_a_golden_run() {
    let text = std::fs::read_to_string(FILE).expect("goldens.txt");
    let links: Vec<&str> = text.lines().filter_map(read).map(|golden| golden.link).collect();
    for preset in PRESETS {
        let link = preset.link();
        assert!(links.contains(&link.as_str()), "add `0 0 {link}` to goldens.txt: preset {}", preset.key);
    }
}

/// Every knob, every word of every choice, and every kind of action is part of some golden run.
#[test]
fn the_golden_runs_use_everything_there_is() {
    let text = std::fs::read_to_string(FILE).expect("goldens.txt");
    let links: Vec<&str> = text.lines().filter_map(read).map(|golden: Golden| golden.link).collect();
    let (mut used, mut acted) = (BTreeSet::new(), BTreeSet::new());
    for link in &links {
        let scenario = Scenario::from_link(link).0;
        used.extend(scenario.link().split('&').flat_map(|part| {
            let (key, values) = part.split_once('=').unwrap_or((part, ""));
            values.split(',').map(|value| (scenario.system, key.to_string(), value.to_string())).collect::<Vec<_>>()
        }));
        acted.extend(scenario.plan.iter().map(|step| kind(&step.action)));
    }
    for about in SYSTEMS {
        for knob in knobs_of(about) {
            let mut of_knob = used.iter().filter(|(system, key, _)| *system == about.key && key == knob.key);
            assert!(of_knob.next().is_some(), "no golden run of {} sets {}", about.key, knob.key);
        }
        for rule in about.rules {
            let word = (about.key, "break".to_string(), rule.name.to_string());
            assert!(used.contains(&word), "no golden run of {} has break={}", about.key, rule.name);
        }
    }
    let missing: Vec<_> = KINDS.iter().filter(|kind| !acted.contains(**kind)).collect();
    assert!(missing.is_empty(), "no golden run does {missing:?}");
}

const KINDS: [&str; 26] = [
    "Crash",
    "Restart",
    "Pause",
    "Resume",
    "Slow",
    "Skew",
    "Wipe",
    "Disk",
    "Isolate",
    "Rejoin",
    "Cut",
    "Mend",
    "Clog",
    "Unclog",
    "Partition",
    "Heal",
    "Deliver",
    "Delay",
    "Duplicate",
    "Drop",
    "Fire",
    "Request",
    "Join",
    "Leave",
    "Set",
    "Tune",
];

/// The name of the action's kind.
fn kind(action: &Action) -> &'static str {
    let shown = format!("{action:?}");
    let name = shown.split('(').next().unwrap_or_default();
    KINDS.iter().find(|kind| **kind == name).unwrap_or_else(|| panic!("{name} is not in the list of kinds"))
}
