//! How far a check goes.

use paxos_playground::check::spec::SpecBounds;
use paxos_playground::check::spec::paxos::Rules;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The most memory that a check may take where nobody says otherwise, in megabytes of 2²⁰ bytes. The page beside it
/// takes about a hundred.
pub const MEGABYTES: u32 = 500;

/// How far an exploration goes, as the engine's bounds in what the page offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Whether a message is delivered at most once.
    pub once: bool,
    /// The highest round that any proposer begins.
    pub rounds: u8,
    /// Crashes in all.
    pub crashes: u8,
    /// Restarts in all.
    pub restarts: u8,
    /// Times a durable state is erased.
    pub wipes: u8,
    /// Whether whole states are compared, not their fingerprints.
    pub exact: bool,
    /// Whether states that differ only in which like node is which are taken for one.
    pub symmetry: bool,
    /// Whether messages that nobody can act on any more are taken for gone.
    pub forget: bool,
    /// The most memory.
    pub megabytes: u32,
    /// How many random runs.
    pub runs: u32,
    /// How long each of them is, in virtual seconds.
    pub seconds: u32,
    /// Whether they have trouble that the stage has not.
    pub storm: bool,
    /// How much of the specification is tried, and which of its rules are off.
    pub spec: SpecBounds,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            once: false,
            rounds: 1,
            crashes: 0,
            restarts: 0,
            wipes: 0,
            exact: false,
            symmetry: false,
            forget: false,
            megabytes: MEGABYTES,
            runs: 2_000,
            seconds: 20,
            storm: false,
            // With two ballots, not every rule that is switched off shows.
            spec: SpecBounds { ballots: 3, ..SpecBounds::default() },
        }
    }
}

/// One of the limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is a field of Limits")]
pub enum Limit {
    Rounds,
    Crashes,
    Restarts,
    Wipes,
    Megabytes,
    Runs,
    Seconds,
    Voters,
    Values,
    Ballots,
    Q1,
    Q2,
}

/// A limit with its name, what it means, its range and its step.
pub type Described = (Limit, &'static str, &'static str, RangeInclusive<u32>, u32);

/// The limits of an exploration, then those of random runs, then those of the specification.
pub const LIMITS: [Described; 12] = [
    (Limit::Rounds, "Rounds", "The highest round that a proposer begins.", 1..=9, 1),
    (Limit::Crashes, "Crashes", "How many there may be in all, at any moments.", 0..=9, 1),
    (Limit::Restarts, "Restarts", "How many crashed nodes come back.", 0..=9, 1),
    (Limit::Wipes, "Erased disks", "How often a node forgets even what was durable.", 0..=9, 1),
    (Limit::Megabytes, "Memory (MB)", "The check stops before it needs more.", 100..=3_000, 100),
    (Limit::Runs, "Runs", "How many, each with a seed of its own.", 500..=20_000, 500),
    (Limit::Seconds, "Seconds", "How long each run is, in virtual time.", 5..=120, 5),
    (Limit::Voters, "Acceptors", "The set Acceptor: a1, a2, …", 1..=7, 1),
    (Limit::Values, "Values", "The set Value: v1, v2, …", 1..=4, 1),
    (Limit::Ballots, "Ballots", "The set Ballot: 0, 1, …", 1..=6, 1),
    (Limit::Q1, "Phase 1 quorum", "Q1: how many 1b messages Phase2a needs.", 1..=7, 1),
    (Limit::Q2, "Phase 2 quorum", "Q2: how many 2b messages choose a value.", 1..=7, 1),
];

/// How many of [`LIMITS`] are those of an exploration.
pub const EXPLORING: usize = 5;
/// Where in [`LIMITS`] those of the specification begin.
pub const SPECIFIED: usize = 7;

impl Limits {
    /// The value of one.
    pub fn get(&self, limit: Limit) -> u32 {
        match limit {
            Limit::Rounds => self.rounds.into(),
            Limit::Crashes => self.crashes.into(),
            Limit::Restarts => self.restarts.into(),
            Limit::Wipes => self.wipes.into(),
            Limit::Megabytes => self.megabytes,
            Limit::Runs => self.runs,
            Limit::Seconds => self.seconds,
            Limit::Voters => self.spec.acceptors.into(),
            Limit::Values => self.spec.values.into(),
            Limit::Ballots => self.spec.ballots.into(),
            Limit::Q1 | Limit::Q2 => {
                let quorum = |rules: Rules| if limit == Limit::Q1 { rules.q1 } else { rules.q2 };
                self.spec.rules().map_or(0, quorum) as u32
            }
        }
    }

