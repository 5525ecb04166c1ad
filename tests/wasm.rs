//! Runs in a browser: `cargo xtask test wasm` in Chrome or Chromium, `cargo xtask test firefox` in Firefox.
#![cfg(target_arch = "wasm32")]

#[path = "common/bounds.rs"]
mod bounds;
#[path = "common/explored.rs"]
mod explored;
#[path = "common/goldens.rs"]
mod goldens;

use paxos_playground::check::explore::explore;
use paxos_playground::scenario::Scenario;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn golden_runs_are_the_same_as_on_a_host() {
    let goldens: Vec<_> = include_str!("goldens.txt").lines().filter_map(goldens::read).collect();
    assert!(goldens.len() >= 25);
    for golden in goldens {
        assert_eq!(goldens::measure(golden.link), golden);
    }
}

#[wasm_bindgen_test]
fn explorations_find_the_same_as_on_a_host() {
    let explored = |link: &str, words: &str| {
        let (mut exploration, _) = explore(&Scenario::from_link(link).0, bounds::bounds(words));
        exploration.go_on(u64::MAX);
        exploration
    };
    for (link, words, counts) in explored::COUNTS {
        let found = explored(link, words).progress();
        let depth = u64::from(found.depth);
        assert_eq!([found.states, found.transitions, depth, found.terminal, found.chosen], *counts, "{link} {words}");
    }
    let (_, nodes, ..) = explored::BROKEN[0];
    let witness = explored(&format!("{nodes}&break=forget-promise"), "").witness().expect("a way");
    assert_eq!(witness.link(), explored::COUNTEREXAMPLE);
}
