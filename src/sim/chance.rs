//! Chance, kept local: every random choice is a pure function of the seed, of what it is about, and of how many-th it
//! is there. There is no stream that a choice is drawn from, so an intervention changes only what it touches, and a
//! higher loss only adds losses to those already there.

use crate::paxos::{Micros, NodeId, Probability, scramble};

/// What a random choice is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Topic {
    /// Whether a message is lost.
    Loss = 1,
    /// Whether it arrives twice.
    Duplicate,
    /// How much jitter it gets.
    Jitter,
    /// How much jitter its duplicate gets.
    SecondJitter,
    /// Whether it is held back.
    Reorder,
    /// Whether the server in the middle throws it away.
    Drop,
    /// How long the server keeps it.
    ServerDelay,
    /// Whether a node fails at a message.
    Failure,
    /// At which point of handling it.
    FaultPoint,
    /// How much is added to a timer.
    Timer,
    /// How far a clock is off.
    Skew,
    /// Whether a toss hits.
    Toss,
}

/// The source of all choices about one thing: one message, one handling, one timer.
#[derive(Clone, Copy, Debug)]
pub struct Chance(u64);

impl Chance {
    /// About the `nth` message on a link.
    pub fn of_letter(seed: u64, from: NodeId, to: NodeId, nth: u32) -> Self {
        Self::new(seed, u64::from(nth) << 16 | u64::from(from.0) << 8 | u64::from(to.0))
    }

    /// About the `nth` time that something happens at a node.
    pub fn of_node(seed: u64, node: NodeId, nth: u32) -> Self {
        Self::new(seed, 1 << 63 | u64::from(nth) << 8 | u64::from(node.0))
    }

    fn new(seed: u64, about: u64) -> Self {
        Self(scramble(seed.wrapping_add(about.wrapping_mul(0x9E37_79B9_7F4A_7C15))))
    }

    /// 64 bits that depend on all three numbers, for whoever needs a hash of them.
    pub fn mix(a: u64, b: u64, c: u64) -> u64 {
        scramble(scramble(scramble(a.wrapping_add(0x9E37_79B9_7F4A_7C15)) ^ b).wrapping_add(c))
    }

    /// 64 random bits on `topic`.
    pub fn draw(self, topic: Topic) -> u64 {
        scramble(self.0.wrapping_add((topic as u64).wrapping_mul(0xD1B5_4A32_D192_ED03)))
    }

    /// The first of many tosses that hits, counted from 1; past 65,536 misses the next one hits. `None` if none can.
    pub fn first_hit(self, probability: Probability) -> Option<u64> {
        let toss = |n: &u64| Self(scramble(self.0 ^ n)).hits(Topic::Toss, probability);
        (probability.0 > 0).then(|| (1..=1 << 16).find(toss).unwrap_or(1 << 16))
    }

    /// Whether it happens. What happens at one probability also happens at every higher one.
    pub fn hits(self, topic: Topic, probability: Probability) -> bool {
        probability.0 > 0 && ((self.draw(topic) >> 32) * 1_000_000) >> 32 < u64::from(probability.0)
    }

    /// A time from 0 to `most`, each as likely.
    pub fn up_to(self, topic: Topic, most: Micros) -> Micros {
        if most == Micros::ZERO {
            return Micros::ZERO;
        }
        Micros(share(self.draw(topic), most.0.saturating_add(1)))
    }

    /// A time that is mostly below `usual`, and each doubling beyond it half as likely, up to 64 times `usual`.
    pub fn long_tail(self, topic: Topic, usual: Micros) -> Micros {
        let bits = self.draw(topic);
        let doublings = bits.trailing_ones().min(6);
        let fraction = Micros(((u128::from(bits >> 8) * u128::from(usual.0)) >> 56) as u64);
        let base = if doublings == 0 { 0 } else { usual.0 << (doublings - 1) };
        Micros(base + (fraction.0 << doublings.saturating_sub(1)))
    }
}

/// `of` times the fraction that `bits` stand for: the upper half of their product.
fn share(bits: u64, of: u64) -> u64 {
    // Times below an hour take this way, which is the faster one in a browser.
    if of >> 32 == 0 {
        return ((bits >> 32) * of + (((bits & 0xFFFF_FFFF) * of) >> 32)) >> 32;
    }
    ((u128::from(bits) * u128::from(of)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_take_a_share_agree() {
        for n in 0..10_000 {
            let (bits, of) = (scramble(n), scramble(n + 1) >> 32);
            assert_eq!(share(bits, of), ((u128::from(bits) * u128::from(of)) >> 64) as u64);
        }
        assert_eq!(share(u64::MAX, u64::from(u32::MAX)), u64::from(u32::MAX) - 1);
        assert_eq!(share(u64::MAX, u64::MAX), u64::MAX - 1);
    }

    #[test]
    fn tosses_hit_as_often_as_they_should_and_sooner_where_they_are_likelier() {
        let first = |n, p| Chance::of_node(7, NodeId(1), n).first_hit(Probability(p));
        let total: u64 = (0..10_000).filter_map(|n| first(n, 100_000)).sum();
        assert!((98_000..102_000).contains(&total), "one in ten takes ten tosses: {total}");
        assert!((0..1_000).all(|n| first(n, 100_000) >= first(n, 200_000)));
        assert_eq!((first(1, 0), first(1, 1_000_000)), (None, Some(1)));
    }
}
