//! The replica: it puts commands into slots, and performs what is decided, in the order of slots (PMMC, section 2).

use super::command::{self, Config, Op, Reply};
use super::knobs::broken;
use super::{Command, Message, Note, Pmmc};
use crate::paxos::{Fact, Input, Map, NodeId, Outbox, Slot};
use std::collections::VecDeque;

/// What the performed commands have come to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Snapshot {
    /// The application: an account.
    pub account: i64,
    /// The first slot that is not performed.
    pub slot_out: Slot,
    /// By client: the number of its latest command that was performed, and the reply. A client asks for one command
    /// after another, so all its earlier ones were performed too.
    pub clients: Map<u8, (u32, Reply)>,
    /// From which slot on which acceptors vote.
    pub configs: Map<Slot, Config>,
}

/// A replica's state.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Replica {
    /// Durable: what it performed.
    pub done: Snapshot,
    /// Durable: what it knows to be decided, from `base` on.
    pub decisions: Map<Slot, Command>,
    /// Durable: it has forgotten the decisions below this slot.
    pub base: Slot,
    /// The next slot in which it has not proposed.
    pub slot_in: Slot,
    /// What clients asked for and it has not proposed.
    pub requests: VecDeque<Command>,
    /// What it proposed and does not know to be decided.
    pub proposals: Map<Slot, Command>,
    /// Up to where it proposes no-ops, so that a new configuration comes into force.
    pub fill_to: Slot,
    /// Slots below this one are decided, as far as it has heard.
    pub known: Slot,
    /// Where it stood when its timer was set.
    pub stood: Slot,
    /// Where it stood when it last asked the others.
    pub asked: Option<Slot>,
    /// Whether its timer is set.
    pub armed: bool,
}

impl Replica {
    pub(super) fn new(config: Config) -> Self {
        let first = Slot(1);
        let configs = Map::from([(first, config)]);
        let done = Snapshot { account: 0, slot_out: first, clients: Map::new(), configs };
        Self::after(done, Map::new(), first)
    }

    /// A replica that holds only what is durable.
    pub(super) fn after(done: Snapshot, decisions: Map<Slot, Command>, base: Slot) -> Self {
        Self {
            slot_in: done.slot_out,
            fill_to: Slot(0),
            known: Slot(0),
            stood: done.slot_out,
            asked: None,
            armed: false,
            requests: VecDeque::new(),
            proposals: Map::new(),
            done,
            decisions,
            base,
        }
    }

    /// Who votes in the slot, as far as it knows.
    pub fn config(&self, slot: Slot) -> Config {
        self.done.configs.range(..=slot).next_back().map_or(Config::default(), |(_, config)| *config)
    }

    /// Whether the command was performed.
    pub(super) fn has_performed(&self, command: &Command) -> bool {
        self.done.clients.get(&command.client).is_some_and(|(id, _)| command.id <= *id)
    }

    /// Whether a later slot is decided and the next one to perform is not, as far as it knows.
    pub fn has_hole(&self) -> bool {
        self.known > self.done.slot_out || self.decisions.range(self.done.slot_out..).next().is_some()
    }
}

