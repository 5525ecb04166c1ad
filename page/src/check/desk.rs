//! What the Check view holds: the plan, what was asked, and how it stands.

use super::plan::{Limits, Plan};
use super::post::{Answer, Ask, Figures, Job, Map, Report};
use super::swarm::Tally;
use std::rc::Rc;

/// How the work stands.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Phase {
    /// Nothing was asked yet.
    #[default]
    Idle,
    /// The worker works.
    Working,
    /// It was told to stop, and can go on.
    Stopped,
    /// It is over.
    Answered(Answer),
    /// Random runs are over.
    Swarmed,
    /// The map is drawn, or there are too many states.
    Mapped(Option<Rc<Map>>),
    /// The worker is gone, and how.
    Broke(String),
}

/// What the Check view holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Desk {
    /// What is set now.
    pub plan: Plan,
    /// What was asked last.
    pub asked: Option<Plan>,
    /// How it stands.
    pub phase: Phase,
    /// Its figures.
    pub figures: Figures,
    /// How many states there will be, at least and at most, as soon as it is known of this plan.
    pub estimate: Option<(u64, u64)>,
    /// How random runs stand.
    pub tally: Tally,
    /// What could not be had as it was asked.
    pub notices: Vec<String>,
}

impl Desk {
    /// Asks what the plan says.
    pub fn begin(&mut self) -> Ask {
        self.asked = Some(self.plan.clone());
        (self.phase, self.figures, self.notices) = (Phase::Working, Figures::default(), Vec::new());
        self.tally = Tally::default();
        Ask::Begin(Job::of(&self.plan))
    }

    /// What is to be asked so that it stops or goes on; `None` if there is nothing to stop.
    pub fn turn(&mut self) -> Option<Ask> {
        let (phase, ask) = match self.phase {
            Phase::Working => (Phase::Stopped, Ask::Stop),
            Phase::Stopped => (Phase::Working, Ask::GoOn),
            _ => return None,
        };
        self.phase = phase;
        Some(ask)
    }

    /// What is to be asked so that a check that came to its limit goes on with so many megabytes; `None` where that is not
    /// how it stands, or another question was set since.
    pub fn allow(&mut self, megabytes: u32) -> Option<Ask> {
        let asked = self.asked.as_mut().filter(|_| self.phase == Phase::Answered(Answer::Full))?;
        let more = Plan { limits: Limits { megabytes, ..asked.limits }, ..asked.clone() };
        let same = Plan { limits: Limits { megabytes, ..self.plan.limits }, ..self.plan.clone() };
        if more != same {
            return None;
        }
        (*asked, self.plan, self.phase) = (more, same, Phase::Working);
        Some(Ask::Allow(megabytes))
    }

    /// Whether the worker may still go on although there is an answer.
    pub fn is_full(&self) -> bool {
        self.phase == Phase::Answered(Answer::Full)
    }

    /// Takes note of a report. True if the worker has nothing left to do.
    pub fn hear(&mut self, report: Report) -> bool {
        match report {
            Report::Ready => {}
            Report::Notice(notice) => self.notices.push(notice),
            Report::Explored(figures) => self.figures = figures,
            Report::Estimated(least, most) => self.estimate = Some((least, most)),
            Report::Swarmed(tally, over) => {
                self.tally = tally;
                if over {
                    self.phase = Phase::Swarmed;
                }
                return over;
            }
            Report::Mapped(map) => {
                self.phase = Phase::Mapped(map.map(Rc::new));
                return true;
            }
            Report::Answer(answer, figures) => {
                (self.phase, self.figures) = (Phase::Answered(answer), figures);
                return true;
            }
            Report::Broke(how) => {
                self.phase = Phase::Broke(how);
                return true;
            }
        }
        false
    }

    /// States a second, as far as it is known here.
    pub fn rate(&self) -> u64 {
        const USUAL: u64 = 700_000;
        if self.figures.millis > 500 { self.figures.rate() } else { USUAL }
    }

    /// Whether the states of the plan were counted, so that there is nothing to guess.
    pub fn is_counted(&self) -> bool {
        let counted = match &self.phase {
            Phase::Answered(answer) => *answer != Answer::Full,
            Phase::Mapped(map) => map.is_some(),
            _ => false,
        };
        counted && !self.stale()
    }

    /// Whether something goes on, or was stopped and can go on.
    pub fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::Working | Phase::Stopped)
    }

    /// Whether the settings are no longer those of the answer.
    pub fn stale(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| *asked != self.plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::plan::{Aim, Edit, Limit};
    use paxos_playground::scenario::Scenario;

    #[test]
    fn a_check_that_came_to_its_limit_goes_on_with_more_memory_and_nothing_else_changed() {
        let mut desk = Desk::default();
        desk.begin();
        assert_eq!(desk.allow(700), None);
        desk.hear(Report::Answer(Answer::Full, Figures { states: 9, ..Figures::default() }));
        assert!(desk.is_full());
        assert_eq!(desk.allow(700), Some(Ask::Allow(700)));
        assert_eq!((desk.phase.clone(), desk.figures.states, desk.plan.limits.megabytes), (Phase::Working, 9, 700));
        assert!(!desk.stale() && !desk.is_full());
        desk.hear(Report::Answer(Answer::Full, Figures::default()));
        desk.plan.limits.crashes = 1;
        assert_eq!(desk.allow(800), None);
    }

    #[test]
    fn a_duel_is_looked_for_in_rounds_enough_and_what_comes_next_in_one() {
        let mut plan = Plan::default().about(&Scenario::default());
        let duel = plan.scenario.about().goals.iter().position(|goal| goal.preemptions > 0).expect("a duel") as u8;
        plan.edit(Edit::Aim(Aim::Find(duel)));
        assert_eq!((plan.limits.rounds, plan.bounds().goal), (6, Some(duel.into())));
        plan.edit(Edit::Limit(Limit::Rounds, 7));
        plan.edit(Edit::Aim(Aim::Find(duel)));
        assert_eq!(plan.limits.rounds, 7);
        plan.edit(Edit::Aim(Aim::Find(0)));
        assert_eq!(plan.limits.rounds, 1);
    }

    #[test]
    fn it_stops_goes_on_and_ends() {
        let mut desk = Desk::default();
        assert_eq!(desk.turn(), None);
        assert!(matches!(desk.begin(), Ask::Begin(_)));
        assert_eq!(desk.turn(), Some(Ask::Stop));
        // A last report may be under way.
        assert!(!desk.hear(Report::Explored(Figures { states: 7, ..Figures::default() })));
        assert_eq!((desk.phase.clone(), desk.figures.states), (Phase::Stopped, 7));
        assert_eq!(desk.turn(), Some(Ask::GoOn));
        assert!(desk.hear(Report::Answer(Answer::Holds, Figures::default())));
        assert_eq!(desk.phase, Phase::Answered(Answer::Holds));
        assert!(!desk.stale());
        assert!(desk.is_counted());
        desk.plan.limits.crashes = 1;
        assert!(desk.stale() && !desk.is_counted());
    }
}
