//! What there is to know of a system without running it, and of a state for whoever looks for a goal.

use super::*;

/// A role as the stage draws it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Role {
    /// `acceptor`
    pub name: &'static str,
    /// The letter of its labels: `A` for `A1`, `A2`, …
    pub letter: &'static str,
    /// The shape of its node, so that colour is never the only signal.
    pub shape: Shape,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Whether it is there to learn what was chosen.
    pub learns: bool,
}

/// The outline of a node on the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Who votes.
    Circle,
    /// Who proposes.
    Square,
    /// Who learns.
    Diamond,
    /// Who serves or drives from outside.
    Hexagon,
}

/// One configured node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// Index into [`About::roles`].
    pub role: u8,
    /// Its number within the role, from 1.
    pub number: u8,
    /// The machine it runs on: a crash takes all nodes of a machine.
    pub machine: u8,
    /// When it starts.
    pub starts: Micros,
}

/// A kind of message as the stage draws it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MessageKind {
    /// `prepare`
    pub name: &'static str,
    /// The paper's short name: `1a`, `2b`; or a word of at most four letters where the paper has none.
    pub short: &'static str,
    /// Which phase it belongs to, which decides its shape.
    pub phase: Phase,
}

/// What a message is for; each is drawn with a shape of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Phase 1, from a proposer.
    Prepare,
    /// Phase 1, back to a proposer.
    Promise,
    /// Phase 2, from a proposer.
    Accept,
    /// Phase 2, from an acceptor.
    Accepted,
    /// A refusal.
    Refusal,
    /// What was chosen, told on.
    Decision,
    /// Everything else.
    Other,
}

/// A break-a-rule switch: a rule of the protocol that can be turned off to see what it is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its name in `break=`.
    pub name: &'static str,
    /// What goes on when it is off.
    pub off: &'static str,
    /// What the rule is for.
    pub purpose: &'static str,
}

/// What there is to know of a system without running it.
#[derive(Debug)]
pub struct About {
    /// Its name in links: `synod`.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is, in two or three sentences.
    pub summary: &'static str,
    /// Its own knobs; the world adds its own.
    pub knobs: &'static [Knob],
    /// Its roles.
    pub roles: &'static [Role],
    /// Its kinds of message.
    pub kinds: &'static [MessageKind],
    /// The rules that can be switched off, in the order of the `break` knob's words.
    pub rules: &'static [Rule],
    /// The names of its timers, by number.
    pub timers: &'static [&'static str],
    /// States worth finding.
    pub goals: &'static [Goal],
    /// The ways in which its messages can be read beside the plain one, in the order of [`System::wire`].
    pub wires: &'static [&'static str],
    /// How a person asks for a value.
    pub ask: Ask,
    /// What it calls a slot: `id`, `round`.
    pub slot: &'static str,
}

/// Who votes in a slot and how many it takes (*Paxos Made Simple*, section 2.2; *Flexible Paxos*, section 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quorums {
    /// The configured acceptors, whether or not they are up.
    pub acceptors: NodeSet,
    /// How many of them make a phase 1 quorum.
    pub q1: usize,
    /// How many of them make a phase 2 quorum.
    pub q2: usize,
}

/// What becomes of a message over which chance lets a node fail (the world's `failure` knob).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failing {
    /// Nothing: chance has no say in this message.
    Never,
    /// The node crashes: before it handles the message, between the write and the reply, or after.
    Crash,
    /// The node stays up and gets [`Input::Fault`] in place of the message.
    Told,
    /// The message takes so much longer on its way.
    Late(Micros),
}

/// A state of a run worth finding, though nothing is broken in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Goal {
    /// Its name on the command line: `chosen-unknown`.
    pub name: &'static str,
    /// What it is: `A value is chosen, but no node knows.`
    pub about: &'static str,
    /// How many ballots must have been given up because of higher ones ([`Fact::Preempted`]), with nothing chosen
    /// before or between; 0 where it is a matter of the present state alone ([`System::reached`]). Where a run chooses
    /// in slot after slot, what was chosen before the first of them does not count.
    pub preemptions: u8,
}

impl Goal {
    /// A duel: nobody gets through, and nobody crashed.
    pub const FIVE_PREEMPTIONS: Self = Self {
        name: "five-preemptions",
        about: "Five ballots in a row are given up because of higher ones, and nothing is chosen.",
        preemptions: 5,
    };

    /// What single-decree Paxos is there to prevent.
    pub const TWO_CHOSEN: Self =
        Self::state("two-chosen", "Two different values are chosen, which needs a rule that is switched off.");

    /// A goal that the present state alone decides.
    pub const fn state(name: &'static str, about: &'static str) -> Self {
        Self { name, about, preemptions: 0 }
    }
}

/// One global state, for whoever looks for a goal.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a, S: System> {
    /// The state of every node.
    pub actors: &'a [&'a S::Actor],
    /// Every value chosen so far.
    pub chosen: &'a [S::Value],
    /// The nodes that have learned a value.
    pub learned: NodeSet,
}

impl<S: System> Glance<'_, S> {
    /// Whether two different values are chosen, of a system that chooses once.
    pub fn disagrees(&self) -> bool {
        self.chosen.windows(2).any(|two| two[0] != two[1])
    }
}
