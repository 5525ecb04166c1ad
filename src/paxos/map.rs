//! An ordered map for few entries, or for keys that mostly grow: one sorted list.
//!
//! Actors and ledgers hold a handful of slots and ballots at a time. A list of them is found, compared, hashed and above
//! all copied faster than a tree, and is far less code for each type that is put into it.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::{Bound, RangeBounds};

/// Entries in the order of their keys, no key twice.
///
/// Adding at the end and forgetting from the front take constant time on average; adding or removing elsewhere takes
/// time in proportion to what stands behind it.
#[derive(Debug)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
    /// So many of the first entries are forgotten, and are swept away once they are the greater part.
    forgotten: usize,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Clone, V: Clone> Clone for Map<K, V> {
    fn clone(&self) -> Self {
        Self { entries: self.held().to_vec(), forgotten: 0 }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.held() == other.held()
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

impl<K: Ord, V: Ord> PartialOrd for Map<K, V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord, V: Ord> Ord for Map<K, V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.held().cmp(other.held())
    }
}

impl<K: Hash, V: Hash> Hash for Map<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.held().hash(state);
    }
}

impl<K, V> Map<K, V> {
    /// A map without entries.
    pub const fn new() -> Self {
        Self { entries: Vec::new(), forgotten: 0 }
    }

    fn held(&self) -> &[(K, V)] {
        &self.entries[self.forgotten..]
    }

    fn held_mut(&mut self) -> &mut [(K, V)] {
        &mut self.entries[self.forgotten..]
    }

    fn sweep(&mut self) {
        self.entries.drain(..self.forgotten);
        self.forgotten = 0;
    }
}

impl<K: Ord, V> Map<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.held().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.held().is_empty()
    }

    /// Where the key stands, or where it would.
    fn find(&self, key: &K) -> Result<usize, usize> {
        let held = self.held();
        // Most look for the latest, or beyond it.
        match held.last() {
            Some((last, _)) if last < key => Err(held.len()),
            _ => held.binary_search_by(|(other, _)| other.cmp(key)),
        }
    }

    /// The value of `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.held()[at].1)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|at| &mut self.held_mut()[at].1)
    }

    /// Whether `key` has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// Gives `key` that value, and returns the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.held_mut()[at].1, value)),
            Err(at) => {
                self.entries.insert(self.forgotten + at, (key, value));
                None
            }
        }
    }

    /// The value of `key`, which is `value` if it had none.
    pub fn get_or_insert(&mut self, key: K, value: V) -> &mut V {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.entries.insert(self.forgotten + at, (key, value));
                at
            }
        };
        &mut self.held_mut()[at].1
    }

    /// Takes the value of `key` away.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.find(key).ok().map(|at| self.entries.remove(self.forgotten + at).1)
    }

    /// Takes the entries from `key` on away, and returns them.
    pub fn split_off(&mut self, key: &K) -> Self {
        let (Ok(at) | Err(at)) = self.find(key);
        Self { entries: self.entries.split_off(self.forgotten + at), forgotten: 0 }
    }

    /// Takes all entries away.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.forgotten = 0;
    }

    /// Takes away every entry of which `keep` is false.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.sweep();
        self.entries.retain_mut(|(key, value)| keep(key, value));
    }

    /// Takes away every entry before the first of which `gone` is false, in the order of the keys.
    pub fn forget_while(&mut self, gone: impl Fn(&K) -> bool) {
        let held = self.held();
        if held.first().is_some_and(|(key, _)| gone(key)) {
            self.forgotten += held.partition_point(|(key, _)| gone(key));
            if 2 * self.forgotten > self.entries.len() {
                self.sweep();
            }
        }
    }

    /// The entries in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.held().iter().map(as_pair)
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.held().iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.held().iter().map(|(_, value)| value)
    }

    /// The values in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.held_mut().iter_mut().map(|(_, value)| value)
    }

    /// The values in the order of their keys.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.into_iter().map(|(_, value)| value)
    }

    /// The entry of the highest key.
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.held().last().map(as_pair)
    }

    /// The entries of the keys in `range`, which is empty if it ends before it begins.
    pub fn range(&self, range: impl RangeBounds<K>) -> Iter<'_, K, V> {
        let held = self.held();
        let end = match range.end_bound() {
            Bound::Unbounded => held.len(),
            Bound::Included(key) => self.find(key).map_or_else(|at| at, |at| at + 1),
            Bound::Excluded(key) => self.find(key).unwrap_or_else(|at| at),
        };
        let start = match range.start_bound() {
            Bound::Unbounded => 0,
            Bound::Included(key) => self.find(key).unwrap_or_else(|at| at),
            Bound::Excluded(key) => self.find(key).map_or_else(|at| at, |at| at + 1),
        };
        held[start.min(end)..end].iter().map(as_pair)
    }
}

/// The entries of a [`Map`] in the order of their keys.
pub type Iter<'a, K, V> = std::iter::Map<std::slice::Iter<'a, (K, V)>, fn(&'a (K, V)) -> (&'a K, &'a V)>;

fn as_pair<K, V>((key, value): &(K, V)) -> (&K, &V) {
    (key, value)
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;
    fn into_iter(mut self) -> Self::IntoIter {
        self.sweep();
        self.entries.into_iter()
    }
}

impl<'a, K: Ord, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_does_what_a_tree_does(steps in proptest::collection::vec((0u8..12, 0u8..20, 0u8..20), 0..60)) {
            let (mut map, mut tree) = (Map::new(), BTreeMap::new());
            for (what, key, value) in steps {
                match what {
                    0..5 => prop_assert_eq!(map.insert(key, value), tree.insert(key, value)),
                    5 => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    6..8 => prop_assert_eq!(*map.get_or_insert(key, value), *tree.entry(key).or_insert(value)),
                    8 => {
                        map.retain(|_, held| *held != value);
                        tree.retain(|_, held| *held != value);
                    }
                    9 => prop_assert!(map.split_off(&key).into_iter().eq(tree.split_off(&key))),
                    _ => {
                        map.forget_while(|held| *held < key / 4);
                        tree = tree.split_off(&(key / 4));
                    }
                }
                prop_assert_eq!(map.get(&key), tree.get(&key));
                prop_assert_eq!(map.len(), tree.len());
                prop_assert_eq!(&map.clone(), &map);
                prop_assert_eq!(&tree.clone().into_iter().collect::<Map<_, _>>(), &map);
                prop_assert!(map.iter().eq(&tree));
                let (low, high) = (key.min(value), key.max(value));
                prop_assert!(map.range(low..high).eq(tree.range(low..high)));
                prop_assert!(map.range(low..=high).eq(tree.range(low..=high)));
                prop_assert!(map.range(..=high).eq(tree.range(..=high)));
                prop_assert!(map.range(low..).eq(tree.range(low..)));
            }
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_empty() {
        let map = Map::from([(1, 'a'), (2, 'b')]);
        let (end, begin) = (1, 2);
        assert_eq!(map.range(begin..end).count(), 0);
    }
}
