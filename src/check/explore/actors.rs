//! The space of states of one system's actors: the very actors that run on the stage, memoised.
//!
//! What a node does with an input is computed once for each of its local states and looked up ever after.

use super::cast::Cast;
use super::core::{BUDGET, Core};
use super::reaction::{CRASH, Known};
use super::search::{Space, Standing, Successor, part};
use super::symmetry::Symmetry;
use super::teacher::Teacher;
use super::{Bounds, Step, Verdict};
use crate::paxos::registry::{self, Visitor};
use crate::paxos::{NodeId, NodeSet, Notice, System, Timer};
use crate::scenario::Scenario;

/// The state space of the actors of a system.
pub struct Actors {
    pub(super) core: Core,
    pub(super) teacher: Box<dyn Teacher>,
}

impl Actors {
    /// The space of `system` within `bounds`.
    pub fn new<S: System>(system: S, bounds: Bounds) -> Self {
        let (core, cast) = Cast::new(system, bounds);
        Self { core, teacher: Box::new(cast) }
    }

    /// The space of the same actors within `bounds`, as nobody has explored it yet.
    pub(super) fn again(&self, bounds: Bounds) -> Self {
        let (core, teacher) = self.teacher.again(bounds);
        Self { core, teacher }
    }

    /// The bounds of the space.
    pub(super) fn bounds(&self) -> &Bounds {
        &self.core.bounds
    }

    /// Lets nodes fail over messages, all or only those that vote, before anything is known of the space.
    pub(super) fn let_fail(&mut self, all: bool) {
        let everyone = NodeSet::range(0, self.core.nodes.len());
        self.core.bounds.failing = if all { everyone } else { self.teacher.acceptors() };
    }

    /// Whether like nodes turned out not to be.
    pub(super) fn symmetry_failed(&self) -> bool {
        self.core.symmetry.as_ref().is_some_and(|symmetry| symmetry.failed)
    }

    /// What is broken in the states of that ledger.
    pub(super) fn violation(&self, ledger: u32) -> Verdict {
        let broken = self.core.judgements.get(ledger as usize).and_then(|judgement| judgement.broken.as_ref());
        broken.map_or(Verdict::Open, |(property, what)| Verdict::Violated { property, what: what.clone() })
    }

    /// Whether a goal is looked for, not a broken property.
    pub(super) fn is_for_goal(&self) -> bool {
        self.core.bounds.goal.is_some()
    }

    /// How many steps it takes at least to the preemptions that are looked for; `None` if they can no longer come.
    pub(super) fn to_go(&self, state: &[u64]) -> Option<u32> {
        let judgement = &self.core.judgements[self.core.ledger_at(state) as usize];
        let left = self.core.preemptions.saturating_sub(judgement.preempted);
        if left == 0 || judgement.settled {
            return (left == 0).then_some(0);
        }
        self.core.distance.as_ref().map_or(Some(1), |distance| distance.to_go(&self.core, state, left))
    }

    /// The ledger after those facts were entered.
    fn enter(&mut self, ledger: u32, facts: u32) -> u32 {
        if facts == 0 {
            return ledger;
        }
        if let Some(known) = self.core.entries.get(ledger, facts) {
            return known.after;
        }
        let after = self.teacher.enter(&mut self.core, ledger, facts);
        self.core.add_entry(ledger, facts, after);
        after
    }

    /// Finds out whatever of this state was not known.
    #[cold]
    #[inline(never)]
    fn learn(&mut self, state: &[u64]) {
        for node in 0..self.core.nodes.len() {
            let local = self.core.local_at(state, node);
            self.learn_deliveries(state, node, local, false);
            self.learn_deliveries(state, node, local, true);
            let timers = self.core.nodes[node].timers[local as usize];
            for timer in (0..CRASH).filter(|timer| timers >> timer & 1 == 1) {
                let step = Step::Fire(NodeId(node as u8), Timer(timer as u8));
                if let Known::Does(reaction) = self.learn_other(node, local, timer, step) {
                    self.enter(self.core.ledger_at(state), reaction.facts);
                }
            }
            let id = NodeId(node as u8);
            for (kind, step) in [Step::Crash(id), Step::Restart(id), Step::Wipe(id)].into_iter().enumerate() {
                if state[BUDGET] >> (8 * kind) & 255 != 0 {
                    self.learn_other(node, local, CRASH + kind, step);
                }
            }
        }
        for (kind, machine) in self.core.faults_left(state) {
            let mut ledger = self.core.ledger_at(state);
            for (_, reaction) in self.core.fault(state, machine, kind) {
                ledger = self.enter(ledger, reaction.facts);
            }
        }
    }

    /// Finds out what of the mail in this state was not known.
    fn learn_deliveries(&mut self, state: &[u64], node: usize, local: u32, fails: bool) {
        for word in 0..self.core.nodes[node].letters(fails).len() {
            let present = self.core.present(state, word) & self.core.nodes[node].letters(fails)[word];
            let mut untried = present;
            while untried != 0 {
                self.learn_delivery(node, local, (word * 64) as u32 + untried.trailing_zeros(), fails);
                untried &= untried - 1;
            }
            let mut useful = self.core.nodes[node].deliveries(fails)[local as usize].useful(word, present).unwrap_or(0);
            while useful != 0 {
                let row = &self.core.nodes[node].deliveries(fails)[local as usize];
                let reaction = row.reaction(word, useful.trailing_zeros());
                self.enter(self.core.ledger_at(state), reaction.facts);
                useful &= useful - 1;
            }
        }
    }

