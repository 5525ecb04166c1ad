//! Bounds of an exploration from words.

use paxos_playground::check::explore::{Bounds, Network};

/// `rounds=2 crashes=1 restarts=1 wipes=1 once symmetry`
pub fn bounds(words: &str) -> Bounds {
    let mut bounds = Bounds::default();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            Some(("rounds", n)) => bounds.rounds = n.parse().expect("a number"),
            Some(("crashes", n)) => bounds.crashes = n.parse().expect("a number"),
            Some(("restarts", n)) => bounds.restarts = n.parse().expect("a number"),
            Some(("wipes", n)) => bounds.wipes = n.parse().expect("a number"),
            None if word == "symmetry" => bounds.symmetry = true,
            None if word == "forget" => bounds.forget = true,
            None if word == "once" => bounds.network = Network::Once,
            _ => panic!("{word}"),
        }
    }
    bounds
}
