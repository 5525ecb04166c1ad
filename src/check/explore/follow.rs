//! A schedule of the specification, done by actors.
//!
//! Each action has one node that takes it: a ballot is that of one proposer, a promise or a vote that of one acceptor.
//! That node is driven, by what may happen to it, until a step of it is that action under the refinement mapping; on
//! the way it may only do what leaves the specification's state as it is. So what comes of it is the same schedule,
//! action for action, or it is known which action the actors have not.

use super::step::Envelope;
use super::{Step, replay};
use crate::check::spec::paxos::Action;
use crate::paxos::{Ballot, Fact, Input, NodeId, NodeSet, Outbox, Slot, System, Timer};
use crate::scenario::Scenario;
use std::collections::VecDeque;

/// A schedule of the specification as the actors do it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Followed {
    /// The run.
    pub scenario: Scenario,
    /// For each action, how many steps of the run do it: the last of them is the action, what comes before leaves the
    /// specification's state as it is, unless `begins` says otherwise.
    pub steps: Vec<usize>,
    /// The ballots that the specification never began and that a proposer had to begin, so that it could propose in
    /// them.
    pub begins: Vec<u8>,
}

/// How many steps a node may take for one action: a crash, a restart, a timer, and a promise from everybody.
const FAR: usize = 12;

/// What a node is at, how it came there, and what it said meanwhile.
#[derive(Clone)]
struct Way<S: System> {
    up: bool,
    actor: S::Actor,
    steps: Vec<Step>,
    said: Vec<Envelope<S::Message>>,
    /// A ballot that it had to begin.
    began: Option<Ballot>,
}

/// The actors, and what of theirs stands for what of the specification's.
struct Troupe<S: System> {
    system: S,
    nodes: Vec<(bool, S::Actor)>,
    said: Vec<Envelope<S::Message>>,
    /// By the specification's ballot.
    ballots: Vec<Option<Ballot>>,
    /// By the specification's value.
    values: Vec<Option<S::Value>>,
    done: Vec<Action<u8, u8>>,
}

/// What a step of a node is.
enum Taken {
    /// It leaves the specification's state as it is; it may have begun a ballot that had to be begun.
    Aside(Option<Ballot>),
    /// The action.
    Wanted,
    /// Another action.
    Other,
}

/// Has the actors of `system`, in which who does not vote proposes, do `schedule`. An error is the position of the
/// first action that they have not.
pub(super) fn follow<S: System>(system: S, base: &Scenario, schedule: &[Action<u8, u8>]) -> Result<Followed, usize> {
    let mut troupe = Troupe::new(system, schedule);
    let (mut all, mut steps, mut begins) = (Vec::new(), Vec::new(), Vec::new());
    for (at, action) in schedule.iter().enumerate() {
        // Only who uses a ballot again has to crash for it.
        let way = troupe.way_to(*action, false).or_else(|| troupe.way_to(*action, true)).ok_or(at)?;
        steps.push(way.steps.len());
        all.extend_from_slice(&way.steps);
        if let (Some(ballot), Action::Phase2a(b, _)) = (way.began, action) {
            troupe.ballots[usize::from(*b)] = Some(ballot);
            begins.push(*b);
        }
        let node = troupe.node(*action);
        troupe.nodes[node.index()] = (way.up, way.actor);
        troupe.said.extend(way.said);
        troupe.done.push(*action);
    }
    let scenario = replay::scenario(&troupe.system, &|message| &troupe.said[message as usize], base, &all);
    Ok(Followed { scenario, steps, begins })
}

