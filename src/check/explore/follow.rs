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

/// How many states of one node are looked at for one action; a dozen is usual.
const MANY: usize = 10_000;

/// A state of a node on its way, and how it came there.
struct Place<S: System> {
    up: bool,
    actor: S::Actor,
    before: usize,
    step: Step,
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
    /// What the latest step did.
    out: Outbox<S>,
}

/// What a step of a node is.
enum Taken {
    /// It leaves the specification's state as it is, or begins a ballot that has to be begun.
    Aside,
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
        steps.push(way.len());
        for step in &way {
            begins.extend(troupe.go(*action, *step));
        }
        all.extend(way);
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
            out: Outbox::default(),
        };
        for node in 0..troupe.nodes.len() {
            troupe.out.clear();
            troupe.system.handle(NodeId(node as u8), &mut troupe.nodes[node].1, Input::Start, &mut troupe.out);
            troupe.say(NodeId(node as u8));
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

    /// What of the outbox nobody has said yet is in the network now.
    fn say(&mut self, from: NodeId) {
        for (to, message) in &self.out.sends {
            for to in to.and(NodeSet::range(0, self.nodes.len())).iter() {
                let envelope = Envelope { from, to, message: message.clone() };
                if !self.said.contains(&envelope) {
                    self.said.push(envelope);
                }
            }
        }
    }

    /// The shortest way on which the action's node takes it; `crashes` lets it crash on the way.
    fn way_to(&mut self, action: Action<u8, u8>, crashes: bool) -> Option<Vec<Step>> {
        let node = self.node(action);
        let (up, actor) = self.nodes.get(node.index())?.clone();
        let mut places: Vec<Place<S>> = vec![Place { up, actor, before: 0, step: Step::Restart(node) }];
        let mut at = 0;
        while at < places.len().min(MANY) {
            for step in self.steps(node, &places[at], crashes) {
                let (up, actor) = self.take(node, &places[at], step);
                match self.judge(action) {
                    Taken::Other => {}
                    Taken::Wanted => {
                        let mut way = vec![step];
                        while at > 0 {
                            way.insert(0, places[at].step);
                            at = places[at].before;
                        }
                        return Some(way);
                    }
                    Taken::Aside if places.iter().any(|place| place.up == up && place.actor == actor) => {}
                    Taken::Aside => places.push(Place { up, actor, before: at, step }),
                }
            }
            at += 1;
        }
        None
    }

    /// Lets the action's node take a step on its way. The specification's ballot that it began because it had to.
    fn go(&mut self, action: Action<u8, u8>, step: Step) -> Option<u8> {
        let node = self.node(action);
        let (up, actor) = self.nodes[node.index()].clone();
        self.nodes[node.index()] = self.take(node, &Place { up, actor, before: 0, step }, step);
        self.say(node);
        let mut began = None;
        for fact in &self.out.facts {
            match (fact, action) {
                (Fact::Began(ballot), Action::Phase1a(b) | Action::Phase2a(b, _)) => {
                    let known = &mut self.ballots[usize::from(b)];
                    if known.is_none() {
                        *known = Some(*ballot);
                        began = matches!(action, Action::Phase2a(..)).then_some(b);
                    }
                }
                (Fact::Proposed(_, _, value), Action::Phase2a(_, v)) => {
                    self.values[usize::from(v)].get_or_insert_with(|| value.clone());
                }
                _ => {}
            }
        }
        began
    }

    /// What may happen to a node.
    fn steps(&self, node: NodeId, place: &Place<S>, crashes: bool) -> Vec<Step> {
        if !place.up {
            return vec![Step::Restart(node)];
        }
        let timers = self.system.armed(node, &place.actor);
        let fired = (0..16).filter(|timer| timers >> timer & 1 == 1).map(|timer| Step::Fire(node, Timer(timer)));
        let mut steps: Vec<_> = fired.collect();
        let mail = self.said.iter().enumerate().filter(|(_, envelope)| envelope.to == node);
        steps.extend(mail.map(|(message, _)| Step::Deliver(message as u32)));
        steps.extend(crashes.then_some(Step::Crash(node)));
        steps
    }

    /// What a step makes of a node; what it does in it is in the outbox.
    fn take(&mut self, node: NodeId, place: &Place<S>, step: Step) -> (bool, S::Actor) {
        self.out.clear();
        let mut actor = place.actor.clone();
        let input = match step {
            Step::Deliver(message) => {
                let Envelope { from, message, .. } = &self.said[message as usize];
                Input::Message { from: *from, message }
            }
            Step::Fire(_, timer) => Input::Timer(timer),
            Step::Restart(_) => Input::Restart,
            _ => return (false, self.system.recover(node, &actor)),
        };
        self.system.handle(node, &mut actor, input, &mut self.out);
        (true, actor)
    }

    /// Which of the specification's ballots that is; a new one may stand for `wanted` if it has its place in the order.
    fn ballot(&self, ballot: Ballot, wanted: Option<u8>) -> Option<u8> {
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

    /// What the latest step is, where `wanted` is to be done.
    fn judge(&self, wanted: Action<u8, u8>) -> Taken {
        let mut taken = false;
        for fact in &self.out.facts {
            let action = match (fact, wanted) {
                (Fact::Began(ballot), Action::Phase1a(b)) => self.ballot(*ballot, Some(b)).map(Action::Phase1a),
                // A ballot that the specification did not need to begin.
                (Fact::Began(ballot), Action::Phase2a(b, _)) if self.ballots[usize::from(b)].is_none() => {
                    if self.ballot(*ballot, Some(b)).is_none() {
                        return Taken::Other;
                    }
                    continue;
                }
                (Fact::Began(ballot), _) => self.ballot(*ballot, None).map(Action::Phase1a),
                (Fact::Promised(ballot), Action::Phase1b(a, _)) => {
                    self.ballot(*ballot, None).map(|b| Action::Phase1b(a, b))
                }
                (Fact::Proposed(_, ballot, value), Action::Phase2a(b, v)) => {
                    let known = self.ballot(*ballot, Some(b)).zip(self.value(value, v));
                    known.map(|(b, v)| Action::Phase2a(b, v))
                }
                (Fact::Voted(_, ballot, value), Action::Phase2b(a, b, v)) => {
                    let known = self.ballot(*ballot, None).zip(self.value(value, v));
                    known.filter(|known| *known == (b, v)).map(|(b, v)| Action::Phase2b(a, b, v))
                }
                // Taken again, it would say what is true now.
                (Fact::Promised(_) | Fact::Proposed(..) | Fact::Voted(..), _) => None,
                _ => continue,
            };
            match action {
                Some(action) if action == wanted && !taken => taken = true,
                Some(action @ (Action::Phase1a(_) | Action::Phase2a(..))) if self.done.contains(&action) => {}
                _ => return Taken::Other,
            }
        }
        if taken { Taken::Wanted } else { Taken::Aside }
    }
}
