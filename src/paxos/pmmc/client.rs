//! The client: it asks for one command at a time, of every replica, until one answers (PMMC, section 2).

use super::command::{Op, Reply};
use super::{Command, Message, Note, Pmmc, timer};
use crate::paxos::{Fact, Input, Micros, NodeId, Outbox, Slot, Timer};
use std::collections::VecDeque;

/// A client's state. All but its timers is durable: a command keeps its number, so it is performed at most once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Client {
    /// The number of its latest command.
    pub id: u32,
    /// How many commands of its own it has still to ask for.
    pub left: u32,
    /// What people asked it for and it has not begun.
    pub queue: VecDeque<Op>,
    /// The command whose answer it waits for.
    pub current: Option<Command>,
    /// Its commands with their answers, in order.
    pub answers: Vec<Answer>,
    /// Volatile: which of its timers are set.
    pub armed: u16,
}

/// A command that was answered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Answer {
    /// The command.
    pub command: Command,
    /// What it was told.
    pub reply: Reply,
    /// The last slot that the answering replica had performed.
    pub slot: Slot,
}

impl Client {
    fn set(&mut self, timer: Timer, after: Micros, spread: Micros, out: &mut Outbox<Pmmc>) {
        self.armed |= 1 << timer.0;
        out.set(timer, after, spread);
    }

    fn cancel(&mut self, timer: Timer, out: &mut Outbox<Pmmc>) {
        if self.armed >> timer.0 & 1 == 1 {
            self.armed &= !(1 << timer.0);
            out.cancel(timer);
        }
    }
}

impl Pmmc {
    pub(super) fn client(&self, me: NodeId, client: &mut Client, input: Input<Self>, out: &mut Outbox<Self>) {
        match input {
            Input::Start => self.think(client, out),
            Input::Restart if client.current.is_some() => self.ask_again(me, client, out),
            Input::Restart => self.think(client, out),
            Input::Request(command) => {
                client.queue.push_back(command.op);
                out.note(Note::Queued { op: command.op, waits: client.current.is_some() });
                if client.current.is_none() {
                    client.cancel(timer::THINK, out);
                    self.ask_next(me, client, out);
                }
            }
            Input::Timer(timer) => {
                client.armed &= !(1 << timer.0);
                match timer {
                    timer::THINK => self.ask_next(me, client, out),
                    _ => self.ask_again(me, client, out),
                }
            }
            Input::Message { from, message: &Message::Response { id, slot, reply } } => {
                self.hear_response(client, (from, id, slot, reply), out);
            }
            _ => {}
        }
    }

    fn think(&self, client: &mut Client, out: &mut Outbox<Self>) {
        if client.left > 0 || !client.queue.is_empty() {
            client.set(timer::THINK, self.think, self.think, out);
        }
    }

    /// ⟨request, ⟨κ, cid, op⟩⟩ to every replica.
    fn ask_next(&self, me: NodeId, client: &mut Client, out: &mut Outbox<Self>) {
        let number = me.0 - self.first_client() + 1;
        let op = client.queue.pop_front().unwrap_or_else(|| {
            client.left = client.left.saturating_sub(1);
            self.workload(number, client.id + 1)
        });
        client.id += 1;
        let command = Command { client: number, id: client.id, op };
        client.current = Some(command);
        if op != Op::ReadLocal {
            out.fact(Fact::Requested(command));
        }
        out.note(Note::Asks { command });
        self.ask(me, client, command, out);
    }

    fn ask(&self, me: NodeId, client: &mut Client, command: Command, out: &mut Outbox<Self>) {
        match command.op {
            Op::ReadLocal => out.send(self.near(me), Message::Read { id: command.id }),
            _ => out.broadcast(self.replicas(), Message::Request { command }),
        }
        if self.retry > Micros::ZERO {
            client.set(timer::RETRY, self.retry, self.retry, out);
        }
    }

    /// Time-out is not failure: the command may be performed already, or may be later. Its number stays the same.
    fn ask_again(&self, me: NodeId, client: &mut Client, out: &mut Outbox<Self>) {
        let Some(command) = client.current else { return out.note(Note::NothingToAsk) };
        out.note(Note::AsksAgain { command });
        self.ask(me, client, command, out);
    }

    fn hear_response(
        &self,
        client: &mut Client,
        (from, id, slot, reply): (NodeId, u32, Slot, Reply),
        out: &mut Outbox<Self>,
    ) {
        let Some(command) = client.current.filter(|command| command.id == id) else {
            return out.note(Note::AnsweredBefore { replica: from, id });
        };
        if command.op != Op::ReadLocal {
            out.fact(Fact::Answered(command));
        }
        out.note(Note::Answered { command, reply, slot });
        client.current = None;
        client.answers.push(Answer { command, reply, slot });
        client.cancel(timer::RETRY, out);
        self.think(client, out);
    }

    /// What a client asks for by itself: additions, subtractions, and now and then a multiplication; every third a
    /// read, if reads are wanted.
    fn workload(&self, client: u8, id: u32) -> Op {
        let n = i32::from(client);
        match (id % 8, &self.reads) {
            (_, Some(op)) if id.is_multiple_of(3) => *op,
            (2, _) => Op::Mul(2),
            (3 | 6, _) => Op::Sub(n),
            (step, _) => Op::Add(n * 2 + step as i32),
        }
    }
}
