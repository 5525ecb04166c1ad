//! Other spellings of knobs, as the programs had them that this one follows. They belong to whichever system has the
//! knob.

use crate::paxos::About;

/// Another spelling of a knob.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alias {
    /// `num-acceptors`
    pub name: &'static str,
    /// The key of the knob.
    pub key: &'static str,
    /// Whether a plain number is in percent.
    pub percent: bool,
}

const fn alias(name: &'static str, key: &'static str) -> Alias {
    Alias { name, key, percent: false }
}

/// Every other spelling.
pub const ALIASES: [Alias; 9] = [
    alias("num-acceptors", "acceptors"),
    alias("num-proposers", "proposers"),
    alias("num-learners", "learners"),
    alias("num-nodes", "nodes"),
    alias("acceptor-failure-prob", "failure"),
    Alias { name: "failure-rate", key: "failure", percent: true },
    alias("drop-rate", "drop"),
    alias("duplication", "duplicate"),
    alias("timeout-length", "timeout"),
];

impl Alias {
    /// The text as the knob reads it.
    pub fn value(self, text: &str) -> String {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if self.percent && plain { format!("{text}%") } else { text.into() }
    }
}

/// The other spellings of the knobs that the system has.
pub fn aliases(about: &'static About) -> impl Iterator<Item = Alias> {
    ALIASES.into_iter().filter(move |alias| super::knob(about, alias.key).is_some())
}
