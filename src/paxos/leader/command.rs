//! What clients ask for: integers.

use std::fmt;

/// A command: an integer, or nothing at all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Command {
    /// Fills an id for which nobody's command is left, so that the history has no gap.
    Noop,
    /// What a client asked for.
    Number(i64),
}

impl Command {
    /// The command that a text stands for, or what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = text.trim().parse().map(Self::Number);
        number.map_err(|_| format!("a command is an integer from {} to {}, such as 42", i64::MIN, i64::MAX))
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Command::Noop => f.pad("no-op"),
            Command::Number(number) => f.pad(&number.to_string()),
        }
    }
}
