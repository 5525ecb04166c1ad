//! The very actors that run on the stage, behind the numbers of a [`Core`]: the part of the explorer that each system
//! has for its own.

use super::books::{Books, Breach};
use super::core::Core;
use super::pool::Pool;
use super::reaction::Reaction;
use super::step::Envelope;
use super::teacher::Teacher;
use super::{Bounds, Step, goal, replay};
use crate::paxos::{Fact, Failing, Input, Micros, NodeId, NodeSet, Outbox, Renaming, Slot, System, TimerEffect};
use crate::scenario::Scenario;
use crate::sim::Digest;

/// A local state: whether the node is up, and its actor.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Local<A> {
    up: bool,
    actor: A,
}

/// The actors of `S`, with all that they were seen to be, to say and to do.
pub(super) struct Cast<S: System> {
    system: S,
    locals: Vec<Pool<Local<S::Actor>>>,
    messages: Pool<Envelope<S::Message>>,
    books: Books<S::Value>,
    out: Outbox<S>,
    /// Names and meanings of its paper's invariants.
    invariants: &'static [(&'static str, &'static str)],
}

impl<S: System> Cast<S> {
    /// The actors of `system`, and the core of their states within `bounds`.
    pub fn new(system: S, bounds: Bounds) -> (Core, Self) {
        let members = system.members();
        let machine = |index: usize| {
            let same = members.iter().enumerate().filter(|(_, member)| member.machine == members[index].machine);
            same.map(|(index, _)| NodeId(index as u8)).collect()
        };
        let mut core = Core::new((0..members.len()).map(machine).collect(), system.alike(), bounds);
        core.preemptions = goal::preemptions::<S>(&bounds);
        let locals = members.iter().map(|_| Pool::default()).collect();
        let invariants = system.audit().map_or(&[][..], |audit| audit.invariants());
        let (messages, books, out) = (Pool::default(), Books::new(&mut core), Outbox::default());
        (core, Self { system, locals, messages, books, out, invariants })
    }

    fn intern_local(&mut self, core: &mut Core, node: usize, mut local: Local<S::Actor>) -> u32 {
        self.system.untimed(&mut local.actor);
        let (number, new) = self.locals[node].number(local);
        if new {
            let local = self.locals[node].get(number);
            let timers = if local.up { self.system.armed(NodeId(node as u8), &local.actor) } else { 0 };
            core.add_local(node, timers, &|renaming| {
                let Some(renaming) = renaming else { return Digest::of(local) };
                let mut local = local.clone();
                self.system.rename_actor(&mut local.actor, renaming);
                Digest::of(&local)
            });
        }
        number
    }

    fn intern_message(&mut self, core: &mut Core, envelope: Envelope<S::Message>) -> u32 {
        let (number, new) = self.messages.number(envelope);
        if new {
            let envelope = self.messages.get(number);
            let told = self.system.failing(&envelope.message) == Failing::Told;
            core.add_message(envelope.to, told, &|renaming| {
                let Some(renaming) = renaming else { return Digest::of(envelope) };
                let Envelope { from, to, message } = envelope;
                let (from, to, mut message) = (renaming.node(*from), renaming.node(*to), message.clone());
                self.system.rename_message(&mut message, renaming);
                Digest::of(&Envelope { from, to, message })
            });
        }
        number
    }

    /// The invariant of the system's paper that this step of a node breaks.
    fn breach(&self, node: NodeId, before: u32, after: &Local<S::Actor>, event: Option<Step>) -> Option<Breach> {
        if self.invariants.is_empty() || !matches!(event, Some(Step::Deliver(_) | Step::Fail(_) | Step::Fire(..))) {
            return None;
        }
        let before = &self.locals[node.index()].get(before).actor;
        let breaches = self.system.breaches(node, before, &after.actor, &self.out.facts);
        let (invariant, what) = breaches.into_iter().next()?;
        Some((self.invariants.get(invariant)?.0, format!("{}: {what}", self.system.label(node))))
    }