    /// Finds out what `node` does when the message arrives in that local state, or when it fails over it.
    pub(super) fn learn_delivery(&mut self, node: usize, local: u32, message: u32, fails: bool) {
        if self.core.nodes[node].deliveries(fails)[local as usize].was_tried(message) {
            return;
        }
        let step = if fails { Step::Fail(message) } else { Step::Deliver(message) };
        let reaction = self.teacher.react(&mut self.core, node, local, Some(step));
        let place = &mut self.core.nodes[node];
        let rows = if fails { &mut place.failures } else { &mut place.rows };
        rows[local as usize].learn(message, reaction);
    }

    /// Finds out what `node` does in that local state when anything but a message comes: see [`Row::other`].
    ///
    /// [`Row::other`]: super::reaction::Row::other
    pub(super) fn learn_other(&mut self, node: usize, local: u32, which: usize, step: Step) -> Known {
        let known = self.core.nodes[node].rows[local as usize].other(which);
        if !matches!(known, Known::Not) {
            return known;
        }
        let reaction = self.teacher.react(&mut self.core, node, local, Some(step));
        let known = reaction.map_or(Known::Nothing, Known::Does);
        self.core.nodes[node].rows[local as usize].learn_other(which, known);
        known
    }
}

/// The space of the scenario's actors as they are configured, and what of that could not be had.
pub(super) fn of(scenario: &Scenario, bounds: Bounds) -> (Actors, Vec<Notice>) {
    struct Open<'a>(&'a Scenario, Bounds);
    impl Visitor for Open<'_> {
        type Output = (Actors, Vec<Notice>);
        fn visit<S: System>(self) -> Self::Output {
            let mut notices = Vec::new();
            let system = S::configure(&self.0.knobs, &mut notices);
            (Actors::new(system, self.1), notices)
        }
    }
    registry::visit(scenario.system, Open(scenario, bounds)).expect("a scenario's system is taken from the registry")
}

impl Space for Actors {
    fn width(&self) -> usize {
        self.core.width()
    }

    fn initial(&mut self, state: &mut Vec<u64>) -> u64 {
        if self.core.bounds.forget && self.core.futures.is_none() && !self.close() {
            *self = self.again(Bounds { forget: false, ..self.core.bounds });
        }
        let ledger = self.teacher.empty_ledger(&mut self.core);
        let Bounds { crashes, restarts, wipes, .. } = self.core.bounds;
        let faults = [crashes, restarts, wipes];
        let budget = faults.iter().enumerate().fold(0, |all, (kind, left)| all | u64::from(*left) << (8 * kind));
        state.push(budget | u64::from(ledger) << 32);
        state.resize(self.core.network_start(), 0);
        let budget = faults.into_iter().enumerate().map(|(kind, left)| part(4, kind as u64, u64::from(left)));
        let budget = budget.fold(0, u64::wrapping_add);
        let mut fingerprint = self.core.ledger_hashes[ledger as usize].wrapping_add(budget);
        for node in 0..self.core.nodes.len() {
            let local = self.teacher.initial(&mut self.core, node);
            self.core.set_local(state, node, local);
            fingerprint = fingerprint.wrapping_add(self.core.nodes[node].hashes[local as usize]);
        }
        if let Some(symmetry) = &self.core.symmetry {
            let (start, like) = (self.core.signatures_start(), symmetry.len());
            for at in 0..like {
                let view =
                    |node: usize| self.core.nodes[node].views[self.core.local_at(state, node) as usize * like + at];
                let views = (0..self.core.nodes.len()).map(view);
                state[start + at] = views.fold(self.core.ledger_views[at], u64::wrapping_add);
            }
            fingerprint = budget.wrapping_add(Symmetry::sum(&state[start..]));
        }
        for node in 0..self.core.nodes.len() {
            let local = self.core.local_at(state, node);
            if let Some(reaction) = self.teacher.react(&mut self.core, node, local, None) {
                state.resize(self.core.width(), 0);
                self.enter(self.core.ledger_at(state), reaction.facts);
                let after = self.core.after(state, fingerprint, (node, reaction), None);
                fingerprint = after.expect("the facts were just entered");
                self.core.apply(&state.clone(), state, (node, reaction), None);
            }
        }
        state.resize(self.core.width(), 0);
        fingerprint
    }

    fn expand(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        let start = found.len();
        if self.core.offer(state, fingerprint, found).is_none() {
            found.truncate(start);
            self.learn(state);
            self.core.offer(state, fingerprint, found).expect("all that can happen was tried");
        }
    }

    fn expand_known(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> bool {
        self.core.offer(state, fingerprint, found).is_some()
    }

    fn build(&mut self, state: &[u64], action: u32, next: &mut Vec<u64>) {
        self.core.build(state, Step::decode(action), next);
    }

    fn judge(&mut self, state: &[u64]) -> Standing {
        let ledger = self.core.ledger_at(state);
        let judgement = &self.core.judgements[ledger as usize];
        let counts = self.core.preemptions > 0;
        let found = match self.core.bounds.goal {
            None => judgement.broken.is_some().then_some(ledger),
            Some(_) if counts => (judgement.preempted >= self.core.preemptions).then_some(0),
            Some(goal) => self.teacher.reached(goal, &self.core.locals(state), ledger).then_some(0),
        };
        let chosen = judgement.chosen;
        Standing { chosen, found, hopeless: counts && self.to_go(state).is_none() }
    }

    fn bytes(&self) -> usize {
        self.core.bytes()
    }
}
