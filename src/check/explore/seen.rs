//! The states that were seen: by fingerprint, or whole.

use super::chunks::Chunks;

/// The states that were seen.
pub(super) enum Seen {
    /// 64 bits of each. Two states may share them.
    Fingerprints(Table),
    /// All words of each.
    Exact(Exact),
}

impl Seen {
    pub fn by_fingerprint() -> Self {
        Seen::Fingerprints(Table::new())
    }

    pub fn exact() -> Self {
        Seen::Exact(Exact { slots: vec![0; 1 << 12], words: Vec::new(), states: Chunks::new() })
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        match self {
            Seen::Fingerprints(table) => table.bytes(),
            Seen::Exact(exact) => exact.bytes(),
        }
    }

    pub fn is_about_to_grow(&self) -> bool {
        match self {
            Seen::Fingerprints(table) => table.is_about_to_grow(),
            Seen::Exact(exact) => exact.states.len() + 64 > exact.slots.len() / 5 * 4,
        }
    }

    /// Bytes that it takes more while it grows: the next table, beside the present one.
    pub fn growth(&self) -> u64 {
        let growth = match self {
            Seen::Fingerprints(table) => 2 * table.bytes(),
            Seen::Exact(exact) => 2 * exact.slots.len() * 4,
        };
        growth as u64
    }

    /// Brings the slot into the cache before it is asked for.
    pub fn touch(&self, fingerprint: u64) {
        match self {
            Seen::Fingerprints(Table { slots, .. }) => _ = std::hint::black_box(slots[home(slots.len(), fingerprint)]),
            Seen::Exact(Exact { slots, .. }) => _ = std::hint::black_box(slots[home(slots.len(), fingerprint)]),
        }
    }

    /// Whether a state of that fingerprint was certainly seen. Only the whole state tells when it is exact.
    pub fn has(&self, fingerprint: u64) -> bool {
        match self {
            Seen::Fingerprints(table) => table.has(fingerprint),
            Seen::Exact(_) => false,
        }
    }

    /// Adds a state; true if it was not there.
    pub fn insert_state(&mut self, fingerprint: u64, state: &[u64]) -> bool {
        match self {
            Seen::Fingerprints(table) => table.insert(fingerprint),
            Seen::Exact(exact) => exact.insert(fingerprint, state),
        }
    }
}

fn home(slots: usize, fingerprint: u64) -> usize {
    // The upper bits are as well mixed as any; the length is a power of two.
    (fingerprint >> (64 - slots.trailing_zeros())) as usize
}

/// A set of fingerprints: open addressing with linear probing, at most four fifths full.
pub(super) struct Table {
    slots: Vec<u64>,
    held: usize,
}

impl Table {
    fn new() -> Self {
        Self { slots: vec![0; 1 << 12], held: 0 }
    }

    fn bytes(&self) -> usize {
        self.slots.len() * 8
    }

    fn is_about_to_grow(&self) -> bool {
        self.held + 64 > self.slots.len() / 5 * 4
    }

    fn has(&self, fingerprint: u64) -> bool {
        let fingerprint = fingerprint.max(1);
        let mask = self.slots.len() - 1;
        let mut at = home(self.slots.len(), fingerprint);
        loop {
            match self.slots[at] {
                0 => return false,
                held if held == fingerprint => return true,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Adds a fingerprint; true if it was not there. Zero stands for an empty slot and is kept as one.
    fn insert(&mut self, fingerprint: u64) -> bool {
        if self.held >= self.slots.len() / 5 * 4 {
            self.grow();
        }
        let fingerprint = fingerprint.max(1);
        let mask = self.slots.len() - 1;
        let mut at = home(self.slots.len(), fingerprint);
        loop {
            match self.slots[at] {
                0 => {
                    self.slots[at] = fingerprint;
                    self.held += 1;
                    return true;
                }
                held if held == fingerprint => return false,
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let larger = vec![0; self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, larger);
        let mask = self.slots.len() - 1;
        for fingerprint in old.into_iter().filter(|fingerprint| *fingerprint != 0) {
            let mut at = home(self.slots.len(), fingerprint);
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = fingerprint;
        }
    }
}

/// Whole states, one after the other, without the zeros at their ends.
pub(super) struct Exact {
    /// Indices into `states`, from 1.
    slots: Vec<u32>,
    /// In chunks, so that none is ever moved.
    words: Vec<Vec<u64>>,
    /// Fingerprint of each state; its chunk, its place there, and its length.
    states: Chunks<(u64, (u32, u16, u16))>,
}

/// Words in a chunk; a state has fewer.
const WORDS: usize = 1 << 16;

impl Exact {
    fn bytes(&self) -> usize {
        let words: usize = self.words.iter().map(|chunk| chunk.capacity() * 8).sum();
        self.slots.len() * 4 + words + self.states.bytes()
    }

    fn words(&self, (chunk, start, length): (u32, u16, u16)) -> &[u64] {
        &self.words[chunk as usize][usize::from(start)..][..usize::from(length)]
    }

    fn insert(&mut self, fingerprint: u64, state: &[u64]) -> bool {
        let length = state.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        let state = &state[..length];
        if self.states.len() >= self.slots.len() / 5 * 4 {
            self.grow();
        }
        let mut at = home(self.slots.len(), fingerprint);
        while self.slots[at] != 0 {
            let index = self.slots[at] as usize - 1;
            if self.states.get(index).is_some_and(|(known, place)| known == fingerprint && self.words(place) == state) {
                return false;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        if self.words.last().is_none_or(|last| last.len() + length > last.capacity()) {
            self.words.push(Vec::with_capacity(WORDS.max(length)));
        }
        let chunk = self.words.len() - 1;
        let start = self.words[chunk].len() as u16;
        self.words[chunk].extend_from_slice(state);
        self.states.push((fingerprint, (chunk as u32, start, length as u16)));
        self.slots[at] = self.states.len() as u32;
        true
    }

    fn grow(&mut self) {
        let mut slots = vec![0; self.slots.len() * 2];
        for (index, (fingerprint, _)) in self.states.iter().enumerate() {
            let mut at = home(slots.len(), fingerprint);
            while slots[at] != 0 {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = index as u32 + 1;
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::scramble;
    use super::*;

    #[test]
    fn states_that_share_a_fingerprint_are_two_only_where_whole_states_are_kept() {
        let (mut whole, mut by_fingerprint) = (Seen::exact(), Seen::by_fingerprint());
        // Enough to grow, of which every three share one; zero stands for itself.
        for n in 0..10_000u64 {
            let (fingerprint, state) = (scramble(n / 3), [n % 3, 7, 0]);
            assert!(whole.insert_state(fingerprint, &state) && !whole.has(fingerprint));
            assert_eq!(by_fingerprint.insert_state(fingerprint, &state), n % 3 == 0);
            assert!(by_fingerprint.has(fingerprint) && !by_fingerprint.has(scramble(n / 3 + 1)));
        }
        assert!((0..10_000).all(|n| !whole.insert_state(scramble(n / 3), &[n % 3, 7, 0])));
        assert!(by_fingerprint.insert_state(0, &[]) && !by_fingerprint.insert_state(0, &[1]));
    }
}
