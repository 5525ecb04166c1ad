//! What people see of an actor: words, fields, looks, tables. Plain data; a system makes it, any panel can show it.

use super::Ballot;

/// An event in plain words, with the place in a paper that says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// `A2 refuses prepare 3.1: it has promised 5.2.`
    pub text: String,
    /// `PMS §2.2, phase 1b`; empty where no paper speaks of it.
    pub source: &'static str,
    /// Whether a rule refused something.
    pub refusal: bool,
}

/// One field of an actor's state, for the inspector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// `promised`
    pub name: &'static str,
    /// Its value in words.
    pub value: String,
    /// Whether it survives a crash.
    pub durable: bool,
    /// What it means.
    pub about: &'static str,
}

/// What a node's circle shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The ballot it is bound to: promised by an acceptor, owned by a proposer.
    pub ballot: Option<Ballot>,
    /// The vote it holds or the value it stands for.
    pub vote: Option<(Ballot, String)>,
    /// The value it takes to be chosen.
    pub decided: Option<String>,
    /// What it is doing, in one or two words.
    pub doing: &'static str,
    /// How far a count that it keeps has come, and how far it must go: a quorum filling up.
    pub count: Option<(usize, usize)>,
    /// Its short-lived helpers, which are drawn beside it.
    pub helpers: Vec<Helper>,
}

/// A short-lived helper of a node, such as a scout or a commander (*Paxos Made Moderately Complex*, section 2.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Helper {
    /// What it is and what for, short enough for the stage: `scout 3.1`, `commander 4`.
    pub label: String,
    /// The ballot it works for, which gives it its colour.
    pub ballot: Option<Ballot>,
    /// How many answers it has, and how many it needs.
    pub count: (usize, usize),
}

/// What a node keeps in rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// `log`
    pub title: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// The heads of its columns; the first column names the row.
    pub columns: &'static [&'static str],
    /// Its rows, in order. A long table holds only the latest; `before` tells how many were left out.
    pub rows: Vec<Row>,
    /// How many rows came before these.
    pub before: u64,
}

/// One row of a [`Table`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// One text for each column.
    pub cells: Vec<String>,
    /// How the row stands.
    pub mark: RowMark,
}

/// How a row of a [`Table`] stands. Shown by a sign and a word, never by colour alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowMark {
    /// Nothing to say.
    Plain,
    /// Done for good: performed, committed.
    Done,
    /// Under way: proposed, not decided.
    Pending,
    /// Missing, while later rows are there.
    Hole,
    /// Failed or given up.
    Failed,
}

/// A figure that a run measures of itself, beside what theory says. Parts of a whole, so that no float is needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gauge {
    /// `rounds decided`
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// How often it came true.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
    /// The exact probability, in parts of 10⁹, where theory knows it.
    pub exact: Option<u64>,
}

/// How a person asks a system for a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// The word on the button: `propose`.
    pub verb: &'static str,
    /// What can be asked for, in a few words: `an integer`.
    pub what: &'static str,
    /// An example to begin with.
    pub example: &'static str,
    /// A button that asks for many at once, if there is one.
    pub many: Option<Many>,
}

/// A stream of requests at the press of one button.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Many {
    /// The word on the button: `autopropose`.
    pub verb: &'static str,
    /// The values, in order.
    pub values: &'static [&'static str],
}