    /// Notes whether what was just handled made the node begin a ballot, and which timers wait for no random while.
    fn note_beginnings(&self, core: &mut Core, event: Option<Step>) {
        let began = self.out.facts.iter().any(|fact| matches!(fact, Fact::Began(_)));
        match event {
            Some(Step::Deliver(_) | Step::Fail(_)) => core.begins.by_message |= began,
            Some(Step::Fire(_, timer)) if began => core.begins.timers |= 1 << timer.0,
            _ => {}
        }
        for effect in &self.out.timers {
            if let TimerEffect::Set { timer, spread: Micros::ZERO, .. } = effect {
                core.begins.fixed |= 1 << timer.0;
            }
        }
    }

    /// Runs the actor of a local state into the outbox. What it then is; `None` if nothing happens to it.
    fn run(&mut self, core: &mut Core, node: NodeId, local: u32, event: Option<Step>) -> Option<Local<S::Actor>> {
        let Self { system, locals, messages, out, .. } = self;
        let Local { up, mut actor } = locals[node.index()].get(local).clone();
        let input = match event {
            None => Input::Start,
            Some(Step::Deliver(number)) if up => {
                let Envelope { from, message, .. } = messages.get(number);
                Input::Message { from: *from, message }
            }
            Some(Step::Fail(number)) if up => {
                let Envelope { from, message, .. } = messages.get(number);
                Input::Fault { from: *from, message }
            }
            Some(Step::Fire(_, timer)) if up => Input::Timer(timer),
            Some(Step::Crash(_)) if up => {
                let forgets = core.bounds.forgets;
                let actor = if forgets { system.initial(node) } else { system.recover(node, &actor) };
                return Some(Local { up: false, actor });
            }
            Some(Step::Restart(_)) if !up => Input::Restart,
            Some(Step::Wipe(_)) => {
                actor = system.initial(node);
                Input::Restart
            }
            _ => return None,
        };
        system.handle(node, &mut actor, input, out);
        core.runs += 1;
        self.note_beginnings(core, event);
        Some(Local { up: true, actor })
    }

    /// The node, or the machine that it shares: `The machine of P1, A1`.
    fn machine(&self, node: NodeId) -> String {
        let members = self.system.members();
        let same = (0..members.len()).filter(|at| members[*at].machine == members[node.index()].machine);
        let labels: Vec<_> = same.map(|at| self.system.label(NodeId(at as u8))).collect();
        if labels.len() > 1 { format!("The machine of {}", labels.join(", ")) } else { self.system.label(node) }
    }

    /// The message for so much later rounds, if the system can tell.
    fn later(&self, message: u32, rounds: u32) -> Option<Envelope<S::Message>> {
        let mut envelope = self.messages.get(message).clone();
        self.system.rename_message(&mut envelope.message, &Renaming::of_rounds(rounds)).then_some(envelope)
    }
}

impl<S: System> Teacher for Cast<S> {
    fn again(&self, bounds: Bounds) -> (Core, Box<dyn Teacher>) {
        let (core, cast) = Self::new(self.system.clone(), bounds);
        (core, Box::new(cast))
    }

    fn acceptors(&self) -> NodeSet {
        self.system.quorums(Slot::ONLY).acceptors
    }

    fn empty_ledger(&mut self, core: &mut Core) -> u32 {
        self.books.empty(core)
    }

    fn initial(&mut self, core: &mut Core, node: usize) -> u32 {
        let actor = self.system.initial(NodeId(node as u8));
        self.intern_local(core, node, Local { up: true, actor })
    }

