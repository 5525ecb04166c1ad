//! What is to be checked: a scenario, small enough, and how far the check goes.

pub use super::limits::*;
use paxos_playground::check::explore::{Bounds, Network};
use paxos_playground::check::spec;
use paxos_playground::check::spec::paxos::broken::SMALL_QUORUM;
use paxos_playground::paxos::{ABOUT_NODES, Kind, Knob, Rule};
use paxos_playground::scenario::{Scenario, knobs_of};
use paxos_playground::sim::settings;
use serde::{Deserialize, Serialize};

/// Nodes of one role in a check where the stage has more: three are enough for quorums that meet.
const FEW: i64 = 3;

/// What is to be found out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Aim {
    /// Whether any run breaks a property.
    #[default]
    Hold,
    /// Whether every step of every run is also one of Lamport's specification.
    Refine,
    /// Whether the specification itself lets two values be chosen.
    Spec,
    /// The shortest run to the goal of that position.
    Find(u8),
    /// Whether nodes can go on for ever without choosing anything.
    Loop,
    /// What all states look like, drawn.
    Map,
    /// How many random runs of the scenario on the stage go.
    Swarm,
}

impl Aim {
    /// Whether it asks for the same sort of thing, maybe with another goal.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Whether what is looked for is something broken.
    pub fn holds(self) -> bool {
        matches!(self, Self::Hold | Self::Refine | Self::Spec)
    }
}

/// Rounds in which two proposers can preempt one another five times, also where one begins anew at once.
const DUEL_ROUNDS: u8 = 6;

/// What a storm makes of the world where nothing else is set, in millionths.
const STORM: [(&Knob, i64); 4] = [
    (&settings::LOSS, 100_000),
    (&settings::DUPLICATE, 100_000),
    (&settings::REORDER, 100_000),
    (&settings::FAILURE, 50_000),
];

/// One change of a plan.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Edit {
    /// A knob of the protocol: how many nodes of a role there are, or how long it waits.
    Knob(&'static Knob, i64),
    /// A limit.
    Limit(Limit, u32),
    /// Whether a message is delivered at most once.
    Once(bool),
    /// Whether whole states are compared.
    Exact(bool),
    /// Whether like nodes are taken for one.
    Symmetry(bool),
    /// Whether messages that nobody can act on any more are taken for gone.
    Forget(bool),
    /// Whether random runs have trouble that the stage has not.
    Storm(bool),
    /// Switches the rule of that position off, or on again.
    Rule(usize),
    /// Switches every rule on.
    Rules,
    /// What is to be found out.
    Aim(Aim),
}

/// What is to be checked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// System, nodes and rules; what the world does and what was done by hand is left out.
    pub scenario: Scenario,
    /// The scenario on the stage, as random runs take it.
    pub stage: Scenario,
    /// What is to be found out.
    pub aim: Aim,
    /// How far it goes.
    pub limits: Limits,
}

impl Plan {
    /// The scenario of which random runs are made: that of the stage, with the rules that are off here.
    pub fn stormy(&self) -> Scenario {
        let mut scenario = self.stage.clone();
        if let Some(knob) = breaks(&self.scenario) {
            scenario.knobs.set(knob, self.scenario.knobs.get(knob));
        }
        for (knob, value) in STORM.iter().filter(|_| self.limits.storm) {
            if scenario.knobs.get(knob) == knob.default {
                scenario.knobs.set(knob, *value);
            }
        }
        scenario
    }

    /// The same question about the scenario on the stage, with fewer nodes where it has many.
    pub fn about(&self, stage: &Scenario) -> Self {
        let mut scenario = bare(stage);
        for knob in roles(&scenario) {
            let least = if let Kind::Count { min, .. } = knob.kind { min } else { 0 };
            // Nodes that there may be none of only watch. Of work there has to be some: else nothing can go wrong.
            let few = match (least, knob.group) {
                (0, ABOUT_NODES) => 0,
                (0, _) => 1,
                _ => FEW,
            };
            scenario.knobs.set(knob, scenario.knobs.get(knob).min(few));
        }
        let foreign = scenario.system != self.scenario.system && matches!(self.aim, Aim::Find(_));
        let aim = if foreign { Aim::Find(0) } else { self.aim };
        Self { scenario, stage: stage.clone(), aim, limits: self.limits }
    }