impl Pmmc {
    pub(super) fn replica(&self, me: NodeId, replica: &mut Replica, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Restart => self.ask_others(me, replica, out),
            Input::Timer(_) => self.catch_up(me, replica, out),
            Input::Message { from, message } => self.replica_hears(from, replica, message, out),
            Input::Request(_) => out.note(Note::NotAClient),
            Input::Start | Input::Leave | Input::Fault { .. } => {}
        }
        self.propose(replica, out);
        self.keep_catching_up(replica, out);
    }

    fn replica_hears(&self, from: NodeId, replica: &mut Replica, message: &Message, out: &mut Outbox<Self>) {
        match message {
            Message::Request { command } => self.hear_request(from, replica, *command, out),
            // Nothing tells the replica whether others have performed more.
            Message::Read { id } => {
                let last = Slot(replica.done.slot_out.0 - 1);
                out.note(Note::ReadsLocally { client: from, account: replica.done.account, slot: last });
                out.send(from, Message::Response { id: *id, slot: last, reply: Some(replica.done.account) });
            }
            Message::Decision { slot, command } => self.decide(replica, *slot, *command, out),
            Message::Decisions { first, commands } => {
                for (slot, command) in (first.0..).zip(commands.iter()) {
                    self.decide(replica, Slot(slot), *command, out);
                }
            }
            Message::Snapshot { snapshot } => self.install(replica, snapshot, out),
            Message::Ask { from: slot } => self.tell(from, replica, *slot, out),
            Message::Probe { upto } => {
                replica.known = replica.known.max(*upto);
                let slot_out = replica.done.slot_out;
                out.note(Note::Reports { slot_out, upto: *upto });
                out.send(from, Message::Performed { slot_out });
            }
            Message::Collect { below } => {
                let below = (*below).min(replica.done.slot_out);
                if below > replica.base {
                    replica.base = below;
                    replica.decisions.forget_while(|slot| *slot < below);
                    out.note(Note::Collected { below });
                } else {
                    out.note(Note::CollectedBefore { below });
                }
            }
            _ => {}
        }
    }

    /// ⟨request, c⟩: "requests := requests ∪ {c}". What was performed is answered again and not proposed.
    fn hear_request(&self, client: NodeId, replica: &mut Replica, command: Command, out: &mut Outbox<Self>) {
        match replica.done.clients.get(&command.client) {
            Some((id, reply)) if *id == command.id => {
                out.note(Note::AnswersAgain { command });
                let slot = Slot(replica.done.slot_out.0 - 1);
                return out.send(client, Message::Response { id: *id, slot, reply: *reply });
            }
            Some((id, _)) if *id > command.id => return out.note(Note::RequestedBefore { command }),
            _ => {}
        }
        if replica.requests.contains(&command) || replica.proposals.values().any(|proposed| *proposed == command) {
            return out.note(Note::RequestedBefore { command });
        }
        out.note(Note::Requested { command });
        replica.requests.push_back(command);
    }

    /// `propose()`: puts commands into free slots, fewer than WINDOW ahead of what is performed, so that it knows the
    /// configuration of each.
    fn propose(&self, replica: &mut Replica, out: &mut Outbox<Self>) {
        let window = if self.is_off(broken::SKIP_WINDOW) { u32::MAX / 2 } else { self.window };
        replica.slot_in = replica.slot_in.max(replica.done.slot_out);
        let fills = |replica: &Replica| replica.slot_in < replica.fill_to;
        while !replica.requests.is_empty() || fills(replica) {
            let slot = replica.slot_in;
            if slot.0 >= replica.done.slot_out.0.saturating_add(window) {
                return out.note(Note::Stalled { slot, waiting: replica.requests.len() });
            }
            replica.slot_in = Slot(slot.0 + 1);
            if replica.decisions.contains_key(&slot) || replica.proposals.contains_key(&slot) {
                continue;
            }
            let command = replica.requests.pop_front().unwrap_or(Command::NOOP);
            if command == Command::NOOP {
                out.fact(Fact::Requested(command));
            }
            self.propose_in(replica, slot, command, out);
        }
    }

    pub(super) fn propose_in(&self, replica: &mut Replica, slot: Slot, command: Command, out: &mut Outbox<Self>) {
        replica.proposals.insert(slot, command);
        out.note(Note::Proposes { slot, command });
        let (config, slot_out) = (replica.config(slot), replica.done.slot_out);
        out.broadcast(self.leaders(), Message::Propose { slot, command, config, slot_out });
    }

    /// ⟨decision, s, c⟩: slots are decided in any order and performed in theirs.
    pub(super) fn decide(&self, replica: &mut Replica, slot: Slot, command: Command, out: &mut Outbox<Self>) {
        if slot < replica.done.slot_out || replica.decisions.contains_key(&slot) {
            return out.note(Note::Known { slot });
        }
        replica.decisions.insert(slot, command);
        out.fact(Fact::Learned(slot, command));
        out.note(Note::Decided { slot, command, next: replica.done.slot_out });
        while let Some(command) = replica.decisions.get(&replica.done.slot_out).copied() {
            let slot = replica.done.slot_out;
            let mine = replica.proposals.remove(&slot);
            self.perform(replica, slot, command, out);
            if let Some(mine) = mine.filter(|mine| *mine != command) {
                self.propose_again(replica, slot, mine, out);
            }
        }
    }

    /// "if c'' ≠ c' then requests := requests ∪ {c''}": the slot went to another command, so this one needs another.
    fn propose_again(&self, replica: &mut Replica, slot: Slot, mine: Command, out: &mut Outbox<Self>) {
        let elsewhere = mine == Command::NOOP
            || replica.has_performed(&mine)
            || replica.requests.contains(&mine)
            || replica.proposals.values().any(|other| *other == mine);
        out.note(Note::Taken { slot, command: mine, again: !elsewhere });
        if !elsewhere {
            replica.requests.push_back(mine);
        }
    }

    /// `perform(c)`: carries the command out unless it was performed in an earlier slot, and answers the client.
    fn perform(&self, replica: &mut Replica, slot: Slot, command: Command, out: &mut Outbox<Self>) {
        replica.done.slot_out = Slot(slot.0 + 1);
        if let Some(config) = command.config() {
            let from = Slot(slot.0.saturating_add(self.window));
            replica.done.configs.insert(from, config);
            replica.fill_to = replica.fill_to.max(from);
            out.note(Note::Reconfigures { slot, from, config });
        }
        if command.op == Op::Noop {
            return out.note(Note::Skips { slot });
        }
        if replica.has_performed(&command) && !self.is_off(broken::PERFORM_TWICE) {
            return out.note(Note::PerformedBefore { slot, command });
        }
        let (account, reply) = command::perform(command.op, replica.done.account);
        replica.done.account = account;
        replica.done.clients.insert(command.client, (command.id, reply));
        replica.requests.retain(|waiting| *waiting != command);
        out.fact(Fact::Performed(slot, command));
        out.note(Note::Performs { slot, command, reply });
        if let Some(client) = self.client_of(&command) {
            out.send(client, Message::Response { id: command.id, slot, reply });
        }
    }
}