    fn react(&mut self, core: &mut Core, node: usize, local: u32, event: Option<Step>) -> Option<Reaction> {
        let id = NodeId(node as u8);
        self.out.clear();
        let after = self.run(core, id, local, event)?;
        if self.system.round(&after.actor) > core.bounds.rounds {
            return None;
        }
        let members = NodeSet::range(0, self.locals.len());
        let start = core.sends_start();
        for (to, message) in std::mem::take(&mut self.out.sends) {
            for to in to.and(members).iter() {
                let number = self.intern_message(core, Envelope { from: id, to, message: message.clone() });
                core.send(start, number);
            }
        }
        let breach = self.breach(id, local, &after, event);
        let facts = self.books.facts(core, id, &self.out.facts, breach);
        let after = self.intern_local(core, node, after);
        core.reaction(node, (local, after), facts, start)
    }

    fn enter(&mut self, core: &mut Core, ledger: u32, facts: u32) -> u32 {
        self.books.enter(core, &self.system, self.system.chooses_once(), ledger, facts)
    }

    fn reached(&self, goal: usize, locals: &[u32], ledger: u32) -> bool {
        let actors: Vec<_> = self.locals.iter().zip(locals).map(|(pool, local)| &pool.get(*local).actor).collect();
        goal::reached(&self.system, goal, &actors, self.books.ledger(ledger))
    }

    fn chosen(&self, ledger: u32) -> Vec<String> {
        self.books.chosen(&self.system, ledger)
    }

    fn words(&self, step: Step) -> String {
        let label = |node| self.system.label(node);
        match step {
            Step::Deliver(message) => {
                let Envelope { from, to, message } = self.messages.get(message);
                format!("{} gets {} from {}", label(*to), self.system.read(message), label(*from))
            }
            Step::Fail(message) => {
                let Envelope { from, to, message } = self.messages.get(message);
                format!("{} fails over {} from {}", label(*to), self.system.read(message), label(*from))
            }
            Step::Fire(node, timer) => {
                let name = S::ABOUT.timers.get(usize::from(timer.0)).copied().unwrap_or("timer");
                format!("{}: {name}", label(node))
            }
            Step::Crash(node) => format!("{} crashes", self.machine(node)),
            Step::Restart(node) => format!("{} restarts", self.machine(node)),
            Step::Wipe(node) => format!("{} loses its disk", self.machine(node)),
        }
    }

    fn look(&self, locals: &[u32]) -> String {
        let mut nodes = Vec::new();
        for (index, (pool, local)) in self.locals.iter().zip(locals).enumerate() {
            let (id, local) = (NodeId(index as u8), pool.get(*local));
            let look = self.system.look(id, &local.actor);
            let mut words = Vec::new();
            words.extend((!local.up).then(|| "down".to_string()));
            words.extend(look.ballot.map(|ballot| ballot.to_string()));
            words.extend(look.vote.map(|(ballot, value)| format!("{value}@{ballot}")));
            words.extend(look.decided.map(|value| format!("={value}")));
            words.extend(look.count.map(|(count, need)| format!("{count}/{need}")));
            if !words.is_empty() {
                nodes.push(format!("{} {}", self.system.label(id), words.join(" ")));
            }
        }
        nodes.join(" · ")
    }

    fn scenario(&self, base: &Scenario, steps: &[Step]) -> Scenario {
        replay::scenario(&self.system, &|message| self.messages.get(message), base, steps)
    }

    fn round(&self, node: usize, local: u32) -> u32 {
        self.system.round(&self.locals[node].get(local).actor)
    }

    fn is_later(&self, node: usize, early: u32, late: u32, rounds: u32) -> bool {
        let pool = &self.locals[node];
        let mut actor = pool.get(early).actor.clone();
        self.system.rename_actor(&mut actor, &Renaming::of_rounds(rounds)) && actor == pool.get(late).actor
    }

    fn later_message(&mut self, core: Option<&mut Core>, message: u32, rounds: u32) -> Option<u32> {
        let envelope = self.later(message, rounds)?;
        match core {
            Some(core) => Some(self.intern_message(core, envelope)),
            None => self.messages.find(&envelope),
        }
    }
}
