//! Commands, the account that they change, and configurations of acceptors.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A configuration: which acceptors vote. Bit `n` stands for the acceptor of number `n + 1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Config(pub u32);

/// The most acceptors there may be, spares included: the width of a [`Config`].
pub const MAX_ACCEPTORS: u8 = 32;

impl Config {
    /// The first `count` acceptors.
    pub fn first(count: u8) -> Self {
        Self(u32::MAX.checked_shr(32 - u32::from(count.min(MAX_ACCEPTORS))).unwrap_or(0))
    }

    /// How many acceptors it has.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Config {
    /// `A1 A2 A5`
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let members = (0..u32::from(MAX_ACCEPTORS)).filter(|bit| self.0 >> bit & 1 == 1);
        let labels: Vec<_> = members.map(|bit| format!("A{}", bit + 1)).collect();
        f.pad(&labels.join(" "))
    }
}

/// What a command does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Op {
    /// Adds to the account.
    Add(i32),
    /// Subtracts from it.
    Sub(i32),
    /// Multiplies it.
    Mul(i32),
    /// Reads it, in its place in the log.
    Read,
    /// Reads the account of one replica at once, without the log: the answer can be stale. Never proposed.
    ReadLocal,
    /// Changes who votes, from WINDOW slots later on.
    Config(Config),
    /// Nothing: it fills a slot.
    Noop,
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Op::Add(n) => f.pad(&format!("+{n}")),
            Op::Sub(n) => f.pad(&format!("-{n}")),
            Op::Mul(n) => f.pad(&format!("*{n}")),
            Op::Read => f.pad("read"),
            Op::ReadLocal => f.pad("read local"),
            Op::Config(config) => f.pad(&format!("config {config}")),
            Op::Noop => f.pad("no-op"),
        }
    }
}

/// A command ⟨κ, cid, op⟩ (PMMC, section 2): who asks, the number that the client gave it, and what to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Command {
    /// The number of the client, from 1; 0 where no client asked.
    pub client: u8,
    /// The client's number for it, counted up from 1. A client asks for one thing at a time.
    pub id: u32,
    /// What to do.
    pub op: Op,
}

impl Command {
    /// What fills a slot that nobody needs.
    pub const NOOP: Self = Self { client: 0, id: 0, op: Op::Noop };

    /// What no client has taken up yet.
    pub fn new(op: Op) -> Self {
        Self { client: 0, id: 0, op }
    }

    /// The configuration that the command brings.
    pub fn config(&self) -> Option<Config> {
        match self.op {
            Op::Config(config) => Some(config),
            _ => None,
        }
    }
}

impl Hash for Command {
    /// As two words: commands are hashed with every event.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (tag, argument) = match self.op {
            Op::Add(n) => (0, n as u32),
            Op::Sub(n) => (1, n as u32),
            Op::Mul(n) => (2, n as u32),
            Op::Read => (3, 0),
            Op::ReadLocal => (4, 0),
            Op::Config(config) => (5, config.0),
            Op::Noop => (6, 0),
        };
        state.write_u64(u64::from(self.id) << 8 | u64::from(self.client));
        state.write_u64(tag << 32 | u64::from(argument));
    }
}

impl fmt::Display for Command {
    /// `C1#3 +5`; `+5` where no client asked yet.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.client {
            0 => self.op.fmt(f),
            client => f.pad(&format!("C{client}#{} {}", self.id, self.op)),
        }
    }
}

/// What a client is told: the account after its command, or nothing if the result would not fit.
pub type Reply = Option<i64>;

/// What `op` makes of the account, and the reply. What would not fit into 64 bits is refused: the account stays as it
/// is and the reply is `None`.
pub fn perform(op: Op, account: i64) -> (i64, Reply) {
    let result = match op {
        Op::Add(n) => account.checked_add(n.into()),
        Op::Sub(n) => account.checked_sub(n.into()),
        Op::Mul(n) => account.checked_mul(n.into()),
        Op::Read | Op::ReadLocal | Op::Config(_) | Op::Noop => Some(account),
    };
    (result.unwrap_or(account), result)
}

const EXPECTED: &str = "expected +5, -5, *2, read, read local, or config A1 A2 A3";

/// The operation that `text` names, where there are so many acceptors, spares included; or what is wrong with it.
pub fn parse(text: &str, acceptors: u8) -> Result<Op, String> {
    let text = text.trim().to_ascii_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["read"] => return Ok(Op::Read),
        ["read", "local"] => return Ok(Op::ReadLocal),
        ["no-op" | "noop"] => return Err("no-ops are proposed by replicas, not by clients".into()),
        ["config", ..] => return config(&words[1..], acceptors).map(Op::Config),
        _ => {}
    }
    type Make = fn(i32) -> Op;
    const SIGNS: [(&str, Make); 8] = [
        ("+", Op::Add),
        ("add ", Op::Add),
        ("-", Op::Sub),
        ("−", Op::Sub),
        ("sub ", Op::Sub),
        ("*", Op::Mul),
        ("×", Op::Mul),
        ("mul ", Op::Mul),
    ];
    let found = SIGNS.iter().find_map(|(sign, make)| Some((text.strip_prefix(sign)?.trim(), *make)));
    // A bare number is added.
    let (number, make) = found.unwrap_or((&text, Op::Add));
    if number.is_empty() || !number.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EXPECTED.into());
    }
    number.parse().map(make).map_err(|_| "a number must fit into 32 bits".into())
}

fn config(labels: &[&str], acceptors: u8) -> Result<Config, String> {
    let mut config = Config::default();
    for label in labels.iter().flat_map(|word| word.split(',')).filter(|label| !label.is_empty()) {
        let number = label.strip_prefix('a').and_then(|number| number.parse::<u8>().ok());
        match number {
            Some(number) if (1..=acceptors).contains(&number) => config.0 |= 1 << (number - 1),
            _ => {
                return Err(format!(
                    "there is no acceptor {}; there are A1 to A{acceptors}",
                    label.to_ascii_uppercase()
                ));
            }
        }
    }
    if config.is_empty() {
        Err("a configuration needs at least one acceptor: config A1 A2 A3".into())
    } else {
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for op in [Op::Add(5), Op::Add(-5), Op::Sub(3), Op::Mul(-2), Op::Read, Op::ReadLocal, Op::Config(Config(0b101))]
        {
            assert_eq!(parse(&op.to_string(), 3), Ok(op), "{op}");
        }
        assert_eq!(parse("42", 3), Ok(Op::Add(42)));
        assert_eq!(parse("× 2", 3), Ok(Op::Mul(2)));
        for wrong in ["", "+", "v3", "99999999999", "config", "config A4", "config B1", "no-op", "+5 6"] {
            assert!(parse(wrong, 3).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        assert_eq!(perform(Op::Add(1), i64::MAX), (i64::MAX, None));
        assert_eq!(perform(Op::Sub(1), i64::MIN), (i64::MIN, None));
        assert_eq!(perform(Op::Mul(2), i64::MAX / 2 + 1), (i64::MAX / 2 + 1, None));
        assert_eq!(perform(Op::Mul(3), -4), (-12, Some(-12)));
    }

    #[test]
    fn the_first_acceptors_are_a_configuration() {
        assert_eq!((Config::first(3), Config::first(32), Config::first(0)), (Config(7), Config(u32::MAX), Config(0)));
    }
}
