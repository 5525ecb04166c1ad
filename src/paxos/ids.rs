//! The small values every protocol speaks in: nodes, sets of nodes, ballots, slots, values and durations.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{Hash, Hasher};

/// One node of a run: its position in [`System::members`](super::System::members).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u8);

impl NodeId {
    /// The position as an index.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The most nodes one run may have: the width of a [`NodeSet`].
pub const MAX_NODES: usize = 128;

/// A set of nodes, one bit each. Adding a member twice changes nothing, which is what counting a quorum asks for.
/// It is kept in halves, because numbers of 128 bits are slow in WebAssembly and ask for much room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(from = "u128", into = "u128")]
pub struct NodeSet {
    high: u64,
    low: u64,
}

impl NodeSet {
    /// The empty set.
    pub const EMPTY: Self = Self { high: 0, low: 0 };

    /// The set of `node` alone; empty past [`MAX_NODES`].
    pub fn one(node: NodeId) -> Self {
        let bit = 1 << (node.0 & 63);
        match node.0 {
            0..64 => Self { high: 0, low: bit },
            64..128 => Self { high: bit, low: 0 },
            _ => Self::EMPTY,
        }
    }

    /// The `count` nodes that begin at `first`. Nodes past [`MAX_NODES`] are left out.
    pub fn range(first: usize, count: usize) -> Self {
        Self::below(first.saturating_add(count)).without(Self::below(first))
    }

    /// The first `count` nodes.
    fn below(count: usize) -> Self {
        let ones = |count: usize| if count < 64 { (1 << count) - 1 } else { u64::MAX };
        Self { high: ones(count.saturating_sub(64)), low: ones(count) }
    }

    /// Whether `node` is a member.
    pub fn contains(self, node: NodeId) -> bool {
        let half = if node.0 < 64 { self.low } else { self.high };
        node.index() < MAX_NODES && half >> (node.0 & 63) & 1 == 1
    }

    /// Adds `node`; true if it was not there before.
    pub fn insert(&mut self, node: NodeId) -> bool {
        let before = *self;
        *self = self.or(Self::one(node));
        *self != before
    }

    /// Takes `node` out; true if it was there.
    pub fn remove(&mut self, node: NodeId) -> bool {
        let before = *self;
        *self = self.without(Self::one(node));
        *self != before
    }

    /// How many members it has.
    pub fn len(self) -> usize {
        (self.high.count_ones() + self.low.count_ones()) as usize
    }

    /// Whether it has no member.
    pub fn is_empty(self) -> bool {
        self.high | self.low == 0
    }

    /// The members that are also in `other`.
    pub fn and(self, other: Self) -> Self {
        Self { high: self.high & other.high, low: self.low & other.low }
    }

    /// The members of either set.
    pub fn or(self, other: Self) -> Self {
        Self { high: self.high | other.high, low: self.low | other.low }
    }

    /// The members that are not in `other`.
    pub fn without(self, other: Self) -> Self {
        Self { high: self.high & !other.high, low: self.low & !other.low }
    }

    /// The members in ascending order.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        let mut left = self;
        std::iter::from_fn(move || {
            let (half, first) = if left.low != 0 { (&mut left.low, 0) } else { (&mut left.high, 64) };
            let next = (*half != 0).then(|| NodeId(first + half.trailing_zeros() as u8))?;
            *half &= *half - 1;
            Some(next)
        })
    }
}

impl From<u128> for NodeSet {
    fn from(bits: u128) -> Self {
        Self { high: (bits >> 64) as u64, low: bits as u64 }
    }
}

impl From<NodeSet> for u128 {
    fn from(set: NodeSet) -> Self {
        u128::from(set.high) << 64 | u128::from(set.low)
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut set = Self::EMPTY;
        for node in nodes {
            set.insert(node);
        }
        set
    }
}

impl fmt::Debug for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|n| n.0)).finish()
    }
}

/// A ballot number: ordered by round, then by the proposer that owns it, so no two proposers share one
/// (*Paxos Made Simple*, section 2.2; PMMC, section 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Ballot {
    /// Counts up from 1; a proposer never uses one round twice.
    pub round: u32,
    /// The proposer the ballot belongs to.
    pub owner: NodeId,
}

impl Hash for Ballot {
    /// As one word: ballots are hashed with every event.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.round) << 8 | u64::from(self.owner.0));
    }
}

impl fmt::Display for Ballot {
    /// `3.1` is round 3 of the first node.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}.{}", self.round, self.owner.0 as u16 + 1)
    }
}

/// A position in the log of a multi-decree system; single-decree systems use [`Slot::ONLY`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub u32);

impl Slot {
    /// The one slot of a single-decree system.
    pub const ONLY: Self = Self(0);
}

/// A short text that can be proposed: 1 to 15 bytes of UTF-8 without control characters. It is plain data, so a
/// message that carries it is copied, not allocated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    bytes: [u8; Self::MAX_BYTES],
    length: u8,
}

impl Value {
    /// The longest value, in bytes.
    pub const MAX_BYTES: usize = 15;

    /// The value that `text` names, or what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a value must not be empty".into());
        }
        if text.len() > Self::MAX_BYTES {
            return Err(format!("a value has at most {} bytes, this one has {}", Self::MAX_BYTES, text.len()));
        }
        if text.chars().any(char::is_control) {
            return Err("a value must not contain control characters".into());
        }
        let mut bytes = [0; Self::MAX_BYTES];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length: text.len() as u8 })
    }

    /// The text it was made of.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("a value is made of valid UTF-8")
    }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut all = [0; 16];
        all[..15].copy_from_slice(&self.bytes);
        all[15] = self.length;
        state.write_u128(u128::from_le_bytes(all));
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl TryFrom<String> for Value {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
    }
}

impl From<Value> for String {
    fn from(value: Value) -> Self {
        value.as_str().into()
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// Virtual time, or a span of it, in whole microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl Micros {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// `n` milliseconds.
    pub const fn millis(n: u64) -> Self {
        Self(n * 1_000)
    }

    /// The sum, or [`Micros::NEVER`] where there is none.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Micros {
    /// `3.2s`, `400ms`, `250us`: the largest unit that is not below one, without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (unit, name): (u64, _) = match self.0 {
            0 => return f.pad("0s"),
            n if n >= 1_000_000 => (1_000_000, "s"),
            n if n >= 1_000 => (1_000, "ms"),
            _ => (1, "us"),
        };
        let digits = unit.ilog10() as usize;
        let text = format!("{}.{:0digits$}", self.0 / unit, self.0 % unit, digits = digits);
        let text = if unit == 1 { self.0.to_string() } else { text.trim_end_matches('0').trim_end_matches('.').into() };
        f.pad(&(text + name))
    }
}

/// A probability in whole millionths, so that chance compares integers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Probability(pub u32);

impl Probability {
    /// What always happens.
    pub const ONE: Self = Self(1_000_000);
}
