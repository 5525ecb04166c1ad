//! Builds a scenario from texts that may be wrong, whichever form they come in.

use super::{ENGINE, MAX_TIME, Names, SPEEDS, Scenario, knob, plan};
use crate::paxos::registry::SYSTEMS;
use crate::paxos::{Micros, Misread, Notice, decimal};
use crate::sim::Intervention;

/// The most notices about one text; of further ones only the number is told.
const MAX_NOTICES: usize = 50;

/// A scenario in the making and what had to be noticed on the way.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) scenario: Scenario,
    notices: Vec<Notice>,
    untold: usize,
}

impl Reader {
    /// Tells the person.
    pub(super) fn notice(&mut self, key: &str, given: &str, problem: impl Into<String>) {
        if self.notices.len() < MAX_NOTICES {
            let key: String = key.chars().take(40).collect();
            self.notices.push(Notice::new(key, given, problem));
        } else {
            self.untold += 1;
        }
    }

    /// The system; to be said before anything else.
    pub(super) fn system(&mut self, text: &str) {
        match SYSTEMS.iter().find(|about| about.key.eq_ignore_ascii_case(text.trim())) {
            Some(about) => self.scenario = Scenario { system: about.key, ..std::mem::take(&mut self.scenario) },
            None => {
                let known = SYSTEMS.iter().map(|about| about.key).collect::<Vec<_>>().join(", ");
                let used = self.scenario.system;
                self.notice("system", text, format!("there is no such system; used {used}, of {known}"));
            }
        }
    }

    /// The version of the engine that the scenario was made with; to be said after the knobs. One that gave the same run
    /// will do.
    pub(super) fn engine(&mut self, key: &str, text: &str) {
        let same = self.scenario.engine()..=ENGINE;
        if !text.trim().parse().is_ok_and(|made| same.contains(&made)) {
            let problem = format!("made with another version of the engine than {ENGINE}, so the run may differ");
            self.notice(key, text, problem);
        }
    }

    /// The seed.
    pub(super) fn seed(&mut self, text: &str) {
        match text.trim().parse() {
            Ok(seed) => self.scenario.seed = seed,
            Err(_) => {
                let (most, used) = (u64::MAX, self.scenario.seed);
                self.notice("seed", text, format!("expected a whole number from 0 to {most}; used {used} instead"));
            }
        }
    }

    /// The moment to show.
    pub(super) fn time(&mut self, text: &str) {
        match Micros::parse(text, MAX_TIME) {
            Ok(time) => self.scenario.show.time = time,
            Err(Misread { nearest, allowed }) => {
                let time = Micros(nearest.map_or(0, i64::unsigned_abs));
                self.scenario.show.time = time;
                self.notice("t", text, format!("expected {allowed}; used {time} instead"));
            }
        }
    }

    /// The speed to show it at.
    pub(super) fn speed(&mut self, text: &str) {
        let (least, most) = SPEEDS;
        let number = text.trim().trim_end_matches(['x', '×']);
        let read = decimal::scaled(number, 100);
        let clamped = read.map(|(speed, _)| speed.clamp(i64::from(least), i64::from(most)) as u32);
        let speed = clamped.unwrap_or(self.scenario.show.speed);
        self.scenario.show.speed = speed;
        if read != Some((i64::from(speed), true)) {
            let [least, most, used] = [least, most, speed].map(|speed| decimal::unscaled(u64::from(speed), 2));
            let problem = format!("expected a number from {least} to {most} with two decimals; used {used} instead");
            self.notice("speed", text, problem);
        }
    }

    /// A knob of the system or of the world.
    pub(super) fn knob(&mut self, key: &str, text: &str) {
        let about = self.scenario.about();
        let Some(knob) = knob(about, key) else { return self.unknown(key, text) };
        let value = match knob.kind.read(text) {
            Ok(value) => value,
            Err(Misread { nearest, allowed }) => {
                let used = nearest.unwrap_or(knob.default);
                self.notice(key, text, format!("expected {allowed}; used {} instead", knob.kind.format(used)));
                used
            }
        };
        self.scenario.knobs.set(knob, value);
    }

    /// A key that nobody here knows.
    pub(super) fn unknown(&mut self, key: &str, text: &str) {
        let elsewhere = SYSTEMS.iter().find(|about| about.knobs.iter().any(|knob| knob.key == key));
        let problem = match elsewhere {
            Some(about) => format!("{} has no such knob, only {} has; left out", self.scenario.system, about.key),
            None => "nothing is called so; left out".into(),
        };
        self.notice(key, text, problem);
    }

    /// The plan; to be said after the knobs. A plan that is wrong anywhere is left out as a whole, because the rest of
    /// it would be another run.
    pub(super) fn plan(&mut self, given: &str, read: Result<Vec<Intervention>, String>) {
        let mut names = Names::of(&self.scenario);
        let checked = read.and_then(|plan| plan::check(&plan, &mut names).map(|()| plan));
        match checked {
            Ok(plan) if plan.is_sorted_by_key(|step| step.at) => self.scenario.plan = plan,
            Ok(plan) => {
                self.notice("plan", given, "its steps are not in the order of time; used them in that order");
                // Steps of one time stay in their order. This is rare and short; a sort would be most of this function.
                let sorted = &mut self.scenario.plan;
                for step in plan {
                    sorted.insert(sorted.partition_point(|other| other.at <= step.at), step);
                }
            }
            Err(problem) => self.notice("plan", given, format!("{problem}; used no plan at all")),
        }
    }

    /// The scenario and every notice.
    pub(super) fn finish(mut self) -> (Scenario, Vec<Notice>) {
        if self.untold > 0 {
            self.notices.push(Notice::new("…", self.untold.to_string(), "that many further problems"));
        }
        (self.scenario, self.notices)
    }
}