    /// The bounds of the engine that it stands for.
    pub fn bounds(&self) -> Bounds {
        let Limits { once, rounds, crashes, restarts, wipes, exact, forget, megabytes, .. } = self.limits;
        Bounds {
            // What a message can do again without being sent again is no livelock.
            network: if once || self.aim == Aim::Loop { Network::Once } else { Network::Set },
            rounds: rounds.into(),
            crashes,
            restarts,
            wipes,
            exact,
            symmetry: self.folds(),
            forget,
            refines: self.aim == Aim::Refine,
            goal: match self.aim {
                Aim::Find(goal) => Some(goal.into()),
                _ => None,
            },
            most_bytes: u64::from(megabytes) << 20,
            ..Bounds::default()
        }
    }

    /// Whether like nodes are taken for one: the specification knows them by name.
    pub fn folds(&self) -> bool {
        self.limits.symmetry && !matches!(self.aim, Aim::Refine | Aim::Spec)
    }

    /// Whether the aim is a goal that counts preemptions.
    pub fn counts(&self, aim: Aim) -> bool {
        let goals = self.scenario.about().goals;
        matches!(aim, Aim::Find(goal) if goals.get(usize::from(goal)).is_some_and(|goal| goal.preemptions > 0))
    }

    /// The goal in words, if it is looked for.
    pub fn goal(&self) -> &'static str {
        match self.aim {
            Aim::Find(goal) => self.scenario.about().goals.get(usize::from(goal)).map_or("", |goal| goal.about),
            _ => "",
        }
    }

    /// The rules that can be switched off, and whether each is.
    pub fn rules(&self) -> Vec<(Rule, bool)> {
        let (off, rules): (i64, Vec<Rule>) = match self.aim {
            Aim::Spec => (self.limits.spec.broken.into(), spec::rules().collect()),
            _ => {
                let off = breaks(&self.scenario).map_or(0, |knob| self.scenario.knobs.get(knob));
                (off, self.scenario.about().rules.to_vec())
            }
        };
        rules.into_iter().enumerate().map(|(at, rule)| (rule, off >> at & 1 == 1)).collect()
    }

    /// Makes a change, within what is allowed.
    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Knob(knob, value) => self.scenario.knobs.set(knob, value),
            Edit::Limit(limit, value) => self.limits.set(limit, value),
            Edit::Once(once) => self.limits.once = once,
            Edit::Exact(exact) => self.limits.exact = exact,
            Edit::Symmetry(symmetry) => self.limits.symmetry = symmetry,
            Edit::Forget(forget) => self.limits.forget = forget,
            Edit::Storm(storm) => self.limits.storm = storm,
            Edit::Aim(aim) => {
                // A loop is looked for without waits, until some are turned on; elsewhere they are as on the stage.
                if (aim == Aim::Loop) != (self.aim == Aim::Loop) {
                    for knob in waits(&self.stage) {
                        let wait = if aim == Aim::Loop { 0 } else { self.stage.knobs.get(knob) };
                        self.scenario.knobs.set(knob, wait);
                    }
                }
                // A duel takes more rounds than anybody waits for elsewhere.
                if self.counts(aim) != self.counts(self.aim) {
                    self.limits.rounds = if self.counts(aim) { self.limits.rounds.max(DUEL_ROUNDS) } else { 1 };
                }
                self.aim = aim;
            }
            Edit::Rule(_) | Edit::Rules if self.aim == Aim::Spec => {
                let before = self.limits.spec.broken;
                let after = if let Edit::Rule(rule) = edit { before ^ 1 << rule } else { 0 };
                self.limits.spec.broken = after;
                if (before ^ after) & SMALL_QUORUM != 0 {
                    self.limits.meet(Limit::Voters);
                }
            }
            Edit::Rule(rule) => {
                if let Some(knob) = breaks(&self.scenario) {
                    let off = self.scenario.knobs.get(knob) ^ 1 << rule;
                    self.scenario.knobs.set(knob, off);
                }
            }
            Edit::Rules => self.scenario.knobs.unset("break"),
        }
    }
}

/// The knob that switches rules off.
fn breaks(scenario: &Scenario) -> Option<&'static Knob> {
    scenario.about().knobs.iter().find(|knob| knob.key == "break")
}

/// The knobs that say how many nodes of a role there are.
pub fn roles(scenario: &Scenario) -> Vec<&'static Knob> {
    let counts = |knob: &&Knob| matches!(knob.kind, Kind::Count { .. }) && !knob.live && knob.default > 0;
    scenario.about().knobs.iter().filter(counts).collect()
}

