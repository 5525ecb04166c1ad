//! Counts over virtual time in a bounded number of equal spans.

use crate::paxos::Micros;

/// How many spans a series has at most.
pub const SPANS: usize = 64;

/// How often something happened in each span of virtual time. The spans begin at time 0 and are equally long; once a run
/// outgrows them, they double in length and neighbours are added up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    /// A span lasts 2 to this power microseconds.
    shift: u8,
    counts: [u32; SPANS],
}

impl Default for Series {
    /// No event yet, in spans of about an eighth of a second.
    fn default() -> Self {
        Self { shift: 17, counts: [0; SPANS] }
    }
}

impl Series {
    /// Counts an event at `time`.
    pub fn add(&mut self, time: Micros) {
        let mut at = time.0 >> self.shift;
        while at >= SPANS as u64 {
            self.double();
            at = time.0 >> self.shift;
        }
        self.counts[at as usize] += 1;
    }

    #[cold]
    fn double(&mut self) {
        self.shift += 1;
        for at in 0..SPANS {
            let pair = |at: usize| self.counts.get(at).copied().unwrap_or(0);
            self.counts[at] = pair(2 * at).saturating_add(pair(2 * at + 1));
        }
    }

    /// How long a span lasts.
    pub fn span(&self) -> Micros {
        Micros(1 << self.shift)
    }

    /// The counts from time 0 to the span in which `now` lies; there is at least one. Spans are made longer until `now`
    /// lies in one of them.
    pub fn until(&self, now: Micros) -> (Micros, Vec<u32>) {
        let mut fitting = self.clone();
        while now.0 >> fitting.shift >= SPANS as u64 {
            fitting.double();
        }
        (fitting.span(), fitting.counts[..=(now.0 >> fitting.shift) as usize].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_when_spans_double() {
        let mut series = Series::default();
        for n in 0..10_000 {
            series.add(Micros(n * 10_000));
            series.add(Micros(n * 5_000));
        }
        let (span, counts) = series.until(Micros(100_000_000));
        assert_eq!(counts.iter().sum::<u32>(), 20_000);
        assert_eq!(span, Micros(1 << 21), "a hundred seconds are 48 spans of two");
        assert_eq!(counts.len(), 48);
        // In the first half both happen: 209.7 of the one and 419.4 of the other in each span.
        assert!(counts[..23].iter().all(|count| (628..=631).contains(count)), "{counts:?}");
        assert!(counts[24..47].iter().all(|count| (209..=210).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_series_reaches_to_now_and_no_farther() {
        let mut series = Series::default();
        series.add(Micros(0));
        assert_eq!(series.until(Micros(0)).1, [1]);
        assert_eq!(series.until(Micros(300_000)).1, [1, 0, 0]);
        assert_eq!(series.until(Micros(10_000_000)).1.len(), 39, "spans double for those who look later");
    }
}
