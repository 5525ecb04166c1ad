//! Sliders: the values that one stops at, close together where a step matters and far apart where it does not.

use paxos_playground::paxos::Kind;

/// The stops of the speed slider, in hundredths.
pub const SPEEDS: [i64; 21] =
    [5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000];

const MILLIONTHS: [i64; 29] = [
    0, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 50_000, 70_000, 100_000, 150_000, 200_000, 250_000, 300_000,
    350_000, 400_000, 450_000, 500_000, 550_000, 600_000, 650_000, 700_000, 750_000, 800_000, 850_000, 900_000,
    950_000, 990_000, 1_000_000,
];

const MILLIS: [i64; 34] = [
    0, 1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 600, 800, 1_000, 1_200, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000,
    6_000, 8_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 180_000, 300_000, 450_000, 600_000,
];

/// The stops of a slider for values of this kind; empty if it should have none.
pub fn stops(kind: Kind) -> Vec<i64> {
    let upto = |stops: &mut dyn Iterator<Item = i64>, max: i64| {
        let mut stops: Vec<i64> = stops.filter(|&stop| stop < max).collect();
        stops.push(max);
        stops
    };
    match kind {
        Kind::Count { min, max } if max - min <= 200 => (min..=max).collect(),
        Kind::Probability { max } => upto(&mut MILLIONTHS.into_iter(), max),
        Kind::Duration { max } => upto(&mut MILLIS.into_iter().map(|millis| millis * 1_000), max),
        Kind::Count { .. } | Kind::Choice(_) | Kind::Flag | Kind::Set(_) => Vec::new(),
    }
}

/// The index of the stop nearest to `value`.
pub fn nearest(stops: &[i64], value: i64) -> usize {
    (0..stops.len()).min_by_key(|&at| stops[at].abs_diff(value)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_rise_and_end_at_the_most_that_is_allowed() {
        let kinds = [
            Kind::Count { min: 1, max: 101 },
            Kind::Probability { max: 999_999 },
            Kind::Probability { max: 1_000_000 },
            Kind::Duration { max: 600_000_000 },
            Kind::Duration { max: 3 },
        ];
        for kind in kinds {
            let stops = stops(kind);
            assert!(stops.windows(2).all(|pair| pair[0] < pair[1]), "{kind:?}: {stops:?}");
            assert_eq!(kind.clamp(i64::MAX), *stops.last().unwrap());
            assert_eq!(kind.clamp(i64::MIN), stops[0]);
        }
        assert!(SPEEDS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn the_nearest_stop_of_a_stop_is_itself() {
        for (at, &stop) in SPEEDS.iter().enumerate() {
            assert_eq!(nearest(&SPEEDS, stop), at);
        }
        assert_eq!(nearest(&SPEEDS, 101), 8);
    }
}
