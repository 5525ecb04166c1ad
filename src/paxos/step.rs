//! One step of an actor: what it is told, and what it does about it.

use super::*;

/// A timer of a node. A node has one timer of each number; setting it again replaces it. Below 16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timer(pub u8);

/// What an actor is told.
#[derive(Debug)]
pub enum Input<'a, S: System> {
    /// The node comes up for the first time.
    Start,
    /// The node comes up again after a crash: its state is what [`System::recover`] left of it.
    Restart,
    /// The node is asked to leave in good order.
    Leave,
    /// `message` arrived from `from`.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: &'a S::Message,
    },
    /// The node fails over `message` from `from`: it must do nothing that the message asks for, but may say that it
    /// failed. Only where [`System::failing`] says so.
    Fault {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: &'a S::Message,
    },
    /// The timer fired.
    Timer(Timer),
    /// A client asks for `value`.
    Request(&'a S::Value),
}

impl<S: System> Copy for Input<'_, S> {}

impl<S: System> Clone for Input<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

/// What the properties must know of an actor's step, in the words of the papers. `V` is the system's value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Fact<V> {
    /// A client asked for `value`.
    Requested(V),
    /// A proposer or leader began phase 1 of a ballot of its own.
    Began(Ballot),
    /// An acceptor will refuse whatever is below the ballot (phase 1b, or by accepting).
    Promised(Ballot),
    /// A proposer asks to accept the value: phase 2a.
    Proposed(Slot, Ballot, V),
    /// An acceptor accepted the value: phase 2b, its vote.
    Voted(Slot, Ballot, V),
    /// A proposer gave up its ballot because of a higher one.
    Preempted(Ballot),
    /// The node holds the value to be chosen.
    Learned(Slot, V),
    /// The client has the answer to its request for the value. Only where clients are apart from those who learn: else
    /// a client has its answer once the node that it asked has learned the value.
    Answered(V),
    /// The node carried the value out: a replica of a state machine performed it, with effect.
    Performed(Slot, V),
}

/// A timer to set or to stop. The chance in it is the world's, not the actor's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimerEffect {
    /// Sets or replaces the timer: it fires after `after` plus a random part of `spread`.
    Set {
        /// Which one.
        timer: Timer,
        /// The least time until it fires.
        after: Micros,
        /// The most that chance may add.
        spread: Micros,
    },
    /// Sets or replaces the timer: a coin is tossed at every tick, and it fires at the first that hits.
    Toss {
        /// Which one.
        timer: Timer,
        /// The time from tick to tick.
        tick: Micros,
        /// How likely each toss hits. At zero it never fires.
        probability: Probability,
    },
    /// Stops it, if it is set.
    Cancel(Timer),
}

/// Where an actor puts the effects of one step. Reused from step to step.
#[derive(Clone, Debug)]
pub struct Outbox<S: System> {
    /// Messages, each to every member of a set of nodes.
    pub sends: Vec<(NodeSet, S::Message)>,
    /// Timers set and cancelled, in order.
    pub timers: Vec<TimerEffect>,
    /// What the properties must know.
    pub facts: Vec<Fact<S::Value>>,
    /// Which rules fired or refused, for the log.
    pub notes: Vec<S::Note>,
}

impl<S: System> Default for Outbox<S> {
    fn default() -> Self {
        Self { sends: Vec::new(), timers: Vec::new(), facts: Vec::new(), notes: Vec::new() }
    }
}

impl<S: System> Outbox<S> {
    /// Sends `message` to one node.
    pub fn send(&mut self, to: NodeId, message: S::Message) {
        self.broadcast(NodeSet::one(to), message);
    }

    /// Sends `message` to every node of `to`.
    pub fn broadcast(&mut self, to: NodeSet, message: S::Message) {
        if !to.is_empty() {
            self.sends.push((to, message));
        }
    }

    /// Sets `timer` to fire after `after` plus a random part of `spread`.
    pub fn set(&mut self, timer: Timer, after: Micros, spread: Micros) {
        self.timers.push(TimerEffect::Set { timer, after, spread });
    }

    /// Sets `timer` to fire at the first tick at which chance hits.
    pub fn toss(&mut self, timer: Timer, tick: Micros, probability: Probability) {
        self.timers.push(TimerEffect::Toss { timer, tick, probability });
    }

    /// Stops `timer`.
    pub fn cancel(&mut self, timer: Timer) {
        self.timers.push(TimerEffect::Cancel(timer));
    }

    /// Tells the properties.
    pub fn fact(&mut self, fact: Fact<S::Value>) {
        self.facts.push(fact);
    }

    /// Tells the log which rule fired or refused.
    pub fn note(&mut self, note: S::Note) {
        self.notes.push(note);
    }

    /// Empties it for the next step.
    pub fn clear(&mut self) {
        self.sends.clear();
        self.timers.clear();
        self.facts.clear();
        self.notes.clear();
    }
}