impl<S: System> Troupe<S> {
    fn new(system: S, schedule: &[Action<u8, u8>]) -> Self {
        let count = |of: fn(&Action<u8, u8>) -> u8| schedule.iter().map(of).max().map_or(0, usize::from) + 1;
        let ballots = count(Action::ballot);
        let values = count(|action| match *action {
            Action::Phase2a(_, v) | Action::Phase2b(_, _, v) => v,
            Action::Phase1a(_) | Action::Phase1b(..) => 0,
        });
        let mut troupe = Self {
            nodes: (0..system.members().len()).map(|node| (true, system.initial(NodeId(node as u8)))).collect(),
            system,
            said: Vec::new(),
            ballots: vec![None; ballots],
            values: vec![None; values],
            done: Vec::new(),
        };
        let mut out = Outbox::default();
        for node in 0..troupe.nodes.len() {
            out.clear();
            troupe.system.handle(NodeId(node as u8), &mut troupe.nodes[node].1, Input::Start, &mut out);
            let mut said = Vec::new();
            troupe.say(NodeId(node as u8), &out, &mut said);
            troupe.said.extend(said);
        }
        troupe
    }

    /// Who takes that action: acceptors and proposers in their order.
    fn node(&self, action: Action<u8, u8>) -> NodeId {
        let acceptors = self.system.quorums(Slot::ONLY).acceptors;
        let (among, at) = match action {
            Action::Phase1b(a, _) | Action::Phase2b(a, ..) => (acceptors, a.index()),
            Action::Phase1a(b) | Action::Phase2a(b, _) => {
                (NodeSet::range(0, self.nodes.len()).without(acceptors), usize::from(b))
            }
        };
        among.iter().nth(at).unwrap_or(NodeId(u8::MAX))
    }

    /// Adds to `new` what of the outbox nobody has said yet.
    fn say(&self, from: NodeId, out: &Outbox<S>, new: &mut Vec<Envelope<S::Message>>) {
        for (to, message) in &out.sends {
            for to in to.and(NodeSet::range(0, self.nodes.len())).iter() {
                let envelope = Envelope { from, to, message: message.clone() };
                if !self.said.contains(&envelope) && !new.contains(&envelope) {
                    new.push(envelope);
                }
            }
        }
    }

