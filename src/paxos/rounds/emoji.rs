//! The values that rounds come with. An actor has no chance of its own: which emoji it is depends on the round alone.

use crate::paxos::{Ballot, Value, scramble};

const EMOJI: [&str; 32] = [
    "🍎", "🍋", "🍇", "🍉", "🍒", "🥝", "🥥", "🥑", "🥕", "🌽", "🍄", "🌻", "🌵", "🍀", "🌊", "⛄", "🐙", "🐢", "🐝",
    "🦊", "🐸", "🦉", "🐳", "🦋", "🎈", "🎲", "🎺", "🎸", "🚀", "⛵", "🔔", "🧩",
];

/// The emoji that the proposer of the ballot proposes in its round, in that shuffle.
pub fn of(shuffle: u32, ballot: Ballot) -> Value {
    let about = u64::from(shuffle) << 40 | u64::from(ballot.round) << 8 | u64::from(ballot.owner.0);
    let drawn = scramble(scramble(about.wrapping_add(0x9E37_79B9_7F4A_7C15)));
    Value::new(EMOJI[(drawn % EMOJI.len() as u64) as usize]).expect("an emoji is a valid value")
}
