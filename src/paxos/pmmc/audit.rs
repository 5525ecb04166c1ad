//! The invariants of the paper, watched while a run goes on (PMMC, section 2; named as there).

use super::acceptor::Acceptor;
use super::replica::Replica;
use super::step::{self, Broken, Held};
use super::{Actor, Command, Pmmc};
use crate::paxos::{Audit, Ballot, Fact, Map, NodeId, NodeSet, Quorums, Slot};

const R1: usize = 0;
pub(super) const R2: usize = 1;
pub(super) const R3: usize = 2;
pub(super) const R4: usize = 3;
pub(super) const R5: usize = 4;
pub(super) const A1: usize = 5;
pub(super) const A2: usize = 6;
pub(super) const A3: usize = 7;
const A4: usize = 8;
const A5: usize = 9;
const L1: usize = 10;
const L2: usize = 11;
const PREFIX: usize = 12;
pub(super) const ONCE: usize = 13;

/// In the order of the constants above.
const INVARIANTS: &[(&str, &str)] = &[
    ("invariant R1", "No two commands are decided for one slot."),
    ("invariant R2", "A replica knows the decision of every slot below its slot_out, or has forgotten it on purpose."),
    (
        "invariant R3",
        "A replica's account is what the decided commands come to, in the order of slots, each performed once.",
    ),
    ("invariant R4", "A replica's slot_out never decreases."),
    (
        "invariant R5",
        "A replica proposes only for slots whose configuration it knows: fewer than WINDOW beyond slot_out.",
    ),
    ("invariant A1", "An acceptor's ballot only ever rises."),
    ("invariant A2", "An acceptor accepts a pvalue only in the ballot that it has adopted."),
    ("invariant A3", "An acceptor forgets no pvalue, unless a higher one replaces it or the slot is collected."),
    ("invariant A4", "Of one ballot and slot, all acceptors accept the same command."),
    (
        "invariant A5",
        "Once a quorum has accepted a command for a slot, every higher ballot accepts the same one there.",
    ),
    ("invariant L1", "Of one ballot and slot, at most one commander is ever sent."),
    (
        "invariant L2",
        "Once a quorum has accepted a command for a slot, every commander of a higher ballot carries the same one.",
    ),
    ("replicas prefix-consistent", "What replicas have performed, one has performed as well or will perform next."),
    ("at most once", "No replica performs a command twice."),
];

/// A vote or a commander: who, and for what.
type Carried = (Command, NodeSet);

/// Remembers what the invariants compare.
#[derive(Clone, Debug, Default)]
pub(super) struct Auditor {
    /// What replicas learned, by slot: the first time.
    decided: Map<Slot, Command>,
    /// The account after the slots performed in order: entry n is that before slot n + 1.
    accounts: Vec<i64>,
    /// By client, the latest command of the slots in [`Auditor::accounts`].
    latest: Map<u8, u32>,
    /// What replicas performed, by slot: the first time.
    performed: Map<Slot, Command>,
    /// By replica and client, the latest command that it performed.
    latest_of: Map<(NodeId, u8), u32>,
    /// By replica, its slot_out.
    slot_out: Map<NodeId, Slot>,
    /// By acceptor: its ballot, how many pvalues it held, and below which slot it had forgotten them.
    acceptors: Map<NodeId, Held>,
    votes: Map<(Slot, Ballot), Carried>,
    commanders: Map<(Slot, Ballot), Command>,
    /// The lowest ballot in which a quorum accepted, by slot.
    chosen: Map<Slot, (Ballot, Command)>,
}

impl Audit<Pmmc> for Auditor {
    fn invariants(&self) -> &'static [(&'static str, &'static str)] {
        INVARIANTS
    }

    fn stepped(
        &mut self,
        pmmc: &Pmmc,
        node: NodeId,
        actor: &Actor,
        facts: &[Fact<Command>],
        quorums: &dyn Fn(Slot) -> Quorums,
    ) -> Broken {
        let mut broken = Vec::new();
        let replica = matches!(actor, Actor::Replica(_));
        for fact in facts {
            match *fact {
                Fact::Learned(slot, command) if replica => self.learned(node, slot, command, &mut broken),
                Fact::Performed(slot, command) => self.performed(node, slot, command, &mut broken),
                Fact::Voted(slot, ballot, command) => {
                    self.voted(node, (slot, ballot, command), quorums(slot), &mut broken);
                }
                Fact::Proposed(slot, ballot, command) => self.commanded((slot, ballot, command), &mut broken),
                _ => {}
            }
        }
        match actor {
            Actor::Replica(replica) => self.replica(pmmc, node, replica, &mut broken),
            Actor::Acceptor(acceptor) => self.acceptor(node, acceptor, facts, &mut broken),
            Actor::Leader(_) | Actor::Client(_) => {}
        }
        broken
    }

    fn copy(&self) -> Box<dyn Audit<Pmmc>> {
        Box::new(self.clone())
    }
}

