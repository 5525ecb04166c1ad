//! An ordered map for few entries, or for keys that mostly grow: one sorted list.
//!
//! Actors and ledgers hold a handful of slots and ballots at a time. A list of them is found, compared, hashed and above
//! all copied faster than a tree, and is far less code for each type that is put into it.

use std::ops::{Bound, RangeBounds};

/// Entries in the order of their keys, no key twice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Map<K, V>(Vec<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K, V> Map<K, V> {
    /// A map without entries.
    pub const fn new() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Map<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where the key stands, or where it would.
    fn find(&self, key: &K) -> Result<usize, usize> {
        // Most look for the latest, or beyond it.
        match self.0.last() {
            Some((last, _)) if last < key => Err(self.0.len()),
            _ => self.0.binary_search_by(|(held, _)| held.cmp(key)),
        }
    }

    /// The value of `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.0[at].1)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|at| &mut self.0[at].1)
    }

    /// Whether `key` has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// Gives `key` that value, and returns the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    /// The value of `key`, which is `value` if it had none.
    pub fn get_or_insert(&mut self, key: K, value: V) -> &mut V {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (key, value));
                at
            }
        };
        &mut self.0[at].1
    }

    /// Takes the value of `key` away.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.find(key).ok().map(|at| self.0.remove(at).1)
    }

    /// Takes the entry of the lowest key away.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    /// Takes the entries from `key` on away, and returns them.
    pub fn split_off(&mut self, key: &K) -> Self {
        Self(self.0.split_off(self.0.partition_point(|(held, _)| held < key)))
    }

    /// Takes all entries away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes away every entry of which `keep` is false.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }

    /// Takes away every entry before the first of which `gone` is false, in the order of the keys.
    pub fn forget_while(&mut self, gone: impl Fn(&K) -> bool) {
        let until = self.0.partition_point(|(key, _)| gone(key));
        self.0.drain(..until);
    }

    /// The entries in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.0.iter().map(as_pair)
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }

    /// The values in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// The values in the order of their keys.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }

    /// The entry of the lowest key.
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.0.first().map(as_pair)
    }

    /// The entry of the highest key.
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.0.last().map(as_pair)
    }

    /// The entries of the keys in `range`, which is empty if it ends before it begins.
    pub fn range(&self, range: impl RangeBounds<K>) -> Iter<'_, K, V> {
        let before = |bound: Bound<&K>, included: bool| match bound {
            Bound::Unbounded => None,
            Bound::Included(key) => Some(self.0.partition_point(|(held, _)| held < key || included && held == key)),
            Bound::Excluded(key) => Some(self.0.partition_point(|(held, _)| held < key || !included && held == key)),
        };
        let start = before(range.start_bound(), false).unwrap_or(0);
        let end = before(range.end_bound(), true).unwrap_or(self.0.len());
        self.0[start.min(end)..end].iter().map(as_pair)
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
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
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
                    8 => prop_assert_eq!(map.pop_first(), tree.pop_first()),
                    9 => prop_assert!(map.split_off(&key).into_iter().eq(tree.split_off(&key))),
                    _ => {
                        map.forget_while(|held| *held < key / 4);
                        tree = tree.split_off(&(key / 4));
                    }
                }
                prop_assert_eq!(map.get(&key), tree.get(&key));
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
        assert_eq!(map.range(2..1).count(), 0);
    }
}
