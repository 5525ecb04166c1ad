//! The exact probability that a round of one proposer is decided, worked out from the model.
//!
//! **The model.** Each time that an acceptor gets a message, it fails with probability `p`, independently of everything
//! else: what it failed at before, in this round or another, does not count. So an acceptor that failed at the PREPARE
//! of a round takes part in phase 2 of the same round, because PROPOSE goes to all acceptors and not only to those that
//! promised. Each of the `n` acceptors gets one PREPARE and, if a quorum of `q` promised, one PROPOSE. A round is
//! decided if at least `q` do not fail at the PREPARE and at least `q` do not fail at the PROPOSE:
//!
//! ```text
//! P = B · B,   B = Σ  C(n, k) · sᵏ · (1 − s)ⁿ⁻ᵏ  for k from q to n,   s = 1 − p
//! ```
//!
//! Where proposers fail too (`fails=all`), a reply counts only if the proposer does not fail over it: `s = (1 − p)²`.
//! TERMINATE plays no part: who fails at it is none the worse for it. The style of failure plays none either; silence
//! only takes longer. The formula is for a network that loses and doubles nothing and a time-out that is longer than a
//! message and its reply travel.

/// 10¹⁸ stands for one: a product of two fits into 128 bits.
const ONE: u128 = 1_000_000_000_000_000_000;

/// `P` of the model in parts of 10⁹, rounded. `failure` is `p` in millionths. The error of the fixed-point numbers is
/// below 10⁻¹³.
pub fn decided(acceptors: usize, quorum: usize, failure: u32, proposers_fail: bool) -> u64 {
    let one_way = u128::from(1_000_000 - failure.min(1_000_000)) * (ONE / 1_000_000);
    let success = if proposers_fail { times(one_way, one_way) } else { one_way };
    let phase = at_least(quorum, acceptors, success);
    ((times(phase, phase) + ONE / 2_000_000_000) / (ONE / 1_000_000_000)) as u64
}

fn times(a: u128, b: u128) -> u128 {
    (a * b + ONE / 2) / ONE
}

/// The probability of at least `quorum` successes in `of` trials.
fn at_least(quorum: usize, of: usize, success: u128) -> u128 {
    // The probability of k successes in the trials so far, by k.
    let mut successes = vec![0; of + 1];
    successes[0] = ONE;
    for trial in 1..=of {
        for k in (0..=trial).rev() {
            let from_below = if k > 0 { times(successes[k - 1], success) } else { 0 };
            successes[k] = times(successes[k], ONE - success) + from_below;
        }
    }
    successes[quorum.min(of + 1)..].iter().sum::<u128>().min(ONE)
}