    /// The range of one as the others are.
    pub fn range(&self, limit: Limit) -> RangeInclusive<u32> {
        match limit {
            Limit::Q1 | Limit::Q2 => 1..=self.spec.acceptors.into(),
            _ => LIMITS.iter().find(|known| known.0 == limit).map_or(0..=0, |known| known.3.clone()),
        }
    }

    /// Makes the specification's quorums meet again after that was set: the other one follows.
    pub(super) fn meet(&mut self, limit: Limit) {
        let spec = &mut self.spec;
        if limit == Limit::Voters {
            (spec.q1, spec.q2) = (0, 0);
        } else if spec.rules().is_err() {
            match limit {
                Limit::Q1 => spec.q2 = spec.acceptors + 1 - spec.q1,
                _ => spec.q1 = spec.acceptors + 1 - spec.q2,
            }
        }
    }

    /// Sets one, forced into its range. Every crash may be followed by a restart, unless that was changed.
    pub(super) fn set(&mut self, limit: Limit, value: u32) {
        let range = self.range(limit);
        let value = value.clamp(*range.start(), *range.end());
        let small = value as u8;
        match limit {
            Limit::Rounds => self.rounds = small,
            Limit::Crashes => {
                if self.restarts == self.crashes || self.restarts > small {
                    self.restarts = small;
                }
                self.crashes = small;
            }
            Limit::Restarts => self.restarts = small.min(self.crashes),
            Limit::Wipes => self.wipes = small,
            Limit::Megabytes => self.megabytes = value,
            Limit::Runs => self.runs = value,
            Limit::Seconds => self.seconds = value,
            Limit::Voters => self.spec.acceptors = small,
            Limit::Values => self.spec.values = small,
            Limit::Ballots => self.spec.ballots = small,
            Limit::Q1 => self.spec.q1 = small,
            Limit::Q2 => self.spec.q2 = small,
        }
        if matches!(limit, Limit::Voters | Limit::Q1 | Limit::Q2) {
            self.meet(limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::{Aim, Edit, Plan};
    use super::*;

    #[test]
    fn limits_stay_in_their_ranges_and_restarts_follow_crashes() {
        let mut plan = Plan::default();
        plan.edit(Edit::Limit(Limit::Crashes, 2));
        assert_eq!((plan.limits.crashes, plan.limits.restarts), (2, 2));
        plan.edit(Edit::Limit(Limit::Restarts, 1));
        plan.edit(Edit::Limit(Limit::Crashes, 3));
        assert_eq!((plan.limits.crashes, plan.limits.restarts), (3, 1));
        plan.edit(Edit::Limit(Limit::Crashes, 0));
        plan.edit(Edit::Limit(Limit::Restarts, 1));
        plan.edit(Edit::Limit(Limit::Rounds, 0));
        plan.edit(Edit::Limit(Limit::Megabytes, 1 << 20));
        assert_eq!(plan.limits, Limits { megabytes: 3_000, ..Limits::default() });
    }

    #[test]
    fn quorums_of_the_specification_meet_unless_that_rule_is_off() {
        let mut plan = Plan { aim: Aim::Spec, ..Plan::default() };
        let quorums = |plan: &Plan| (plan.limits.get(Limit::Q1), plan.limits.get(Limit::Q2));
        plan.edit(Edit::Limit(Limit::Voters, 5));
        assert_eq!(quorums(&plan), (3, 3));
        plan.edit(Edit::Limit(Limit::Q2, 2));
        assert_eq!(quorums(&plan), (4, 2));
        plan.edit(Edit::Limit(Limit::Q1, 2));
        assert_eq!(quorums(&plan), (2, 4));
        plan.edit(Edit::Rule(7));
        assert_eq!((quorums(&plan), plan.limits.spec.broken), ((2, 2), 1 << 7));
        plan.edit(Edit::Limit(Limit::Q2, 1));
        assert_eq!(quorums(&plan), (2, 1));
        plan.edit(Edit::Rules);
        assert_eq!((quorums(&plan), plan.limits.spec.broken), ((3, 3), 0));
        // The rules of the actors are others.
        plan.edit(Edit::Rule(5));
        assert_eq!(plan.rules().iter().find(|(_, off)| *off).map(|(rule, _)| rule.name), Some("no-raise"));
        plan.edit(Edit::Aim(Aim::Hold));
        assert!(plan.rules().iter().all(|(_, off)| !off));
    }
}
