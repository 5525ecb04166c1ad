//! What becomes of a ledger when facts are entered: a memory that is asked for every step with facts.

/// What became of one ledger with certain facts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Ledger and facts, which are never both nought.
    pub key: u64,
    /// What it adds to the fingerprint.
    pub delta: u64,
    /// The ledger after it.
    pub after: u32,
}

const EMPTY: Entry = Entry { key: 0, delta: 0, after: 0 };

/// By ledger and facts; open addressing.
#[derive(Debug)]
pub(super) struct Entries {
    slots: Vec<Entry>,
    held: usize,
}

impl Entries {
    pub fn new() -> Self {
        Self { slots: vec![EMPTY; 1 << 8], held: 0 }
    }

    pub fn bytes(&self) -> usize {
        self.slots.len() * size_of::<Entry>()
    }

    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & mask;
        while self.slots[at].key != key && self.slots[at].key != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// What is known of those facts; they are not none.
    pub fn get(&self, ledger: u32, facts: u32) -> Option<Entry> {
        let key = u64::from(ledger) << 32 | u64::from(facts);
        Some(self.slots[self.slot(key)]).filter(|entry| entry.key == key)
    }

    pub fn insert(&mut self, entry: Entry) {
        if self.held >= self.slots.len() / 2 {
            let larger = vec![EMPTY; self.slots.len() * 2];
            for old in std::mem::replace(&mut self.slots, larger).into_iter().filter(|entry| entry.key != 0) {
                let at = self.slot(old.key);
                self.slots[at] = old;
            }
        }
        let at = self.slot(entry.key);
        self.slots[at] = entry;
        self.held += 1;
    }
}
