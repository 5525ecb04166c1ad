//! How many states there will be, guessed from the first levels.

use super::{Space, Stop, guided::Guided, search::Search};

/// A guess at the number of states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Estimate {
    /// Probably no fewer. Certainly, where it is exact.
    pub least: u64,
    /// Probably no more.
    pub most: u64,
    /// Whether the whole search fitted into the sample: then `least` and `most` are the same.
    pub exact: bool,
}

/// A million stands for one.
const ONE: u128 = 1_000_000;
/// Where a guess ends: nobody explores more.
const END: u128 = 1 << 62;

/// A guess from a sample of so many states. A level is so many times as large as the one before; that ratio falls from
/// level to level, and goes on falling about as fast as it did in the sample. The range says how far that carries.
pub(super) fn estimate<X: Space>(mut search: Search<X>, sample: u64) -> Estimate {
    match search.go_on(sample) {
        Stop::Exhausted | Stop::Found { .. } => {
            let states = search.progress().states;
            Estimate { least: states, most: states, exact: true }
        }
        Stop::Paused | Stop::Full => {
            let levels = search.levels();
            // The last level has only begun.
            let (least, most) = range(&levels[..levels.len() - 1]);
            let found = search.progress().states;
            Estimate { least: least.max(found), most: most.max(found).max(least), exact: false }
        }
    }
}

/// What a guided search of so many states comes to: nobody knows how many more there will be.
pub(super) fn guided(mut search: Guided, sample: u64) -> Estimate {
    let exact = matches!(search.go_on(sample), Stop::Exhausted | Stop::Found { .. });
    let states = search.progress().states;
    Estimate { least: states, most: if exact { states } else { END as u64 }, exact }
}

/// The least and the most that levels add up to that go on as those given.
fn range(levels: &[u64]) -> (u64, u64) {
    let sum: u128 = levels.iter().map(|level| u128::from(*level)).sum();
    let ratios: Vec<_> = levels.windows(2).map(|pair| u128::from(pair[1]) * ONE / u128::from(pair[0].max(1))).collect();
    // The very first levels are too small to tell anything, and some systems are slow to spread out: what comes before
    // the steepest rise does not count. Single levels jump, so halves are compared.
    let told = &ratios[ratios.len() / 3..];
    let steepest = (0..told.len()).rev().max_by_key(|at| told[*at]).filter(|at| at + 3 <= told.len()).unwrap_or(0);
    let told = &told[steepest..];
    let half = told.len() / 2;
    if half == 0 {
        return (sum as u64, END as u64);
    }
    let mean = |ratios: &[u128]| ratios.iter().sum::<u128>() / ratios.len() as u128;
    let (early, late) = (mean(&told[..half]), mean(&told[told.len() - half..]));
    let fall = early.saturating_sub(late) / (told.len() - half) as u128;
    // The mean of the later half stands in its middle.
    let now = late.saturating_sub(fall * half as u128 / 2);
    let last = u128::from(*levels.last().expect("there is a half of them"));
    let continued = |fall: u128| {
        let (mut sum, mut level, mut ratio) = (sum, last, now);
        while level > 0 && sum < END {
            ratio = ratio.saturating_sub(fall);
            level = level * ratio / ONE;
            sum += level;
        }
        sum.min(END) as u64
    };
    // Where all nodes come to an end at once the levels fall faster; a later round begins a hill of its own.
    let (least, most) = (continued((fall * 3 / 2).max(ONE / 50)), continued((fall * 2 / 3).max(ONE / 50)));
    (least / 2, most.saturating_mul(4).min(END as u64))
}