    /// The shortest way on which the action's node takes it; `crashes` lets it crash on the way.
    fn way_to(&mut self, action: Action<u8, u8>, crashes: bool) -> Option<Way<S>> {
        let node = self.node(action);
        let (up, actor) = self.nodes.get(node.index())?.clone();
        let mut seen = vec![(up, actor.clone())];
        let mut queue = VecDeque::from([Way { up, actor, steps: Vec::new(), said: Vec::new(), began: None }]);
        while let Some(way) = queue.pop_front() {
            for step in self.steps(node, &way, crashes) {
                let Some((mut next, out)) = self.take(node, &way, step) else { continue };
                match self.judge(action, &out) {
                    Taken::Other => continue,
                    Taken::Wanted => return Some(next),
                    Taken::Aside(began) => next.began = next.began.or(began),
                }
                let what = (next.up, next.actor.clone());
                if next.steps.len() < FAR && !seen.contains(&what) {
                    seen.push(what);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// What may happen to a node.
    fn steps(&self, node: NodeId, way: &Way<S>, crashes: bool) -> Vec<Step> {
        if !way.up {
            return vec![Step::Restart(node)];
        }
        let timers = self.system.armed(node, &way.actor);
        let fired = (0..16).filter(|timer| timers >> timer & 1 == 1).map(|timer| Step::Fire(node, Timer(timer)));
        let mail = self.said.iter().enumerate().filter(|(_, envelope)| envelope.to == node);
        let mail = mail.map(|(message, _)| Step::Deliver(message as u32));
        fired.chain(mail).chain(crashes.then_some(Step::Crash(node))).collect()
    }

    /// What a step makes of a node, and what it does in it.
    fn take(&self, node: NodeId, way: &Way<S>, step: Step) -> Option<(Way<S>, Outbox<S>)> {
        let (mut next, mut out) = (way.clone(), Outbox::default());
        next.steps.push(step);
        let input = match step {
            Step::Deliver(message) => {
                let Envelope { from, message, .. } = &self.said[message as usize];
                Input::Message { from: *from, message }
            }
            Step::Fire(_, timer) => Input::Timer(timer),
            Step::Restart(_) => Input::Restart,
            _ => {
                (next.up, next.actor) = (false, self.system.recover(node, &way.actor));
                return Some((next, out));
            }
        };
        next.up = true;
        self.system.handle(node, &mut next.actor, input, &mut out);
        self.say(node, &out, &mut next.said);
        Some((next, out))
    }

    /// Which of the specification's ballots that is; a new one may stand for `wanted` if it has its place in the order.
    fn ballot(&mut self, ballot: Ballot, wanted: Option<u8>) -> Option<u8> {
        if let Some(known) = self.ballots.iter().position(|known| *known == Some(ballot)) {
            return Some(known as u8);
        }
        let at = usize::from(wanted?);
        let lower = self.ballots[..at].iter().flatten().all(|lower| *lower < ballot);
        let higher = self.ballots[at + 1..].iter().flatten().all(|higher| *higher > ballot);
        (self.ballots[at].is_none() && lower && higher).then_some(at as u8)
    }

    /// The same of a value.
    fn value(&self, value: &S::Value, wanted: u8) -> Option<u8> {
        let known = self.values.iter().position(|known| known.as_ref() == Some(value)).map(|at| at as u8);
        known.or(self.values[usize::from(wanted)].is_none().then_some(wanted))
    }

    /// What a step with those effects is, where `wanted` is to be done.
    fn judge(&mut self, wanted: Action<u8, u8>, out: &Outbox<S>) -> Taken {
        let (mut taken, mut aside) = (false, None);
        for fact in &out.facts {
            let action = match (fact, wanted) {
                (Fact::Began(ballot), Action::Phase1a(b)) => {
                    let known = self.ballot(*ballot, Some(b));
                    if known == Some(b) {
                        self.ballots[usize::from(b)] = Some(*ballot);
                    }
                    known.map(Action::Phase1a)
                }
                // A ballot that the specification did not need to begin.
                (Fact::Began(ballot), Action::Phase2a(b, _)) if self.ballots[usize::from(b)].is_none() => {
                    aside = self.ballot(*ballot, Some(b)).map(|_| *ballot);
                    if aside.is_none() {
                        return Taken::Other;
                    }
                    continue;
                }
                (Fact::Began(ballot), _) => self.ballot(*ballot, None).map(Action::Phase1a),
                (Fact::Promised(ballot), _) => {
                    // Taken again, it would report the present vote.
                    self.ballot(*ballot, None).map(|b| match wanted {
                        Action::Phase1b(a, wanted) if wanted == b => Action::Phase1b(a, b),
                        _ => Action::Phase1b(NodeId(u8::MAX), b),
                    })
                }
                (Fact::Proposed(_, ballot, value), Action::Phase2a(b, v)) => {
                    self.proposed(*ballot, value, b, v).map(|(b, v)| Action::Phase2a(b, v))
                }
                (Fact::Voted(_, ballot, value), Action::Phase2b(a, b, v)) => {
                    let same = self.ballots[usize::from(b)] == Some(*ballot)
                        && self.values[usize::from(v)].as_ref() == Some(value);
                    same.then_some(Action::Phase2b(a, b, v))
                }
                (Fact::Proposed(..) | Fact::Voted(..), _) => None,
                _ => continue,
            };
            match action {
                Some(action) if action == wanted && !taken => taken = true,
                Some(action) if self.done.contains(&action) => {}
                _ => return Taken::Other,
            }
        }
        if taken { Taken::Wanted } else { Taken::Aside(aside) }
    }

    /// Which proposal of the specification that is, if it can be one.
    fn proposed(&mut self, ballot: Ballot, value: &S::Value, b: u8, v: u8) -> Option<(u8, u8)> {
        let (known_ballot, known_value) = (self.ballot(ballot, Some(b))?, self.value(value, v)?);
        if (known_ballot, known_value) == (b, v) {
            self.values[usize::from(v)] = Some(value.clone());
        }
        Some((known_ballot, known_value))
    }
}
