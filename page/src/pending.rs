//! Settings that wait for a restart.

use paxos_playground::paxos::Knob;
use paxos_playground::scenario::Scenario;

/// Settings that wait for a restart, in the order in which they were made.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pending {
    system: Option<&'static str>,
    knobs: Vec<(&'static Knob, i64)>,
}

impl Pending {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.system.is_none() && self.knobs.is_empty()
    }

    /// Nothing waits any more.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// `knob` is to be `value`; nothing waits if it already is, which `now` says.
    pub fn set(&mut self, knob: &'static Knob, value: i64, now: i64) {
        self.unset(knob.key);
        if value != now {
            self.knobs.push((knob, value));
        }
    }

    /// The knob stays as it is.
    pub fn unset(&mut self, key: &str) {
        self.knobs.retain(|(knob, _)| knob.key != key);
    }

    /// Another system is to run; nothing waits if it already does. Knobs of the old system are forgotten.
    pub fn set_system(&mut self, key: &'static str, now: &'static str) {
        self.clear();
        self.system = (key != now).then_some(key);
    }

    /// The system that is to run, if it is another one.
    pub fn system(&self) -> Option<&'static str> {
        self.system
    }

    /// The value that waits for this knob.
    pub fn get(&self, key: &str) -> Option<i64> {
        self.knobs.iter().find(|(knob, _)| knob.key == key).map(|&(_, value)| value)
    }

    /// The knobs that wait, with their values.
    pub fn knobs(&self) -> &[(&'static Knob, i64)] {
        &self.knobs
    }

    /// Makes the changes in `scenario`. Another system keeps only the world's settings, and no plan: it has other nodes.
    pub fn apply(&self, scenario: &mut Scenario) {
        if let Some(system) = self.system {
            let before = scenario.about();
            scenario.system = system;
            scenario.plan.clear();
            let owners = [before, scenario.about()];
            let owned = |key: &str| owners.iter().any(|about| about.knobs.iter().any(|knob| knob.key == key));
            let foreign: Vec<_> = scenario.knobs.iter().map(|(key, _)| key).filter(|key| owned(key)).collect();
            for key in foreign {
                scenario.knobs.unset(key);
            }
        }
        for &(knob, value) in &self.knobs {
            scenario.knobs.set(knob, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paxos_playground::paxos::{Kind, Knobs, Micros};
    use paxos_playground::scenario::Show;
    use paxos_playground::sim::settings::LOSS;

    static ACCEPTORS: Knob = Knob {
        key: "acceptors",
        label: "",
        help: "",
        group: "",
        kind: Kind::Count { min: 1, max: 9 },
        default: 5,
        live: false,
    };

    fn scenario() -> Scenario {
        let show = Show { time: Micros::ZERO, speed: 100 };
        Scenario { system: "synod", knobs: Knobs::default(), seed: 1, plan: vec![], show }
    }

    #[test]
    fn a_change_that_is_taken_back_does_not_wait() {
        let mut pending = Pending::default();
        pending.set(&ACCEPTORS, 7, 5);
        assert_eq!(pending.get("acceptors"), Some(7));
        pending.set(&ACCEPTORS, 5, 5);
        assert!(pending.is_empty());
    }

    #[test]
    fn another_system_keeps_the_network_and_drops_the_nodes() {
        let mut scenario = scenario();
        scenario.knobs.set(&LOSS, 100_000);
        scenario.knobs.set(&ACCEPTORS, 3);
        let mut pending = Pending::default();
        pending.set(&ACCEPTORS, 7, 3);
        pending.set_system("leader", "synod");
        pending.apply(&mut scenario);
        assert_eq!(scenario.system, "leader");
        assert_eq!(scenario.knobs.iter().collect::<Vec<_>>(), [("loss", 100_000)]);
    }
}