/// The knobs that make the protocol wait and that 0 turns off.
pub fn waits(scenario: &Scenario) -> impl Iterator<Item = &'static Knob> {
    let off = |knob: &&Knob| matches!(knob.kind, Kind::Duration { .. }) && knob.help.contains("0 turns it off");
    scenario.about().knobs.iter().filter(off)
}

/// The protocol's other settings that are not as usual and that matter without time, as `key=value`.
pub fn others(scenario: &Scenario) -> Vec<String> {
    let own = scenario.about().knobs.iter().filter(|knob| {
        let told = matches!(knob.kind, Kind::Duration { .. }) || knob.key == "break";
        !told && !roles(scenario).contains(knob) && scenario.knobs.get(knob) != knob.default
    });
    own.map(|knob| format!("{}: {}", knob.label, knob.kind.format(scenario.knobs.get(knob)))).collect()
}

/// The scenario without what the explorer does not look at.
pub fn bare(scenario: &Scenario) -> Scenario {
    let mut bare = Scenario::of(scenario.about());
    let world = |knob: &Knob| settings::KNOBS.iter().any(|own| own.key == knob.key && own.key != settings::DISK.key);
    for knob in knobs_of(bare.about()).filter(|knob| !world(knob)) {
        bare.knobs.set(knob, scenario.knobs.get(knob));
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(link: &str) -> Scenario {
        Scenario::from_link(link).0
    }

    #[test]
    fn a_crowd_on_the_stage_becomes_a_few_and_what_the_world_does_is_left_out() {
        let plan = Plan::default().about(&stage("acceptors=101&proposers=2&loss=0.4&break=no-raise&seed=9"));
        assert_eq!(plan.scenario.link(), "system=synod&acceptors=3&learners=0&break=no-raise");
        let single = Plan::default().about(&stage("acceptors=1&proposers=1"));
        assert_eq!(single.scenario.link(), "system=synod&acceptors=1&proposers=1&learners=0");
    }

    #[test]
    fn there_is_always_something_to_agree_on() {
        let leader = Plan::default().about(&stage("system=leader"));
        assert_eq!(leader.scenario.link(), "system=leader&nodes=3&commands=1");
        let pmmc = Plan::default().about(&stage("system=pmmc"));
        assert_eq!(pmmc.scenario.link(), "system=pmmc&commands=1&window=3");
    }

    #[test]
    fn a_rule_is_switched_off_and_on_again() {
        let mut plan = Plan::default();
        let before = plan.clone();
        plan.edit(Edit::Rule(4));
        assert_eq!(
            plan.rules().iter().filter(|(_, off)| *off).map(|(rule, _)| rule.name).collect::<Vec<_>>(),
            ["ignore-accepted"]
        );
        assert!(plan.scenario.link().contains("break=ignore-accepted"));
        plan.edit(Edit::Rule(4));
        assert_eq!(plan, before);
    }

    #[test]
    fn a_storm_adds_trouble_only_where_there_is_none() {
        let mut plan = Plan::default().about(&stage("acceptors=9&loss=0.4&seed=5"));
        assert_eq!(plan.stormy().link(), "system=synod&acceptors=9&loss=0.4&seed=5");
        plan.edit(Edit::Storm(true));
        plan.edit(Edit::Rule(8));
        let stormy = "system=synod&acceptors=9&break=no-raise&failure=0.05&loss=0.4&duplicate=0.1&reorder=0.1&seed=5";
        assert_eq!(plan.stormy().link(), stormy);
    }

    #[test]
    fn a_loop_is_looked_for_without_waits_and_what_comes_next_has_them_again() {
        let mut plan = Plan::default().about(&stage("acceptors=3&backoff=2s"));
        let before = plan.clone();
        plan.edit(Edit::Aim(Aim::Loop));
        assert!(waits(&plan.scenario).count() >= 3);
        assert!(waits(&plan.scenario).all(|knob| plan.scenario.knobs.get(knob) == 0));
        assert_eq!(plan.bounds().network, Network::Once);
        plan.edit(Edit::Aim(Aim::Hold));
        assert_eq!(plan, before);
    }

    #[test]
    fn other_settings_are_told_unless_only_time_depends_on_them() {
        assert_eq!(others(&stage("refusal=silence&patience=9s&acceptors=9&break=no-raise")), ["Refusal: silence"]);
    }
}
