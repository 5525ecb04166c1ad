//! Lists that grow without ever being moved: a vector that doubles needs three times its memory while it does, and
//! WebAssembly never gives memory back.

use std::collections::VecDeque;

/// A list of which things are only added.
pub(super) struct Chunks<T>(Vec<Vec<T>>);

/// Things in a chunk.
const CHUNK: usize = 1 << 16;

/// Makes room for `more` in a chunk that will hold at most `full`: as vectors do, but never beyond that.
fn make_room<T>(chunk: &mut Vec<T>, more: usize, full: usize) {
    if chunk.capacity() - chunk.len() < more {
        let double = chunk.len().max(more).min(full.saturating_sub(chunk.len()));
        chunk.reserve_exact(double.max(more));
    }
}

impl<T: Copy> Chunks<T> {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * CHUNK + last.len())
    }

    pub fn push(&mut self, thing: T) {
        if self.0.last().is_none_or(|last| last.len() == CHUNK) {
            self.0.push(Vec::new());
        }
        if let Some(last) = self.0.last_mut() {
            make_room(last, 1, CHUNK);
            last.push(thing);
        }
    }

    pub fn get(&self, index: usize) -> Option<T> {
        self.0.get(index / CHUNK)?.get(index % CHUNK).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.0.iter().flatten().copied()
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|chunk| chunk.capacity() * size_of::<T>()).sum()
    }
}

/// Records of equal length, added at the end and taken from the front. What was taken is given back chunk by chunk.
pub(super) struct Queue {
    chunks: VecDeque<Vec<u64>>,
    /// Words in a record.
    record: usize,
    /// Words at the front that were taken.
    taken: usize,
    words: usize,
    capacity: usize,
}

/// Records in a chunk of a queue.
pub(super) const TOGETHER: usize = 1 << 14;

impl Queue {
    pub fn new(record: usize) -> Self {
        Self { chunks: VecDeque::new(), record, taken: 0, words: 0, capacity: 0 }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        (self.words - self.taken) / self.record
    }

    /// The records at the front, as many as stand together.
    pub fn front(&self) -> &[u64] {
        self.chunks.front().map_or(&[], |chunk| &chunk[self.taken..])
    }

    /// Takes so many records from the front, which stand together.
    pub fn take(&mut self, records: usize) {
        self.taken += records * self.record;
        if self.chunks.front().is_some_and(|chunk| chunk.len() == self.taken)
            && let Some(chunk) = self.chunks.pop_front()
        {
            self.words -= self.taken;
            self.capacity -= chunk.capacity();
            self.taken = 0;
        }
    }

    /// Adds what `write` appends: a record, or nothing.
    pub fn add<R>(&mut self, write: impl FnOnce(&mut Vec<u64>) -> R) -> R {
        let full = TOGETHER * self.record;
        if self.chunks.back().is_none_or(|last| last.len() >= full) {
            self.chunks.push_back(Vec::new());
        }
        let last = self.chunks.back_mut().expect("one was just added");
        let (length, capacity) = (last.len(), last.capacity());
        make_room(last, self.record, full);
        let result = write(last);
        self.words += last.len() - length;
        self.capacity += last.capacity() - capacity;
        result
    }

    /// Gives every record `record` words; those that it had not are zero.
    pub fn widen(&mut self, record: usize) {
        let old = std::mem::replace(self, Self::new(record));
        let mut skip = old.taken;
        for chunk in old.chunks {
            for narrow in chunk[skip..].chunks_exact(old.record) {
                self.add(|wide| {
                    wide.extend_from_slice(narrow);
                    wide.resize(wide.len() + record - old.record, 0);
                });
            }
            skip = 0;
        }
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.capacity * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_first_in_first_out_across_its_chunks_and_when_it_widens() {
        let mut queue = Queue::new(3);
        let records = 2 * TOGETHER as u64 + 5;
        for n in 0..records {
            queue.add(|words| words.extend([n, n + 1, n + 2]));
        }
        assert_eq!(queue.add(|words| words.len()), 5 * 3);
        let held = queue.bytes();
        queue.take(TOGETHER - 1);
        assert_eq!((queue.front().len(), queue.bytes()), (3, held));
        queue.widen(4);
        assert_eq!(queue.len(), TOGETHER + 6);
        let mut next = TOGETHER as u64 - 1;
        while queue.len() > 0 {
            assert_eq!(queue.front()[..4], [next, next + 1, next + 2, 0]);
            queue.take(1);
            next += 1;
        }
        assert_eq!((next, queue.bytes(), queue.front()), (records, 0, &[][..]));
    }

    #[test]
    fn chunks_grow_by_no_more_than_a_chunk() {
        let mut chunks = Chunks::new();
        for n in 0..3 * CHUNK + 7 {
            chunks.push(n as u64);
            assert!(chunks.bytes() <= (chunks.len() + CHUNK) * 8);
        }
        assert_eq!((chunks.len(), chunks.get(2 * CHUNK + 1)), (3 * CHUNK + 7, Some(2 * CHUNK as u64 + 1)));
        assert_eq!(chunks.get(chunks.len()), None);
        assert!(chunks.iter().eq(0..chunks.len() as u64));
    }
}