impl Auditor {
    fn learned(&mut self, node: NodeId, slot: Slot, command: Command, broken: &mut Broken) {
        let first = *self.decided.get_or_insert(slot, command);
        if first != command {
            let what = format!("Node {} learns {command} for slot {}, which is {first}.", node.0 + 1, slot.0);
            broken.push((R1, what));
        }
        // What can be performed in order by now.
        if self.accounts.is_empty() {
            self.accounts.push(0);
        }
        while let Some(command) = self.decided.get(&Slot(self.accounts.len() as u32)) {
            let mut account = self.accounts.last().copied().unwrap_or(0);
            account = step::carry(&mut self.latest, account, *command);
            self.accounts.push(account);
        }
    }

    fn performed(&mut self, node: NodeId, slot: Slot, command: Command, broken: &mut Broken) {
        let first = *self.performed.get_or_insert(slot, command);
        if first != command {
            let what = format!("{command} is performed in slot {}, where another replica performed {first}.", slot.0);
            broken.push((PREFIX, what));
        }
        let latest = self.latest_of.get_or_insert((node, command.client), 0);
        step::once(latest, slot, command, broken);
    }

    fn replica(&mut self, pmmc: &Pmmc, node: NodeId, replica: &Replica, broken: &mut Broken) {
        let out = replica.done.slot_out;
        let before = self.slot_out.insert(node, out).unwrap_or(Slot(1));
        step::replica(pmmc, before, replica, broken);
        if out > before {
            step::account(replica, self.accounts.get(out.0 as usize - 1).copied(), broken);
        }
    }

    fn acceptor(&mut self, node: NodeId, acceptor: &Acceptor, facts: &[Fact<Command>], broken: &mut Broken) {
        let before = self.acceptors.insert(node, step::held(acceptor)).unwrap_or((None, 0, Slot(0)));
        step::acceptor(before, acceptor, facts, broken);
    }

    fn voted(
        &mut self,
        node: NodeId,
        (slot, ballot, command): (Slot, Ballot, Command),
        quorums: Quorums,
        broken: &mut Broken,
    ) {
        let (first, nodes) = self.votes.get_or_insert((slot, ballot), (command, NodeSet::EMPTY));
        if *first != command {
            let what = format!("{command} is accepted for slot {} at {ballot}, and so was {first}.", slot.0);
            return broken.push((A4, what));
        }
        nodes.insert(node);
        let is_chosen = nodes.and(quorums.acceptors).len() >= quorums.q2;
        if let Some((lower, chosen)) = self.chosen.get(&slot).filter(|(lower, _)| *lower < ballot)
            && *chosen != command
        {
            let what = format!("{command} is accepted for slot {} at {ballot}; {chosen} was at {lower}.", slot.0);
            broken.push((A5, what));
        }
        if !is_chosen || self.chosen.get(&slot).is_some_and(|(lower, _)| *lower <= ballot) {
            return;
        }
        self.chosen.insert(slot, (ballot, command));
        let above = |at: &Slot, b: &Ballot| *at == slot && *b > ballot;
        let votes = self.votes.range((slot, ballot)..);
        let other =
            votes.take_while(|((at, _), _)| *at == slot).find(|((at, b), (c, _))| above(at, b) && *c != command);
        if let Some(((_, higher), (other, _))) = other {
            let what =
                format!("{command} is accepted by a quorum for slot {} at {ballot}; {other} is at {higher}.", slot.0);
            broken.push((A5, what));
        }
        let commanders = self.commanders.range((slot, ballot)..);
        let other =
            commanders.take_while(|((at, _), _)| *at == slot).find(|((at, b), c)| above(at, b) && **c != command);
        if let Some(((_, higher), other)) = other {
            let what = format!(
                "{command} is accepted by a quorum for slot {} at {ballot}; a commander at {higher} carries {other}.",
                slot.0
            );
            broken.push((L2, what));
        }
    }

    fn commanded(&mut self, (slot, ballot, command): (Slot, Ballot, Command), broken: &mut Broken) {
        if self.commanders.insert((slot, ballot), command).is_some() {
            broken.push((L1, format!("A second commander is sent for slot {} at {ballot}.", slot.0)));
        }
        if let Some((lower, chosen)) = self.chosen.get(&slot).filter(|(lower, _)| *lower < ballot)
            && *chosen != command
        {
            let what = format!(
                "A commander carries {command} for slot {} at {ballot}; a quorum accepted {chosen} at {lower}.",
                slot.0
            );
            broken.push((L2, what));
        }
    }
}
