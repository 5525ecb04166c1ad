//! Multi-Paxos as in *Paxos Made Moderately Complex*: its rules one by one, its switches, its faults, its histories.

mod breaks;
#[path = "../common/pmmc.rs"]
mod common;
mod explore;
mod history;
#[path = "../swarm/mix.rs"]
#[allow(dead_code, reason = "shared with the swarm of all systems")]
mod mix;
#[path = "../common/naive.rs"]
mod naive;
mod reconfigure;
mod rules;
mod swarm;

/// The most events of one run of a mix.
const MOST: u64 = 4_000;
